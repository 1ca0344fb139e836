/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_request.h"

#include "cors_apply.h"
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

void cors_request_capture(cors_request_t *cors, const request_rec *r,
                          cors_level_t level)
{
    const cors_policy_t *policy = cors_conf_policy(r->per_dir_config);

    cors->level = level;
    cors->section = policy;
    cors->policy = policy != NULL && cors_policy_is_on(policy) ? policy : NULL;
    cors->is_decided = false;
}

void cors_request_decide(cors_request_t *cors, request_rec *r)
{
    if (!cors->is_decided) {
        cors_decide(&cors->verdict, cors->policy, &cors->facts);
        cors->is_decided = true;
        cors->told = NULL;
        cors_log_verdict(cors->first, &cors->verdict, cors->policy);
    }
    if (cors->told != r) {
        cors_apply_environment(r, &cors->verdict);
        cors->told = r;
    }
}

/* TRACE and "OPTIONS *" are about the server. */
static bool is_about_a_resource(const request_rec *r)
{
    return r->method_number != M_TRACE
        && !(r->uri != NULL && r->uri[0] == '*' && r->uri[1] == '\0');
}

/*
 * The headers are read here, before "RequestHeader ... early" or a later
 * module can change them.
 */
int cors_request_begin(request_rec *r)
{
    const cors_server_t *server = cors_conf_server(r->server);
    cors_request_t *cors;

    if (server == NULL || !server->has_policies || r->main != NULL
        || r->prev != NULL || !is_about_a_resource(r)) {
        return DECLINED;
    }
    cors = apr_pcalloc(r->pool, sizeof *cors);
    cors->first = r;
    cors_facts_read(&cors->facts, r);
    cors_request_capture(cors, r, CORS_LEVEL_SERVER);
    ap_set_module_config(r->request_config, &cors_module, cors);
    return DECLINED;
}

int cors_request_at_location(request_rec *r)
{
    cors_request_t *cors;
    const cors_policy_t *of_server;

    if (r->main != NULL || r->prev != NULL
        || (cors = cors_request_get(r)) == NULL) {
        return DECLINED;
    }
    of_server = cors_conf_policy(r->server->lookup_defaults);
    cors_request_capture(cors, r,
                         cors_conf_server(r->server)->has_directory_policies
                             ? CORS_LEVEL_LOCATION : CORS_LEVEL_FULL);
    cors->is_from_location = cors->section != of_server;
    cors->asked_uri = r->uri;
    return DECLINED;
}

void cors_request_at_full(cors_request_t *cors, const request_rec *r)
{
    const bool is_rewritten = cors->asked_uri != NULL
                           && strcmp(cors->asked_uri, r->uri) != 0;
    bool is_settled;

    if (r->prev != NULL) {
        is_settled = cors->policy != NULL;
    }
    else {
        is_settled = is_rewritten ? cors->is_from_location
                                  : cors->level == CORS_LEVEL_FULL;
    }
    if (!is_settled) {
        cors_request_capture(cors, r, CORS_LEVEL_FULL);
    }
    cors->level = CORS_LEVEL_FULL;
}
