/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_load: a feed's next set in the making.
 *
 * It has memory of its own, so that it can be thrown away, now or when it is
 * replaced one day. Running out of it is an error here and nothing worse: a
 * list that is too long must not take the server with it.
 */
#ifndef CORS_LOAD_H
#define CORS_LOAD_H

#include "cors_copy.h"
#include "cors_feed.h"
#include "cors_finding.h"
#include "cors_lines.h"

/* While the server runs: so many findings are kept, the others counted. */
enum { CORS_LOAD_FINDINGS_MAX = 100 };

typedef struct cors_load_t {
    cors_feed_t *feed;
    cors_findings_t *findings;  /* what is wrong with lines or rows */
    int max_findings;           /* 0: no limit */
    cors_set_t *set;
    apr_pool_t *own;            /* of the set */
    cors_place_t at;            /* of what is added next */
    int refused;                /* how many lines or rows are not in the set */
    apr_status_t error;         /* APR_ENOMEM: it is not complete */
} cors_load_t;

/* Begin, with nothing in the set. findings stay the caller's. */
void cors_load_begin(cors_load_t *load, cors_feed_t *feed,
                     cors_findings_t *findings);

/*
 * Add what a row of a query says, blanks around it removed; NULL is as good as
 * nothing. What is no pattern, or what a policy that uses the feed may not
 * have, is left out, with a finding.
 */
void cors_load_row(cors_load_t *load, const char *text);

/*
 * Add all patterns of a text: one a line, '#' starts a comment, blank lines, a
 * byte order mark and line ends of DOS are fine. The same is left out. Returns
 * why reading ended, APR_SUCCESS at its end.
 */
apr_status_t cors_load_lines(cors_load_t *load, cors_lines_t *lines);

/* How many patterns there are by now. */
int cors_load_size(const cors_load_t *load);

/*
 * Leave what there is in the copy, for all processes; the caller has its lock.
 * Nothing of it is in force yet. An error of the copy, or load->error, is
 * returned.
 */
apr_status_t cors_load_leave(const cors_load_t *load, cors_copy_t *copy);

/*
 * Put the set in force. load->error is returned, and then the load is dropped.
 * By the thread that replaces what is in the feed's slot.
 */
apr_status_t cors_load_finish(cors_load_t *load);

/* Or throw everything away. */
void cors_load_drop(cors_load_t *load);

#endif
