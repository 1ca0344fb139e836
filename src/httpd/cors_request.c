/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_request.h"

#include <stddef.h>

#include <apr_strings.h>
#include <http_request.h>

#include "cors_actual.h"
#include "cors_apply.h"
#include "cors_conf.h"
#include "cors_facts.h"
#include "cors_resolve.h"
#include "mod_cors.h"

/* Not the verdict, which is large. */
cors_request_t *cors_request_make(apr_pool_t *p)
{
    cors_request_t *cors = apr_palloc(p, sizeof *cors);

    memset(cors, 0, offsetof(cors_request_t, verdict));
    return cors;
}

/* Capture the policy that is in force for r now. */
static void capture(cors_request_t *cors, const request_rec *r,
                    cors_level_t level)
{
    const cors_policy_t *policy = cors_conf_policy(r->per_dir_config);

    cors->level = level;
    cors->section = policy;
    cors->policy = policy != NULL && cors_policy_is_on(policy) ? policy : NULL;
    cors->is_decided = false;
}

static void decide(cors_request_t *cors)
{
    cors_decide_at_first(&cors->verdict, cors->policy, &cors->facts);
    if (cors_verdict_is_about_origin(&cors->verdict)) {
        if (!cors->knows_site) {
            cors_facts_read_site(&cors->facts, cors->first);
        }
        cors_facts_read_own(&cors->facts, cors->first);
        cors_decide_by_own_origin(&cors->verdict, cors->policy, &cors->facts);
    }
}

static void decide_once(cors_request_t *cors)
{
    if (!cors->is_decided) {
        decide(cors);
        cors->is_decided = true;
        cors->is_logged = false;
        cors->told = NULL;
    }
}

void cors_request_decide(cors_request_t *cors, request_rec *r)
{
    decide_once(cors);
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
 * module can change them. The environment is told when SetEnvIf has had its turn.
 */
int cors_request_begin(request_rec *r)
{
    const cors_server_t *server = cors_conf_server(r->server);
    cors_request_t *cors;

    if (!server->has_policies || r->main != NULL || r->prev != NULL
        || !is_about_a_resource(r)) {
        return DECLINED;
    }
    cors = cors_request_make(r->pool);
    cors->first = r;
    cors->server = r->server;
    cors->hostname = r->hostname;
    cors->subject = r;
    cors_facts_read(&cors->facts, r);
    capture(cors, r, server->has_section_policies ? CORS_LEVEL_SERVER
                                                  : CORS_LEVEL_FULL);
    if (cors->level != CORS_LEVEL_FULL) {
        /* Before "RequestHeader ... early" or a later module can change it. */
        cors_facts_read_site(&cors->facts, r);
        cors->knows_site = true;
    }
    else if (cors->policy == NULL) {
        return DECLINED;
    }
    else {
        decide_once(cors);
    }
    ap_set_module_config(r->request_config, &cors_module, cors);
    cors_actual_begin(cors, r);
    return DECLINED;
}

static void begin_again(cors_request_t *cors, request_rec *r)
{
    cors->server = r->server;
    cors->hostname = r->hostname;
    capture(cors, r, cors_conf_server(r->server)->has_section_policies
                         ? CORS_LEVEL_SERVER : CORS_LEVEL_FULL);
}

static bool is_for_same_host(const cors_request_t *cors, const request_rec *r)
{
    return cors->server == r->server && cors->hostname == r->hostname;
}

static cors_request_t *complete(cors_request_t *cors)
{
    return cors != NULL && cors->level == CORS_LEVEL_FULL
        && cors->policy != NULL ? cors : NULL;
}

/*
 * r may still have the configuration of the host that it was read for, on which
 * httpd would put this one's <Location>s. When httpd itself finds another host,
 * it does what is done here.
 */
cors_request_t *cors_request_at_host(request_rec *r)
{
    cors_request_t *cors =
        ap_get_module_config(r->request_config, &cors_module);

    if (cors != NULL ? is_for_same_host(cors, r)
                     : !cors_conf_server(r->server)->has_policies) {
        return complete(cors);
    }
    r->per_dir_config = r->server->lookup_defaults;
    if (cors != NULL) {
        begin_again(cors, r);
        return complete(cors);
    }
    /* Of a host without any policy nothing was kept. */
    (void)cors_request_begin(r);
    return complete(ap_get_module_config(r->request_config, &cors_module));
}

static bool is_silent(const cors_request_t *cors)
{
    return cors->section == NULL || cors_policy_is_silent(cors->section);
}

/* The first that is seen of a lookup's subrequest: from here on it has a state
 * of its own. */
static cors_request_t *begin_lookup(cors_request_t *cors, request_rec *r)
{
    cors_request_t *lookup = cors->lookup;

    cors->lookup = NULL;
    lookup->subject = r;
    ap_set_module_config(r->request_config, &cors_module, lookup);
    return lookup;
}

int cors_request_at_location(request_rec *r)
{
    cors_request_t *cors = cors_request_open(r);

    if (cors != NULL && cors->lookup != NULL && r->main == cors->subject) {
        cors = begin_lookup(cors, r);
    }
    if (cors == NULL || cors->subject != r || cors->unwalkable != NULL
        || (cors->level == CORS_LEVEL_FULL && cors->is_decided)) {
        return DECLINED;
    }
    capture(cors, r, cors_conf_server(r->server)->has_directory_policies
                         ? CORS_LEVEL_LOCATION : CORS_LEVEL_FULL);
    cors->asked_uri = r->uri;
    return DECLINED;
}

void cors_request_walk(cors_request_t *cors, request_rec *r, char *path)
{
    ap_conf_vector_t *const config = r->per_dir_config;
    char *const uri = r->uri;

    r->uri = path;
    if (ap_location_walk(r) == OK && ap_if_walk(r) == OK) {
        capture(cors, r, CORS_LEVEL_FULL);
    }
    r->uri = uri;
    r->per_dir_config = config;
}

static bool is_rewritten(const cors_request_t *cors, const request_rec *r)
{
    return cors->asked_uri != NULL && strcmp(cors->asked_uri, r->uri) != 0;
}

/*
 * In httpd's place, which would do the same, where another URL than the one
 * asked for was translated, by a rewrite or because a lookup looks above the
 * file: the one moment at which the directory's sections are known, and the
 * <Location> of that other URL is not yet on top of them.
 */
int cors_request_at_storage(request_rec *r)
{
    cors_request_t *cors = cors_request_open(r);
    ap_conf_vector_t *config;
    int rv;

    if (cors == NULL || cors->subject != r || !is_rewritten(cors, r)
        || !cors_conf_server(r->server)->has_directory_policies) {
        return DECLINED;
    }
    if ((rv = ap_directory_walk(r)) != OK || (rv = ap_file_walk(r)) != OK) {
        return rv;
    }
    config = r->per_dir_config;
    cors_resolve_directories(cors, r);
    cors_request_walk(cors, r, apr_pstrdup(r->pool, cors->asked_uri));
    r->per_dir_config = config;
    return OK;
}

/* The first status in a chain of internal redirects that was no success. */
static int failure(const request_rec *r)
{
    int status = HTTP_OK;

    for (r = r->prev; r != NULL; r = r->prev) {
        status = r->status != HTTP_OK ? r->status : status;
    }
    return status;
}

/*
 * The policy is that of another URL, to which only this request has led. A hit
 * of mod_cache's quick handler would not come by there, so there must not be
 * any: this is mod_cache's own variable against storing.
 */
static void keep_from_cache(const cors_request_t *cors, request_rec *r)
{
    if (cors->policy != NULL) {
        apr_table_setn(r->subprocess_env, "no-cache", "cors");
    }
}

void cors_request_at_full(cors_request_t *cors, request_rec *r)
{
    /* A rewritten URL that no file is behind (a proxied one) has what r has:
     * nobody can tell its <Proxy> sections and <Location>s apart. */
    const bool is_known = cors->level == CORS_LEVEL_FULL || r->prev != NULL;

    if (!is_known || is_silent(cors)) {
        capture(cors, r, CORS_LEVEL_FULL);
        cors->is_borrowed = failure(r) != HTTP_OK;
        if (r->prev != NULL) {
            keep_from_cache(cors, r);
        }
    }
    cors->level = CORS_LEVEL_FULL;
}

bool cors_request_at_redirect(cors_request_t *cors, request_rec *r)
{
    if (cors_conf_policy(r->per_dir_config) == cors->section
        || !is_silent(cors)) {
        return false;
    }
    capture(cors, r, CORS_LEVEL_FULL);
    keep_from_cache(cors, r);
    return true;
}
