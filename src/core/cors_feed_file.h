/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_feed_file: a feed that is a file with one origin pattern a line.
 *
 * It is read when the configuration is, and looked at again while the server
 * runs. What a file is replaced by may be complete at once (a rename) or grow
 * for a while (an editor, a copy), and its times may lie: so a change is a
 * different stamp, in whatever direction, and it is read when two looks in a
 * row have seen the same. A file that is renamed over again and again is held
 * open until it has settled; one that never settles is complained about.
 */
#ifndef CORS_FEED_FILE_H
#define CORS_FEED_FILE_H

#include "cors_feed.h"
#include "cors_load.h"

/* What has been seen of a file, by all processes; zeroed at first. */
typedef struct cors_file_seen_t {
    bool has_begun;        /* is loaded set? */
    bool is_gone;          /* the last look found no readable file */
    cors_stamp_t loaded;   /* of what is in force */
    cors_stamp_t refused;  /* of what was read last and is no good */
    cors_stamp_t last;     /* at the last look */
    int unsettled;         /* so many looks in a row saw a change */
    bool is_another;       /* the last of them, another file */
} cors_file_seen_t;

typedef enum cors_look_t {
    CORS_LOOK_SAME,       /* what is in the copy is what is there */
    CORS_LOOK_REFUSED,    /* still the content that was refused before */
    CORS_LOOK_UNSETTLED,  /* it has changed: look again soon */
    CORS_LOOK_LOADED,     /* new content is in the copy */
    CORS_LOOK_BAD,        /* new content is no good: see the findings */
    CORS_LOOK_FAILED      /* it cannot be read: see the findings */
} cors_look_t;

/* Of what was read: so many patterns, and so many lines or rows left out. */
typedef struct cors_tally_t {
    int good, refused;
} cors_tally_t;

/*
 * Read the file when the configuration is: what was written a moment ago, when
 * it has stayed as it is for a second. What is wrong with it or its lines is
 * appended to findings, named file:line; at is the directive that names it.
 */
void cors_feed_file_read(cors_feed_t *feed, const cors_place_t *at,
                         cors_findings_t *findings, apr_pool_t *ptemp);

/*
 * Look at the file while the server runs, and if it has changed, read it and
 * leave good content in the copy, from where processes take it. The caller has
 * the copy's lock, and with it seen. *tally says how much of it is good.
 */
cors_look_t cors_feed_file_look(cors_feed_t *feed, cors_file_seen_t *seen,
                                cors_copy_t *copy, cors_tally_t *tally,
                                cors_findings_t *findings, apr_pool_t *ptemp);

#endif
