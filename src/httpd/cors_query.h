/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_query: a feed that is the answer of a database, through mod_dbd.
 *
 * Never called by a request: a database may take its time, or not answer.
 */
#ifndef CORS_QUERY_H
#define CORS_QUERY_H

#include <httpd.h>

#include "cors_feed_file.h"

/* The answer that is in the copy, known by all processes; zeroed at first. */
typedef struct cors_query_seen_t {
    bool has_answer;
    apr_uint64_t digest;  /* of its rows, in whatever order */
} cors_query_seen_t;

/*
 * Ask the server's database, and leave the answer in the copy if it differs
 * from the one there; see cors_feed_file_look for the rest. key, of 16 random bytes, is the
 * same in all processes. Never CORS_LOOK_BAD: bad rows are left out.
 */
cors_look_t cors_query_look(cors_feed_t *feed, server_rec *server,
                            cors_query_seen_t *seen, const unsigned char *key,
                            cors_copy_t *copy, cors_tally_t *tally,
                            cors_findings_t *findings);

#endif
