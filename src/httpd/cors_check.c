/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_check.h"

#include <apr_hash.h>

#include "cors_conf.h"
#include "cors_lint.h"
#include "cors_log.h"
#include "cors_sections.h"

typedef struct check_t {
    const cors_registry_t *registry;
    cors_findings_t *findings; /* of all policies */
    cors_lint_memory_t *memory;
} check_t;

/* Lists that are read again later are held to the same rules then. */
static void tell_feeds(const cors_policy_t *policy)
{
    const unsigned forbidden = cors_policy_forbidden(policy);

    for (int i = 0; i < policy->sources->list->nelts; i++) {
        const cors_source_t *source =
            APR_ARRAY_IDX(policy->sources->list, i, const cors_source_t *);

        if (source->feed != NULL) {
            cors_feed_forbid(source->feed, forbidden,
                             cors_policy_has_credentials(policy)
                             ? policy->credentials.at : NULL);
        }
    }
}

static void lint(const check_t *check, const cors_policy_t *policy)
{
    if (cors_policy_is_on(policy)) {
        tell_feeds(policy);
        cors_lint_errors(policy, check->memory, check->findings);
        cors_lint_warnings(policy, check->memory, check->findings);
    }
}

static void visit(void *data, server_rec *server,
                  const cors_section_t *section, const cors_policy_t *policy)
{
    const check_t *check = data;
    cors_policy_t alone;

    (void)server;
    lint(check, policy);
    if (section != NULL && cors_policy_is_on(policy)) {
        /* By itself, too: another section for the same path may hide it. */
        alone = *section->policy;
        alone.lifted = policy->lifted;
        lint(check, &alone);
    }
}

/* One line per fault, however many sections and hosts inherit it. */
static bool is_new(apr_hash_t *seen, const cors_finding_t *finding,
                   apr_pool_t *p)
{
    const char *key = cors_log_finding_text(finding, p);

    if (apr_hash_get(seen, key, APR_HASH_KEY_STRING) != NULL) {
        return false;
    }
    apr_hash_set(seen, key, APR_HASH_KEY_STRING, finding);
    return true;
}

/* A query is nothing without who can ask it. */
static void check_feeds(const check_t *check)
{
    static const char *const needs[][2] = {
        {"mod_dbd.c", "dbd"}, {"mod_watchdog.c", "watchdog"}
    };

    for (int i = 0; i < check->registry->feeds->nelts; i++) {
        const cors_feed_t *feed =
            APR_ARRAY_IDX(check->registry->feeds, i, cors_fed_t).feed;

        for (int j = 0; j < 2 && feed->kind == CORS_FEED_QUERY; j++) {
            if (ap_find_linked_module(needs[j][0]) == NULL) {
                cors_findings_add(check->findings, CORS_MSG_QUERY, feed->at,
                                  "CorsOriginsQuery: needs mod_%s, which is "
                                  "not loaded; write LoadModule %s_module",
                                  needs[j][1], needs[j][1]);
            }
        }
    }
}

int cors_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *s)
{
    const cors_registry_t *registry = cors_conf_registry();
    check_t check = {registry, registry->findings,
                     cors_lint_memory_make(ptemp)};
    apr_hash_t *seen = apr_hash_make(ptemp);
    bool is_refused = false;

    (void)pconf;
    (void)plog;
    cors_sections_visit(registry, s, visit, &check, ptemp);
    check_feeds(&check);
    for (int i = 0; i < check.findings->nelts; i++) {
        const cors_finding_t *finding =
            &APR_ARRAY_IDX(check.findings, i, cors_finding_t);

        if (is_new(seen, finding, ptemp)) {
            is_refused |= cors_message_severity(finding->id) == CORS_ERROR;
            cors_log_finding(finding, s);
        }
    }
    return is_refused ? HTTP_INTERNAL_SERVER_ERROR : OK;
}
