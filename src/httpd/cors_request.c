/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_request.h"

#include "cors_conf.h"
#include "cors_facts.h"
#include "cors_log.h"
#include "mod_cors.h"

cors_request_t *cors_request_get(const request_rec *r)
{
    while (r->main != NULL) {
        r = r->main;
    }
    while (r->prev != NULL) {
        r = r->prev;
    }
    return ap_get_module_config(r->request_config, &cors_module);
}

static void capture(cors_request_t *cors, const request_rec *r,
                    cors_level_t level)
{
    const cors_policy_t *policy = cors_conf_policy(r->per_dir_config);

    cors->level = level;
    cors->section = policy;
    cors->policy = policy != NULL && cors_policy_is_on(policy) ? policy : NULL;
    cors->is_decided = false;
}

void cors_request_decide(cors_request_t *cors)
{
    if (!cors->is_decided) {
        cors_decide(&cors->verdict, cors->policy, &cors->facts);
        cors->is_decided = true;
        cors_log_verdict(cors->first, &cors->verdict, cors->policy);
    }
}

/*
 * The headers are read here, before "RequestHeader ... early" or a later
 * module can change them.
 */
int cors_request_begin(request_rec *r)
{
    const cors_server_t *server = cors_conf_server(r->server);
    cors_request_t *cors;

    if (!server->has_policies || r->main != NULL || r->prev != NULL) {
        return DECLINED;
    }
    cors = apr_pcalloc(r->pool, sizeof *cors);
    cors->first = r;
    cors_facts_read(&cors->facts, r);
    cors->is_preflight = cors_is_preflight(&cors->facts);
    capture(cors, r, CORS_LEVEL_SERVER);
    ap_set_module_config(r->request_config, &cors_module, cors);
    return DECLINED;
}

int cors_request_at_location(request_rec *r)
{
    if (r->main == NULL && r->prev == NULL) {
        cors_request_t *cors = cors_request_get(r);

        if (cors != NULL) {
            const cors_policy_t *of_server =
                cors_conf_policy(r->server->lookup_defaults);

            capture(cors, r, CORS_LEVEL_LOCATION);
            cors->is_from_location = cors->section != of_server;
            cors->asked_uri = r->uri;
        }
    }
    return DECLINED;
}

void cors_request_at_full(cors_request_t *cors, const request_rec *r)
{
    const bool is_rewritten = cors->asked_uri != NULL
                           && strcmp(cors->asked_uri, r->uri) != 0;

    if (r->prev != NULL ? cors->policy == NULL
                        : !(is_rewritten && cors->is_from_location)) {
        capture(cors, r, CORS_LEVEL_FULL);
    }
    cors->level = CORS_LEVEL_FULL;
}
