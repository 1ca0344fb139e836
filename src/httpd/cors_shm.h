/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_shm: the counters of the whole server, in memory that all its processes
 * share and that outlives graceful restarts.
 */
#ifndef CORS_SHM_H
#define CORS_SHM_H

#include <httpd.h>

#include "cors_rule_stats.h"
#include "cors_seen.h"
#include "cors_stats.h"

typedef struct cors_shm_t {
    apr_time_t since;       /* when counting began */
    cors_stats_t stats;
    cors_rule_stats_t rules;
    cors_seen_t seen;
} cors_shm_t;

/*
 * post_config: find the memory of the configuration before, or make it, for
 * these rules among others (of const cors_policy_t *). Without it, which the log
 * says, requests are served and not counted.
 */
void cors_shm_post_config(server_rec *s, const apr_array_header_t *rules);

/* NULL where there is none. */
cors_shm_t *cors_shm(void);

#endif
