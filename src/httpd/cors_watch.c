/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_watch.h"

#include <time.h>

#include <apr_siphash.h>

#include "cors_log.h"

enum {
    RETRY = 5 * CORS_WATCH_SECOND,  /* the first answer, with interval 0 */
    TAKE_AGAIN = CORS_WATCH_SECOND / 2,
    FIRST_ANSWER = CORS_WATCH_SECOND
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

/*
 * From look to look: so that a change is in force within the interval, though
 * it takes two looks and everybody must notice.
 */
static int64_t look_time(const cors_watched_t *watched)
{
    const int64_t interval = (int64_t)watched->interval * CORS_WATCH_SECOND;

    return interval - 2 * CORS_WATCH_TICK
         - (watched->feed->kind == CORS_FEED_FILE ? settle_time(watched) : 0);
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

/* --------------------------------------------------------------- one process */

/* How many origins are in force; -1 if there has been no list yet. */
static int size_in_force(const cors_feed_t *feed)
{
    const cors_set_t *set = cors_slot_enter(feed->slot);
    const int size = set != NULL ? cors_set_size(set) : -1;

    cors_slot_leave();
    return size;
}

void cors_watch_take(cors_watched_t *watched, apr_pool_t *ptemp)
{
    cors_copy_reader_t reader;
    cors_lines_t *lines;
    cors_load_t load;

    if (cors_copy_generation(watched->copy) == watched->taken
        || cors_watch_now() < watched->not_before) {
        return;
    }
    lines = apr_palloc(ptemp, sizeof *lines);
    cors_copy_open(watched->copy, &reader);
    cors_lines_begin(lines, cors_copy_read, &reader);
    cors_load_begin(&load, watched->feed, cors_findings_make(ptemp));
    load.max_findings = CORS_LOAD_FINDINGS_MAX;
    if (cors_load_lines(&load, lines) != APR_SUCCESS
        || !cors_copy_was_current(&reader)) {
        /* Replaced meanwhile, or no memory: the next time, then. */
        cors_load_drop(&load);
        watched->not_before = cors_watch_now() + TAKE_AGAIN;
        return;
    }
    if (cors_load_finish(&load, NULL) == APR_SUCCESS) {
        watched->taken = reader.generation;
    }
}

/* ----------------------------------------------------------- for all of them */

static void log_rows(const cors_watched_t *watched, const cors_load_t *load)
{
    for (int i = 0; i < load->findings->nelts; i++) {
        cors_log_finding(&APR_ARRAY_IDX(load->findings, i, cors_finding_t),
                         watched->server);
    }
    if (load->refused > load->findings->nelts) {
        cors_findings_t *more = cors_findings_make(load->findings->pool);

        cors_findings_add(more, CORS_MSG_ROW, watched->feed->at,
                          "CorsOriginsQuery: %d more rows are left out",
                          load->refused - load->findings->nelts);
        cors_log_finding(&APR_ARRAY_IDX(more, 0, cors_finding_t),
                         watched->server);
    }
}

static void log_failed(cors_watched_t *watched, const cors_findings_t *findings,
                       int refused)
{
    const cors_finding_t *why = &APR_ARRAY_IDX(findings, 0, cors_finding_t);
    const uint64_t complaint =
        apr_siphash24(why->text, strlen(why->text), watched->key) | 1;

    if (complaint != watched->shared->complaint) {
        watched->shared->complaint = complaint;
        cors_log_load_failed(watched->server, watched->feed, why,
                             refused > 1 ? refused - 1 : 0,
                             size_in_force(watched->feed), findings->pool);
    }
}

/* Say what became of a look, once for each change of state. */
static void conclude(cors_watched_t *watched, cors_look_t look, int before,
                     const cors_load_t *load, cors_findings_t *findings)
{
    const bool has_complained = watched->shared->complaint != 0;

    switch (look) {
    case CORS_LOOK_LOADED:
        watched->taken = cors_copy_generation(watched->copy);
        log_rows(watched, load);
        cors_log_loaded(watched->server, watched->feed, before,
                        size_in_force(watched->feed), has_complained,
                        findings->pool);
        watched->shared->complaint = 0;
        break;
    case CORS_LOOK_SAME:
        if (has_complained) {
            cors_log_loaded(watched->server, watched->feed, before, before,
                            true, findings->pool);
        }
        watched->shared->complaint = 0;
        break;
    case CORS_LOOK_BAD:
    case CORS_LOOK_FAILED:
        log_failed(watched, findings, load->refused);
        break;
    case CORS_LOOK_REFUSED:
    case CORS_LOOK_UNSETTLED:
        break;
    }
}

/* The caller has the lock, and what is in force here is the latest. */
static void look_at(cors_watched_t *watched, apr_pool_t *ptemp)
{
    cors_findings_t *findings = cors_findings_make(ptemp);
    const int before = size_in_force(watched->feed);
    cors_load_t load = {.findings = findings};
    cors_look_t look;

    if (watched->feed->kind == CORS_FEED_FILE) {
        look = cors_feed_file_look(watched->feed, &watched->shared->file,
                                   watched->copy, &load, findings, ptemp);
    }
    else {
        look = cors_query_look(watched->feed, watched->server,
                               &watched->shared->query, watched->key,
                               watched->copy, &load, findings);
    }
    conclude(watched, look, before, &load, findings);
    atomic_store(&watched->shared->next_look, next_look(watched, look));
    atomic_fetch_add(&watched->shared->looks, 1);
}

static bool is_due(const cors_watched_t *watched)
{
    return atomic_load(&watched->shared->next_look) <= cors_watch_now();
}

static void look_if_due(cors_watched_t *watched, apr_pool_t *ptemp)
{
    if (!is_due(watched) || !cors_copy_lock(watched->copy)) {
        return;
    }
    /* Another process may have been faster, and its result is the latest. */
    if (is_due(watched)) {
        cors_watch_take(watched, ptemp);
        if (watched->taken == cors_copy_generation(watched->copy)) {
            look_at(watched, ptemp);
        }
    }
    cors_copy_unlock(watched->copy);
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

void cors_watch_step(cors_watched_t *watched, apr_pool_t *ptemp)
{
    (void)cors_slot_reclaim(watched->feed->slot);
    cors_watch_take(watched, ptemp);
    look_if_due(watched, ptemp);
}
