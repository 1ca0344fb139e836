/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_feed: a list of origins from outside the configuration, a file or a
 * query, with what is in force of it.
 *
 * Each file and each query is one feed, however many directives name it.
 */
#ifndef CORS_FEED_H
#define CORS_FEED_H

#include <stdbool.h>

#include <apr_file_info.h>

#include "cors_hazard.h"
#include "cors_place.h"
#include "cors_slot.h"

typedef enum cors_feed_kind_t {
    CORS_FEED_FILE,   /* CorsOriginsFile, CorsOriginsFileEnv */
    CORS_FEED_QUERY   /* CorsOriginsQuery */
} cors_feed_kind_t;

/* By what a file is known to have changed. */
typedef struct cors_stamp_t {
    apr_dev_t device;
    apr_ino_t inode;
    apr_off_t size;
    apr_time_t mtime;
    apr_time_t ctime;
} cors_stamp_t;

typedef struct cors_feed_t {
    cors_feed_kind_t kind;
    const char *spec;            /* the absolute path, or the SQL */
    const cors_place_t *at;      /* the directive that names it first */
    cors_slot_t *slot;
    cors_stamp_t loaded;         /* of the file, at start */

    /* What one of the policies that use it may not have: while the server
     * runs, content with such a hazard is as bad as a bad pattern. */
    unsigned forbidden;
    const cors_place_t *forbidden_by[CORS_HAZARDS];  /* CorsAllowCredentials,
                                                        or NULL */
} cors_feed_t;

/* A feed that has nothing yet, to live in p, as must spec and at. */
cors_feed_t *cors_feed_create(cors_feed_kind_t kind, const char *spec,
                              const cors_place_t *at, apr_pool_t *p);

/*
 * Note that a policy that uses the feed may not have these hazards, because of
 * the directive by (NULL: they are never permitted). Configuration time.
 */
void cors_feed_forbid(cors_feed_t *feed, unsigned hazards,
                      const cors_place_t *by);

#endif
