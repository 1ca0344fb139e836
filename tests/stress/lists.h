/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lists: the feeds of the stress test, the two lists that each of them has in
 * turn, and the policies that use them.
 *
 * The last feed has lists of one or two lines, which are replaced as fast as
 * can be: that is where a reader may be caught between two steps.
 */
#ifndef CORS_STRESS_LISTS_H
#define CORS_STRESS_LISTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "cors_copy.h"
#include "cors_load.h"
#include "cors_policy.h"

enum { FEEDS = 3, RUSHED = 2, LISTS = 2, POLICIES = 4 };

typedef struct fed_t {
    cors_feed_t *feed;
    const char *const *texts;      /* of its lists */
    cors_copy_t *copy;
    cors_copy_shared_t shared;
    atomic_int alive;              /* sets that have not been freed */
    unsigned replaced;             /* by its writer, who alone has these */
    unsigned most_waiting;
} fed_t;

/* A policy, and what it is when its feeds have certain lists for ever. */
typedef struct acted_t {
    cors_policy_t *policy;
    cors_policy_t *still[LISTS * LISTS];
    int n_still;
} acted_t;

typedef struct stage_t {
    fed_t feeds[FEEDS];
    acted_t policies[POLICIES];
    acted_t rushed;                /* with credentials, of the last feed */
    const cors_set_t *lists[FEEDS][LISTS];
    atomic_ulong looks;
} stage_t;

/* Make all that, with a first list in each feed, in p. */
void lists_make(stage_t *stage, apr_pool_t *p);

/* What the one writer of a feed does the ith time: read a list, and another. */
void lists_replace(fed_t *fed, unsigned i);

/* The same of the last feed: no reading, only the slot. */
void lists_rush(fed_t *fed, unsigned i);

/* How many kilobytes the process has in memory. */
long lists_memory(void);

/* Say what is wrong, the first time; the test has failed then. */
void stress_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool stress_has_failed(void);

#endif
