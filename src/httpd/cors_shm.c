/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_shm.h"

#include <apr_general.h>
#include <apr_shm.h>
#include <apr_strings.h>
#include <http_core.h>

#include "cors_log.h"
#include "mod_cors.h"

/*
 * The memory may have been made by another version of the module, before it was
 * replaced and the server restarted gracefully: each has its own.
 */
static const char *name_of(apr_pool_t *p)
{
    return apr_psprintf(p, "mod_cors %s: counters of %lu bytes",
                        MOD_CORS_VERSION, (unsigned long)sizeof(cors_shm_t));
}

/* Written in post_config, by the only thread. */
static cors_shm_t *shared;

/* In the process's pool, which has nothing of the module's code. */
static cors_shm_t *make(server_rec *s, const char *name)
{
    apr_pool_t *p = s->process->pool;
    apr_shm_t *shm;
    cors_shm_t *made;
    apr_status_t rv = apr_shm_create(&shm, sizeof *made, NULL, p);

    if (rv == APR_SUCCESS) {
        made = apr_shm_baseaddr_get(shm);
        memset(made, 0, sizeof *made);
        made->since = apr_time_now();
        rv = apr_generate_random_bytes(made->seen.key, sizeof made->seen.key);
    }
    if (rv != APR_SUCCESS) {
        cors_log_not_counted(s, rv);
        return NULL;
    }
    (void)apr_pool_userdata_set(made, name, apr_pool_cleanup_null, p);
    return made;
}

void cors_shm_post_config(server_rec *s, const apr_array_header_t *rules)
{
    const char *name = name_of(s->process->pool);
    void *found = NULL;

    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return;
    }
    (void)apr_pool_userdata_get(&found, name, s->process->pool);
    shared = found != NULL ? found : make(s, name);
    if (shared != NULL) {
        cors_rule_stats_configure(&shared->rules, rules);
    }
}

cors_shm_t *cors_shm(void)
{
    return shared;
}
