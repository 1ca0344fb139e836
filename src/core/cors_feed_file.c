/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_feed_file.h"

#include <string.h>

#include <apr_file_io.h>

enum { ERROR_MAX = 120 };

/*
 * A file may be renamed over all the time, and never be the same at two looks:
 * after so many, one that is another is held open for so long (in
 * microseconds), in which it stays as it is if it was complete. After so many
 * looks it is a fault.
 */
enum { RENAMED_MIN = 3, STAYS_OPEN = 1000000, UNSETTLED_MAX = 10 };

/* What was written less than this ago (in microseconds) may be half of it; a
 * start waits for it, and tries so often. */
enum { SETTLES = 1000000, START_TRIES = 5 };

static const char *const open_mend =
    "; write the path of a file that the user who starts httpd can read";
static const char *const changes = "it changes all the time";
static const char *const run_mend =
    "; the server's child processes must be able to read it, and it must stay "
    "as it is for a moment";

/* One way to say that a file cannot be read, at start and later. */
typedef struct opening_t {
    const char *path;
    const cors_place_t *at;
    const char *mend;
    cors_findings_t *findings;
    apr_pool_t *p;
} opening_t;

static void report(const opening_t *opening, const char *why)
{
    cors_findings_add(opening->findings, CORS_MSG_FILE, opening->at,
                      "%s: cannot read '%s': %s%s", opening->at->directive,
                      opening->path, why, opening->mend);
}

static void report_status(const opening_t *opening, apr_status_t rv)
{
    char why[ERROR_MAX];

    report(opening, apr_strerror(rv, why, sizeof why));
}

static void take_stamp(cors_stamp_t *stamp, const apr_finfo_t *info)
{
    memset(stamp, 0, sizeof *stamp);
    stamp->device = info->device;
    stamp->inode = info->inode;
    stamp->size = info->size;
    stamp->mtime = info->mtime;
    stamp->ctime = info->ctime;
}

static bool is_same(const cors_stamp_t *a, const cors_stamp_t *b)
{
    return a->device == b->device && a->inode == b->inode
        && a->size == b->size && a->mtime == b->mtime && a->ctime == b->ctime;
}

/* Regular files only: a FIFO would stop the server, a device never end. */
static bool stat_file(const opening_t *opening, cors_stamp_t *stamp)
{
    apr_finfo_t info;
    apr_status_t rv = apr_stat(&info, opening->path, APR_FINFO_MIN
                               | APR_FINFO_IDENT, opening->p);

    if (rv != APR_SUCCESS && rv != APR_INCOMPLETE) {
        report_status(opening, rv);
        return false;
    }
    if (info.filetype != APR_REG) {
        report(opening, "not a regular file");
        return false;
    }
    take_stamp(stamp, &info);
    return true;
}

static apr_status_t read_file(void *file, char *buffer, apr_size_t *len)
{
    return apr_file_read(file, buffer, len);
}

/* The same content, as far as that shows: a file that is renamed or removed
 * while it is open gets another ctime. */
static bool has_same_content(const cors_stamp_t *a, const cors_stamp_t *b)
{
    return a->device == b->device && a->inode == b->inode
        && a->size == b->size && a->mtime == b->mtime;
}

static apr_status_t stat_open(cors_stamp_t *stamp, apr_file_t *file)
{
    apr_finfo_t info;
    apr_status_t rv =
        apr_file_info_get(&info, APR_FINFO_MIN | APR_FINFO_IDENT, file);

    if (rv != APR_SUCCESS && rv != APR_INCOMPLETE) {
        return rv;
    }
    take_stamp(stamp, &info);
    /* A FIFO may have taken its place since it was looked at. */
    return info.filetype == APR_REG ? APR_SUCCESS : APR_EBADF;
}

static apr_status_t read_open(cors_load_t *load, apr_file_t *file,
                              apr_interval_time_t wait, cors_stamp_t *stamp,
                              apr_pool_t *p)
{
    cors_lines_t *lines = apr_palloc(p, sizeof *lines);
    cors_stamp_t before;
    apr_status_t rv = stat_open(&before, file);

    if (rv == APR_SUCCESS && wait > 0) {
        apr_sleep(wait);
        rv = stat_open(stamp, file);
        if (rv == APR_SUCCESS && !has_same_content(&before, stamp)) {
            rv = APR_EMISMATCH;
        }
    }
    if (rv == APR_SUCCESS) {
        cors_lines_begin(lines, read_file, file);
        rv = cors_load_lines(load, lines);
    }
    if (rv == APR_SUCCESS) {
        rv = stat_open(stamp, file);
    }
    return rv == APR_SUCCESS && !has_same_content(&before, stamp)
         ? APR_EMISMATCH : rv;
}

/*
 * Read the file into a load that has begun, and set *stamp to what was read. If
 * wait is not 0, whatever is there now must first stay as it is for so long.
 * APR_EMISMATCH if it did not, or changed while it was read; other errors are
 * reported.
 */
static apr_status_t read_into(cors_load_t *load, const opening_t *opening,
                              apr_interval_time_t wait, cors_stamp_t *stamp)
{
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, opening->path,
                                    APR_FOPEN_READ | APR_FOPEN_NONBLOCK, 0,
                                    opening->p);

    if (rv == APR_SUCCESS) {
        rv = read_open(load, file, wait, stamp, opening->p);
        (void)apr_file_close(file);
    }
    if (rv != APR_SUCCESS && rv != APR_EMISMATCH) {
        report_status(opening, rv);
    }
    return rv;
}

/* A time to come is a clock that differs, and says nothing. */
static apr_interval_time_t time_to_settle(const cors_stamp_t *stamp)
{
    const apr_time_t age = apr_time_now() - stamp->mtime;

    return age >= 0 && age < SETTLES ? SETTLES - age : 0;
}

/* Faults refuse the start; until then the good lines are checked too. */
static apr_status_t read_at_start(cors_feed_t *feed, const opening_t *opening)
{
    const int earlier = opening->findings->nelts;
    cors_stamp_t before, after;
    cors_load_t load;
    apr_status_t rv;

    if (!stat_file(opening, &before)) {
        return APR_SUCCESS;
    }
    cors_load_begin(&load, feed, opening->findings);
    rv = read_into(&load, opening, time_to_settle(&before), &after);
    if (rv != APR_SUCCESS) {
        cors_load_drop(&load);
        if (rv == APR_EMISMATCH) {
            opening->findings->nelts = earlier;
        }
        return rv;
    }
    /* If it changed meanwhile, the next look must see a difference. */
    feed->loaded = before;
    if (cors_load_finish(&load) != APR_SUCCESS) {
        report_status(opening, APR_ENOMEM);
    }
    return APR_SUCCESS;
}

void cors_feed_file_read(cors_feed_t *feed, const cors_place_t *at,
                         cors_findings_t *findings, apr_pool_t *ptemp)
{
    const opening_t opening = {feed->spec, at, open_mend, findings, ptemp};
    apr_status_t rv = APR_EMISMATCH;

    for (int i = 0; i < START_TRIES && rv == APR_EMISMATCH; i++) {
        rv = read_at_start(feed, &opening);
    }
    if (rv == APR_EMISMATCH) {
        report(&opening, changes);
    }
}

/* Should the same be there again one day, it is to be said again. */
static void forget_refused(cors_file_seen_t *seen)
{
    memset(&seen->refused, 0, sizeof seen->refused);
}

static cors_look_t wait_or_complain(const cors_file_seen_t *seen,
                                    const opening_t *opening)
{
    if (seen->unsettled < UNSETTLED_MAX) {
        return CORS_LOOK_UNSETTLED;
    }
    report(opening, changes);
    return CORS_LOOK_FAILED;
}

/* What this look has seen of the file; did the one before see the same? */
static bool note_stamp(cors_file_seen_t *seen, const cors_stamp_t *now)
{
    const bool is_stable = is_same(now, &seen->last) && !seen->is_gone;

    seen->is_another = now->inode != seen->last.inode
                    || now->device != seen->last.device;
    seen->last = *now;
    seen->is_gone = false;
    seen->unsettled = is_stable ? 0 : seen->unsettled + 1;
    return is_stable;
}

static void report_not_kept(const opening_t *opening, apr_status_t rv)
{
    char why[ERROR_MAX];

    cors_findings_add(opening->findings, CORS_MSG_FILE, opening->at,
                      "%s: cannot keep what '%s' says for all processes: %s; "
                      "see the limits of memory and temporary files",
                      opening->at->directive, opening->path,
                      apr_strerror(rv, why, sizeof why));
}

/* Read what has settled, or, with a wait, what settles while it is open. */
static cors_look_t read_settled(cors_file_seen_t *seen, cors_copy_t *copy,
                                cors_load_t *load, const opening_t *opening,
                                apr_interval_time_t wait)
{
    cors_stamp_t after;
    apr_status_t rv = read_into(load, opening, wait, &after);

    if (rv == APR_EMISMATCH
        || (rv == APR_SUCCESS && wait == 0 && !is_same(&after, &seen->last))) {
        opening->findings->nelts = 0;
        seen->last = after;
        return wait_or_complain(seen, opening);
    }
    if (rv != APR_SUCCESS) {
        return CORS_LOOK_FAILED;
    }
    /* All is well; but the next that replaces it is read at once, too. */
    if (seen->unsettled >= RENAMED_MIN) {
        seen->unsettled = RENAMED_MIN - 1;
    }
    if (load->refused > 0) {
        seen->refused = after;
        return CORS_LOOK_BAD;
    }
    if ((rv = cors_load_leave(load, copy)) != APR_SUCCESS) {
        report_not_kept(opening, rv);
        return CORS_LOOK_FAILED;
    }
    seen->loaded = after;
    forget_refused(seen);
    return CORS_LOOK_LOADED;
}

cors_look_t cors_feed_file_look(cors_feed_t *feed, cors_file_seen_t *seen,
                                cors_copy_t *copy, cors_tally_t *tally,
                                cors_findings_t *findings, apr_pool_t *ptemp)
{
    const opening_t opening = {feed->spec, feed->at, run_mend, findings,
                               ptemp};
    cors_stamp_t now;
    cors_load_t load;
    cors_look_t look;
    bool has_settled;

    if (!seen->has_begun) {
        seen->has_begun = true;
        seen->loaded = feed->loaded;
        seen->last = feed->loaded;
    }
    if (!stat_file(&opening, &now)) {
        forget_refused(seen);
        seen->is_gone = true;
        return CORS_LOOK_FAILED;
    }
    has_settled = note_stamp(seen, &now);
    if (is_same(&now, &seen->loaded)) {
        forget_refused(seen);
        return CORS_LOOK_SAME;
    }
    if (is_same(&now, &seen->refused)) {
        return CORS_LOOK_REFUSED;
    }
    if (!has_settled
        && (seen->unsettled < RENAMED_MIN || !seen->is_another)) {
        return wait_or_complain(seen, &opening);
    }
    cors_load_begin(&load, feed, findings);
    load.max_findings = CORS_LOAD_FINDINGS_MAX;
    look = read_settled(seen, copy, &load, &opening,
                        has_settled ? 0 : STAYS_OPEN);
    tally->good = cors_load_size(&load);
    tally->refused = load.refused;
    cors_load_drop(&load);
    return look;
}
