/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A section's policy is examined as requests will meet it: merged over its
 * server's, over the sections that enclose it by path, and over those it is
 * nested in. Which sections of different kinds meet (a <Directory> and a
 * <Location>, or a .htaccess) only a request can tell; cors_decide.c refuses
 * unsafe combinations there.
 */
#include "cors_check.h"

#include <stdlib.h>

#include <apr_cstr.h>
#include <apr_hash.h>
#include <apr_strings.h>

#include "cors_conf.h"
#include "cors_lint.h"
#include "cors_log.h"

typedef struct check_t {
    const cors_registry_t *registry;
    server_rec *main_server;
    server_rec *server;        /* whose requests are considered */
    cors_findings_t *findings; /* of all policies */
    cors_lint_memory_t *memory;
    apr_pool_t *ptemp;
} check_t;

/* The path that a section is about, without quotes and the final ">"; NULL for
 * expressions and wildcards, of which nothing is known. */
static const char *path_of(const ap_directive_t *section, apr_pool_t *p)
{
    const char *args = section->args;
    char *path = ap_getword_conf(p, &args);
    apr_size_t len = strlen(path);

    if (len > 0 && path[len - 1] == '>') {
        path[--len] = '\0';
    }
    while (len > 1 && path[len - 1] == '/') {
        path[--len] = '\0';
    }
    return path[0] == '~' || strpbrk(path, "*?[") != NULL ? NULL : path;
}

static bool is_named(const ap_directive_t *section, const char *name)
{
    return apr_cstr_casecmp(section->directive, name) == 0;
}

/* What a section is nested in; a virtual host is no such thing. */
static const ap_directive_t *parent_of(const ap_directive_t *section)
{
    return section->parent != NULL && !is_named(section->parent, "<VirtualHost")
         ? section->parent : NULL;
}

/* Does outer's path hold for every URL or file that inner's holds for? */
static bool encloses(const ap_directive_t *outer, const ap_directive_t *inner,
                     apr_pool_t *p)
{
    const char *outer_path, *inner_path;
    apr_size_t len;

    if (parent_of(outer) != parent_of(inner)
        || !is_named(outer, inner->directive)
        || !(is_named(outer, "<Directory") || is_named(outer, "<Location"))
        || (outer_path = path_of(outer, p)) == NULL
        || (inner_path = path_of(inner, p)) == NULL) {
        return false;
    }
    len = strlen(outer_path);
    if (strncmp(outer_path, inner_path, len) != 0) {
        return false;
    }
    return inner_path[len] == '\0' || inner_path[len] == '/'
        || (len > 0 && outer_path[len - 1] == '/');
}

static void merge_over(cors_policy_t *policy, const cors_policy_t *add)
{
    cors_policy_t base = *policy;

    cors_policy_merge(policy, &base, add);
}

typedef struct enclosing_t {
    const cors_section_t *section;
    apr_size_t path_len;
    int order;
} enclosing_t;

/* As httpd applies them: directories from short to long, locations as they
 * stand in the file, the main server's first. */
static int compare_enclosing(const void *left, const void *right)
{
    const enclosing_t *a = left, *b = right;

    if (is_named(a->section->directive, "<Directory")
        && a->path_len != b->path_len) {
        return a->path_len < b->path_len ? -1 : 1;
    }
    return a->order - b->order;
}

static bool is_for_server(const check_t *check, const cors_section_t *section)
{
    return section->directive != NULL
        && (section->server == check->server
            || section->server == check->main_server);
}

/*
 * What a section says, over those that enclose it by path, over what it is
 * nested in (which may have no policy of its own, but be enclosed by one).
 */
static void merge_section(cors_policy_t *policy, const check_t *check,
                          const ap_directive_t *directive)
{
    const apr_array_header_t *list = check->registry->sections;
    apr_array_header_t *chain =
        apr_array_make(check->ptemp, 4, sizeof(enclosing_t));

    if (parent_of(directive) != NULL) {
        merge_section(policy, check, parent_of(directive));
    }
    for (int i = 0; i < list->nelts; i++) {
        const cors_section_t *other = APR_ARRAY_IDX(list, i, cors_section_t *);

        if (is_for_server(check, other)
            && (other->directive == directive
                || encloses(other->directive, directive, check->ptemp))) {
            const char *path = path_of(other->directive, check->ptemp);
            enclosing_t *link = apr_array_push(chain);

            link->section = other;
            link->path_len = path ? strlen(path) : 0;
            link->order = other->server == check->main_server
                        ? i : i + list->nelts;
        }
    }
    qsort(chain->elts, (size_t)chain->nelts, sizeof(enclosing_t),
          compare_enclosing);
    for (int i = 0; i < chain->nelts; i++) {
        merge_over(policy,
                   APR_ARRAY_IDX(chain, i, enclosing_t).section->policy);
    }
}

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

/* Every policy that requests to this server can be known to meet. */
static void check_server(const check_t *check)
{
    const apr_array_header_t *list = check->registry->sections;
    const cors_policy_t *base =
        cors_conf_policy(check->server->lookup_defaults);

    lint(check, base);
    for (int i = 0; i < list->nelts; i++) {
        const cors_section_t *section =
            APR_ARRAY_IDX(list, i, cors_section_t *);
        cors_policy_t policy = *base, alone;

        if (!is_for_server(check, section)) {
            continue;
        }
        merge_section(&policy, check, section->directive);
        if (!cors_policy_is_on(&policy)) {
            continue;
        }
        lint(check, &policy);
        /* By itself, too: another section for the same path may hide it. */
        alone = *section->policy;
        alone.lifted = policy.lifted;
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
    check_t check = {registry, s, NULL, registry->findings,
                     cors_lint_memory_make(ptemp), ptemp};
    apr_hash_t *seen = apr_hash_make(ptemp);
    bool is_refused = false;

    (void)pconf;
    (void)plog;
    for (check.server = s; check.server != NULL;
         check.server = check.server->next) {
        check_server(&check);
    }
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
