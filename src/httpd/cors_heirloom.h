/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_heirloom: the answers of databases, from one configuration to the next.
 *
 * A graceful restart makes everything anew. Files are read with the
 * configuration, but a database is not asked before child processes run, and it
 * may be down: until it answers, what the same query said last stays in force.
 */
#ifndef CORS_HEIRLOOM_H
#define CORS_HEIRLOOM_H

#include <apr_sha1.h>
#include <httpd.h>

#include "cors_copy.h"
#include "cors_load.h"

/*
 * What says that a query is the same as before: a digest of the SQL, of the
 * server it belongs to, and of what the configuration says of its database.
 */
typedef struct cors_heirloom_key_t {
    int generation;   /* of the configuration */
    unsigned char digest[APR_SHA1_DIGESTSIZE];
} cors_heirloom_key_t;

/* Make the key of a query of the present configuration. */
void cors_heirloom_key(cors_heirloom_key_t *key, const char *sql,
                       const server_rec *s);

/*
 * Keep the copy's content, or that there is none, under this key, for the next
 * configuration of the process. Called when the present one goes.
 */
void cors_heirloom_leave(const cors_heirloom_key_t *key,
                         const cors_copy_t *copy, server_rec *s);

/*
 * Load what the configuration right before left under this key; the load has
 * begun. False where there is nothing.
 */
bool cors_heirloom_load(const cors_heirloom_key_t *key, cors_load_t *load,
                        server_rec *s, apr_pool_t *ptemp);

/* Did the configuration right before have the query, answered or not? */
bool cors_heirloom_is_known(const cors_heirloom_key_t *key, server_rec *s);

/* Forget what was left, by whichever configuration. */
void cors_heirloom_forget(server_rec *s);

#endif
