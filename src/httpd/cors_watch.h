/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_watch: one feed, looked at again and again.
 *
 * Of all processes one looks, whoever gets the copy's lock when it is time; it
 * says in the log what became of it, once for each change of state, and leaves
 * the result in the copy. All take it from there, each by a thread that never
 * waits for a file or a database.
 *
 * Called by cors_reload.c only.
 */
#ifndef CORS_WATCH_H
#define CORS_WATCH_H

#include <stdatomic.h>

#include <httpd.h>

#include "cors_copy.h"
#include "cors_feed_file.h"
#include "cors_heirloom.h"
#include "cors_query.h"

/* What mod_watchdog can do; in microseconds, as all times here. */
enum {
    CORS_WATCH_SECOND = 1000000,
    CORS_WATCH_TICK = CORS_WATCH_SECOND / 10
};

/* Bytes kept of why a list cannot be had, with a NUL. */
enum { CORS_WATCH_ERROR = 512 };

/* What processes share of a feed; zeroed at first. */
typedef struct cors_watch_shared_t {
    cors_copy_shared_t copy;
    _Atomic int64_t next_look;   /* at or after */
    atomic_uint looks;           /* so far */
    _Atomic int64_t wait_until;  /* see cors_watch_is_waiting; 0: not begun */

    atomic_int size;             /* origins in the copy; -1: no list yet */
    _Atomic uint64_t complaint;  /* the one that was logged; 0: all is well */

    /* For the status page; times in microseconds since 1970, 0 for never. */
    _Atomic int64_t loaded_at;   /* what is in the copy */
    _Atomic int64_t failed_at;   /* the complaint; 0: all is well */
    _Atomic(char) error[CORS_WATCH_ERROR];

    /* With the copy's lock only. */
    cors_file_seen_t file;
    cors_query_seen_t query;
    uint64_t rows;               /* those that were named as left out; 0: none */
} cors_watch_shared_t;

typedef struct cors_watched_t {
    cors_feed_t *feed;
    server_rec *server;          /* whose database and log it is */
    int interval;                /* CorsReloadInterval, seconds; 0: never */
    const unsigned char *key;    /* 16 random bytes, for all processes */
    cors_watch_shared_t *shared;
    const cors_copies_t *copies; /* of which this is the feed's: */
    cors_copy_t *copy;
    atomic_bool is_looked_at;    /* by a thread of this process */
    uint32_t taken;              /* the copy's generation that is in force */
    int64_t not_before;          /* to be taken again: it has failed */
    int failures;                /* so often in a row */
    cors_heirloom_key_t heirloom;  /* of a query */
} cors_watched_t;

/* Not the time of day, which people set. The same in all processes. */
int64_t cors_watch_now(void);

/*
 * When the server starts, nobody has a query's answer yet. It takes a moment to
 * come, for which a process should not serve. Is that so now? No longer when
 * the answer is there, or there is none, or the first process has waited for a
 * second: those that are born later do not wait again.
 */
bool cors_watch_is_waiting(cors_watched_t *watched);

/* How a feed is doing, for the whole server. */
typedef struct cors_watch_view_t {
    const cors_feed_t *feed;
    unsigned generation;         /* how often it was replaced */
    int size;                    /* origins; -1: no list yet */
    apr_time_t loaded_at;        /* 0: never */
    apr_time_t failed_at;        /* 0: all is well */
    const char *error;           /* NULL: all is well; from p otherwise */
} cors_watch_view_t;

void cors_watch_view(const cors_watched_t *watched, cors_watch_view_t *view,
                     apr_pool_t *p);
/* There was no answer before the server was restarted, either. */
void cors_watch_do_not_wait(cors_watched_t *watched);

/* Begin with what was loaded with the configuration. */
void cors_watch_begin(cors_watched_t *watched);

/*
 * Put in force here what is in the copy, if that is new, and free what it
 * replaces. Before there are threads, and then by one of them. A process that
 * has no memory for it tries again, and allows nobody if that goes on.
 */
void cors_watch_take(cors_watched_t *watched, apr_pool_t *ptemp);

/* The same for a process that is about to serve: by no means with what its
 * parent had a while ago. */
void cors_watch_take_first(cors_watched_t *watched, apr_pool_t *ptemp);

/*
 * Look, if it is time and nobody else does. Takes as long as it takes. By any
 * thread.
 */
void cors_watch_look(cors_watched_t *watched, apr_pool_t *ptemp);

/* Say so if somebody has been looking for too long. */
void cors_watch_complain(cors_watched_t *watched, apr_pool_t *ptemp);

#endif
