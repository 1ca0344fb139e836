/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_feed_file.h"

#include <string.h>

#include <apr_file_io.h>

enum { ERROR_MAX = 120 };

/*
 * Looks that see another file since it last stayed the same, until one is read;
 * and looks that see any change, until it is a fault. A file system may give a
 * new file the inode of one that has just gone, so not all are noticed.
 */
enum { REPLACED_MAX = 3, UNSETTLED_MAX = 10 };

static const char *const open_mend =
    "; write the path of a file that the user who starts httpd can read";
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

/* Read the file into a load that has begun; false if that was not possible. */
static bool read_into(cors_load_t *load, const opening_t *opening,
                      cors_stamp_t *stamp)
{
    cors_lines_t *lines = apr_palloc(opening->p, sizeof *lines);
    apr_file_t *file;
    apr_finfo_t info;
    apr_status_t rv = apr_file_open(&file, opening->path,
                                    APR_FOPEN_READ | APR_FOPEN_NONBLOCK, 0,
                                    opening->p);

    if (rv != APR_SUCCESS) {
        report_status(opening, rv);
        return false;
    }
    /* A FIFO may have taken its place since it was looked at. */
    rv = apr_file_info_get(&info, APR_FINFO_TYPE, file);
    if (rv == APR_SUCCESS && info.filetype != APR_REG) {
        rv = APR_EBADF;
    }
    if (rv == APR_SUCCESS) {
        cors_lines_begin(lines, read_file, file);
        rv = cors_load_lines(load, lines);
    }
    if (rv == APR_SUCCESS) {
        rv = apr_file_info_get(&info, APR_FINFO_MIN | APR_FINFO_IDENT, file);
        rv = rv == APR_INCOMPLETE ? APR_SUCCESS : rv;
        take_stamp(stamp, &info);
    }
    (void)apr_file_close(file);
    if (rv != APR_SUCCESS) {
        report_status(opening, rv);
    }
    return rv == APR_SUCCESS;
}

void cors_feed_file_read(cors_feed_t *feed, const cors_place_t *at,
                         cors_findings_t *findings, apr_pool_t *ptemp)
{
    const opening_t opening = {feed->spec, at, open_mend, findings, ptemp};
    cors_stamp_t before, after;
    cors_load_t load;

    if (!stat_file(&opening, &before)) {
        return;
    }
    cors_load_begin(&load, feed, findings);
    if (!read_into(&load, &opening, &after)) {
        cors_load_drop(&load);
        return;
    }
    /* If it changed meanwhile, the next look must see a difference. */
    feed->loaded = before;
    /* Faults refuse the start; until then the good lines are checked too. */
    if (cors_load_finish(&load) != APR_SUCCESS) {
        report_status(&opening, APR_ENOMEM);
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
    if (seen->unsettled < UNSETTLED_MAX || seen->replaced > 1) {
        return CORS_LOOK_UNSETTLED;
    }
    report(opening, "it changes all the time");
    return CORS_LOOK_FAILED;
}

/* What this look has seen of the file; may it be read? */
static bool note_stamp(cors_file_seen_t *seen, const cors_stamp_t *now)
{
    const bool is_another = now->inode != seen->last.inode
                         || now->device != seen->last.device;
    const bool is_stable = is_same(now, &seen->last) && !seen->is_gone;

    seen->last = *now;
    seen->is_gone = false;
    seen->unsettled = is_stable ? 0 : seen->unsettled + 1;
    seen->replaced = is_stable ? 0 : seen->replaced + is_another;
    return is_stable || seen->replaced >= REPLACED_MAX;
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

/* The file has settled: read it. */
static cors_look_t read_settled(cors_file_seen_t *seen, cors_copy_t *copy,
                                cors_load_t *load, const opening_t *opening)
{
    cors_stamp_t after;
    apr_status_t rv;

    if (!read_into(load, opening, &after)) {
        return CORS_LOOK_FAILED;
    }
    if (!is_same(&after, &seen->last)) {
        opening->findings->nelts = 0;
        seen->last = after;
        return wait_or_complain(seen, opening);
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
    if (!has_settled) {
        return wait_or_complain(seen, &opening);
    }
    cors_load_begin(&load, feed, findings);
    load.max_findings = CORS_LOAD_FINDINGS_MAX;
    look = read_settled(seen, copy, &load, &opening);
    tally->good = cors_load_size(&load);
    tally->refused = load.refused;
    cors_load_drop(&load);
    return look;
}
