/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_rule_stats: how many requests each <CorsOrigin> section decided, in
 * memory of fixed size that all processes of a server share.
 *
 * A section is known by its place. Those of the server's configuration have an
 * entry from the start; those of .htaccess get one with their first request,
 * as long as there is room, and are counted together after that. No request
 * waits, and no entry is given to another section while the server runs: when it
 * is restarted gracefully, those that are gone from the configuration make room.
 */
#ifndef CORS_RULE_STATS_H
#define CORS_RULE_STATS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <apr_tables.h>

#include "cors_rule.h"

enum {
    CORS_RULE_STATS_MAX = 256,   /* sections with an entry of their own */
    CORS_RULE_STATS_PLACE = 192, /* bytes kept of a place, with a NUL */
    CORS_RULE_STATS_PATTERNS = 128  /* and of the patterns */
};

typedef struct cors_rule_entry_t {
    _Atomic uint64_t hash;       /* of the place; 0: none yet */
    _Atomic uint32_t is_taken;   /* by one who is about to write the rest */
    uint32_t is_configured;      /* not in .htaccess */
    _Atomic uint64_t allowed, denied;
    char place[CORS_RULE_STATS_PLACE];        /* "file:line" */
    char patterns[CORS_RULE_STATS_PATTERNS];  /* as written, or its beginning */
} cors_rule_entry_t;

/* Zeroed to begin with. */
typedef struct cors_rule_stats_t {
    cors_rule_entry_t entries[CORS_RULE_STATS_MAX];
    _Atomic uint64_t others_allowed, others_denied;  /* of those without one */
} cors_rule_stats_t;

/* One section, as it was at one moment. */
typedef struct cors_rule_view_t {
    const char *place;     /* NULL: all without an entry of their own */
    const char *patterns;
    uint64_t allowed, denied;
} cors_rule_view_t;

/*
 * Give the configuration's sections an entry each, and take those back that it
 * does not have any more. rules: of const cors_policy_t *. By one thread, while
 * the server starts or is restarted.
 */
void cors_rule_stats_configure(cors_rule_stats_t *stats,
                               const apr_array_header_t *rules);

/* Count a request that this rule decided. Any thread, any process. */
void cors_rule_stats_count(cors_rule_stats_t *stats,
                           const cors_policy_t *rule, bool is_allowed);

/* All entries, of cors_rule_view_t, by place; from p, texts included. */
apr_array_header_t *cors_rule_stats_read(const cors_rule_stats_t *stats,
                                         apr_pool_t *p);

#endif
