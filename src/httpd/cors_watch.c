/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_watch.h"

#include <time.h>
#include <unistd.h>

#include <apr_siphash.h>
#include <apr_strings.h>

#include "cors_log.h"

enum {
    RETRY = 5 * CORS_WATCH_SECOND,  /* the first answer, with interval 0 */
    TAKE_AGAIN = CORS_WATCH_SECOND / 4,  /* doubled with each failure */
    FAILURES_MAX = 5,
    FIRST_TRIES = 3,
    FIRST_ANSWER = CORS_WATCH_SECOND,
    ROWS_NAMED = 10,
    LATE = 30 * CORS_WATCH_SECOND,
    LARGE = 1000000              /* bytes of a copy */
};

/* -------------------------------------------------------------------- times */

int64_t cors_watch_now(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * CORS_WATCH_SECOND + ts.tv_nsec / 1000;
}

/* How long a changed file must stay as it is before it is read. */
static int64_t settle_time(const cors_watched_t *watched)
{
    return watched->interval > 2
         ? CORS_WATCH_SECOND
         : (int64_t)watched->interval * CORS_WATCH_SECOND * 2 / 5;
}

/* From look to look: so that a change is in force within the interval, though
 * a file takes two looks, each up to a tick late, and everybody must notice. */
static int64_t look_time(const cors_watched_t *watched)
{
    const int64_t time = (int64_t)watched->interval * CORS_WATCH_SECOND
                       - 2 * CORS_WATCH_TICK;

    return watched->feed->kind == CORS_FEED_FILE
         ? time - settle_time(watched) - 2 * CORS_WATCH_TICK : time;
}

/* A query is asked once even if nothing is to be looked at again. */
static int64_t next_look(const cors_watched_t *watched, cors_look_t look)
{
    if (look == CORS_LOOK_UNSETTLED) {
        return cors_watch_now() + settle_time(watched);
    }
    if (watched->interval > 0) {
        return cors_watch_now() + look_time(watched);
    }
    return watched->feed->kind == CORS_FEED_QUERY && look == CORS_LOOK_FAILED
         ? cors_watch_now() + RETRY : INT64_MAX;
}

/* ------------------------------------------------------------ one process */

/* How many origins are in force; -1 if there has been no list yet. */
static int size_in_force(const cors_feed_t *feed)
{
    const cors_set_t *set = cors_slot_enter(feed->slot);
    const int size = set != NULL ? cors_set_size(set) : -1;

    cors_slot_leave();
    return size;
}

/* Read the copy; APR_EAGAIN if it was replaced meanwhile. */
static apr_status_t read_copy(cors_watched_t *watched,
                              cors_copy_reader_t *reader, apr_pool_t *ptemp)
{
    cors_lines_t *lines = apr_palloc(ptemp, sizeof *lines);
    cors_load_t load;
    apr_status_t rv;

    cors_lines_begin(lines, cors_copy_read, reader);
    cors_load_begin(&load, watched->feed, cors_findings_make(ptemp));
    load.max_findings = CORS_LOAD_FINDINGS_MAX;
    rv = cors_load_lines(&load, lines);
    if (!cors_copy_was_current(reader) && load.error == APR_SUCCESS) {
        rv = APR_EAGAIN;
    }
    if (rv != APR_SUCCESS) {
        cors_load_drop(&load);
        return rv;
    }
    if ((rv = cors_load_finish(&load)) == APR_SUCCESS) {
        watched->taken = reader->generation;
    }
    return rv;
}

/*
 * A large copy is work for a while. Processes that have an older list take
 * turns at it, and leave half of the processors to requests.
 */
static apr_status_t read_in_turn(cors_watched_t *watched, apr_pool_t *ptemp)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    cors_copy_reader_t reader;
    apr_status_t rv;
    int turn;

    cors_copy_open(watched->copy, &reader);
    if (reader.length < LARGE) {
        return read_copy(watched, &reader, ptemp);
    }
    turn = cors_copies_take_turn(watched->copies,
                                 processors > 3 ? (int)processors / 2 : 1);
    if (turn < 0) {
        return APR_EAGAIN;
    }
    rv = read_copy(watched, &reader, ptemp);
    cors_copies_end_turn(watched->copies, turn);
    return rv;
}

/* A process that is about to serve has nothing better to do. */
static apr_status_t read_at_once(cors_watched_t *watched, apr_pool_t *ptemp)
{
    cors_copy_reader_t reader;

    cors_copy_open(watched->copy, &reader);
    return read_copy(watched, &reader, ptemp);
}

/* The others have a list that this process has no room for. */
static void take_nothing(cors_watched_t *watched, apr_pool_t *ptemp)
{
    cors_load_t load;

    cors_load_begin(&load, watched->feed, cors_findings_make(ptemp));
    (void)cors_load_finish(&load);
    cors_log_no_room(watched->server, watched->feed, ptemp);
}

/* Another time, later each time; in the end what is out of date must go. */
static void put_off(cors_watched_t *watched, apr_pool_t *ptemp)
{
    watched->failures++;
    watched->not_before = cors_watch_now()
                        + (TAKE_AGAIN << (watched->failures < FAILURES_MAX
                                          ? watched->failures : FAILURES_MAX));
    if (watched->failures == FAILURES_MAX) {
        take_nothing(watched, ptemp);
    }
}

/* Take what is new, by one of the two ways to read it. */
static void take(cors_watched_t *watched, apr_pool_t *ptemp,
                 apr_status_t (*read)(cors_watched_t *watched,
                                      apr_pool_t *ptemp))
{
    apr_status_t rv;

    (void)cors_slot_reclaim(watched->feed->slot);
    if (cors_copy_generation(watched->copy) == watched->taken
        || cors_watch_now() < watched->not_before) {
        return;
    }
    rv = read(watched, ptemp);
    if (rv == APR_SUCCESS) {
        watched->failures = 0;
    }
    else if (rv != APR_EAGAIN) {
        put_off(watched, ptemp);
    }
}

void cors_watch_take(cors_watched_t *watched, apr_pool_t *ptemp)
{
    take(watched, ptemp, read_in_turn);
}

void cors_watch_take_first(cors_watched_t *watched, apr_pool_t *ptemp)
{
    watched->failures = 0;
    for (int i = 0; i < FIRST_TRIES; i++) {
        watched->not_before = 0;
        take(watched, ptemp, read_at_once);
    }
}

/* ---------------------------------------------------------- all processes */

/* Rows that are left out are named again when they are others than before. */
static void log_rows(cors_watched_t *watched, const cors_tally_t *tally,
                     cors_findings_t *findings)
{
    uint64_t hash = (uint64_t)tally->refused;
    int more;

    if (findings->nelts > ROWS_NAMED) {
        findings->nelts = ROWS_NAMED;
    }
    more = tally->refused - findings->nelts;
    for (int i = 0; i < findings->nelts; i++) {
        const char *text = APR_ARRAY_IDX(findings, i, cors_finding_t).text;

        hash += apr_siphash24(text, strlen(text), watched->key);
    }
    if (hash == watched->shared->rows) {
        return;
    }
    watched->shared->rows = hash;
    if (more > 0) {
        cors_findings_add(findings, CORS_MSG_ROW, watched->feed->at,
                          "CorsOriginsQuery: %d more rows are left out", more);
    }
    for (int i = 0; i < findings->nelts; i++) {
        cors_log_finding(&APR_ARRAY_IDX(findings, i, cors_finding_t),
                         watched->server);
    }
}

/* True if there is something new to complain about, and then it is noted. */
static bool is_new(cors_watched_t *watched, const char *complaint)
{
    const uint64_t hash =
        apr_siphash24(complaint, strlen(complaint), watched->key) | 1;

    return atomic_exchange(&watched->shared->complaint, hash) != hash;
}

/* By single bytes: who reads it in between sees a mixture, but no more. */
static void note_error(cors_watched_t *watched, const char *text)
{
    size_t i = 0;

    for (; i < CORS_WATCH_ERROR - 1 && text[i] != '\0'; i++) {
        atomic_store_explicit(&watched->shared->error[i], text[i],
                              memory_order_relaxed);
    }
    atomic_store_explicit(&watched->shared->error[i], '\0',
                          memory_order_relaxed);
    atomic_store(&watched->shared->failed_at, apr_time_now());
}

static void log_failed(cors_watched_t *watched, int more,
                       const cors_findings_t *findings)
{
    const cors_finding_t *why = &APR_ARRAY_IDX(findings, 0, cors_finding_t);

    if (is_new(watched, why->text)) {
        note_error(watched, apr_psprintf(findings->pool, "%s:%d: %s",
                                         why->at.file, why->at.line,
                                         why->text));
        cors_log_load_failed(watched->server, watched->feed, why,
                             more > 0 ? more : 0,
                             atomic_load(&watched->shared->size),
                             findings->pool);
    }
}

/* Say what became of a look, once for each change of state. */
static void conclude(cors_watched_t *watched, cors_look_t look,
                     const cors_tally_t *tally, cors_findings_t *findings)
{
    const int before = atomic_load(&watched->shared->size);
    bool has_complained;

    switch (look) {
    case CORS_LOOK_LOADED:
    case CORS_LOOK_SAME:
        has_complained = atomic_exchange(&watched->shared->complaint, 0) != 0;
        atomic_store(&watched->shared->failed_at, 0);
        if (look == CORS_LOOK_LOADED) {
            atomic_store(&watched->shared->size, tally->good);
            atomic_store(&watched->shared->loaded_at, apr_time_now());
            log_rows(watched, tally, findings);
        }
        if (look == CORS_LOOK_LOADED || has_complained) {
            cors_log_loaded(watched->server, watched->feed, before,
                            atomic_load(&watched->shared->size),
                            has_complained, findings->pool);
        }
        break;
    case CORS_LOOK_BAD:
    case CORS_LOOK_FAILED:
        log_failed(watched, tally->refused - 1, findings);
        break;
    case CORS_LOOK_REFUSED:
    case CORS_LOOK_UNSETTLED:
        break;
    }
}

static void look_at(cors_watched_t *watched, apr_pool_t *ptemp)
{
    cors_findings_t *findings = cors_findings_make(ptemp);
    cors_tally_t tally = {0, 0};
    cors_look_t look;

    if (watched->feed->kind == CORS_FEED_FILE) {
        look = cors_feed_file_look(watched->feed, &watched->shared->file,
                                   watched->copy, &tally, findings, ptemp);
    }
    else {
        look = cors_query_look(watched->feed, watched->server,
                               &watched->shared->query, watched->key,
                               watched->copy, &tally, findings);
    }
    /* First, or another process would find this look late. */
    atomic_store(&watched->shared->next_look, next_look(watched, look));
    conclude(watched, look, &tally, findings);
    atomic_fetch_add(&watched->shared->looks, 1);
}

static bool is_due(const cors_watched_t *watched)
{
    return atomic_load(&watched->shared->next_look) <= cors_watch_now();
}

void cors_watch_look(cors_watched_t *watched, apr_pool_t *ptemp)
{
    /* The lock is between processes; two threads of one would both have it. */
    if (!is_due(watched) || atomic_exchange(&watched->is_looked_at, true)) {
        return;
    }
    if (cors_copy_lock(watched->copy)) {
        /* Another process may have been faster. */
        if (is_due(watched)) {
            look_at(watched, ptemp);
        }
        cors_copy_unlock(watched->copy);
    }
    atomic_store(&watched->is_looked_at, false);
}

void cors_watch_complain(cors_watched_t *watched, apr_pool_t *ptemp)
{
    const int64_t late =
        cors_watch_now() - atomic_load(&watched->shared->next_look);
    cors_findings_t *findings;

    if (late > LATE) {
        findings = cors_findings_make(ptemp);
        cors_findings_add(findings, CORS_MSG_QUERY, watched->feed->at,
                          "%s: no answer for over %d seconds; write a time-out "
                          "into DBDParams, and see what the database waits "
                          "for", watched->feed->at->directive,
                          LATE / CORS_WATCH_SECOND);
        log_failed(watched, 0, findings);
    }
}

void cors_watch_begin(cors_watched_t *watched)
{
    const int size = size_in_force(watched->feed);

    atomic_store(&watched->shared->size, size);
    atomic_store(&watched->shared->loaded_at, size < 0 ? 0 : apr_time_now());
    atomic_store(&watched->shared->next_look, cors_watch_now());
}

void cors_watch_view(const cors_watched_t *watched, cors_watch_view_t *view,
                     apr_pool_t *p)
{
    char error[CORS_WATCH_ERROR] = "";

    for (int i = 0; i < CORS_WATCH_ERROR - 1; i++) {
        error[i] = atomic_load_explicit(&watched->shared->error[i],
                                        memory_order_relaxed);
    }
    view->feed = watched->feed;
    view->generation = cors_copy_generation(watched->copy);
    view->size = atomic_load(&watched->shared->size);
    view->loaded_at = atomic_load(&watched->shared->loaded_at);
    view->failed_at = atomic_load(&watched->shared->failed_at);
    view->error = view->failed_at != 0 ? apr_pstrdup(p, error) : NULL;
}

void cors_watch_do_not_wait(cors_watched_t *watched)
{
    atomic_store(&watched->shared->wait_until, cors_watch_now());
}

bool cors_watch_is_waiting(cors_watched_t *watched)
{
    const int64_t now = cors_watch_now();
    int64_t until = 0;

    if (atomic_compare_exchange_strong(&watched->shared->wait_until, &until,
                                       now + FIRST_ANSWER)) {
        until = now + FIRST_ANSWER;
    }
    return size_in_force(watched->feed) < 0 && now < until
        && (atomic_load(&watched->shared->looks) == 0
            || cors_copy_generation(watched->copy) != 0);
}
