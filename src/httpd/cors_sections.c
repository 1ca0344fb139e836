/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_sections.h"

#include <stdlib.h>

#include <apr_cstr.h>
#include <apr_strings.h>

typedef struct walk_t {
    const cors_registry_t *registry;
    server_rec *main_server;
    server_rec *server;        /* whose requests are considered */
    apr_pool_t *ptemp;
} walk_t;

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

static bool is_for_server(const walk_t *walk, const cors_section_t *section)
{
    return section->directive != NULL
        && (section->server == walk->server
            || section->server == walk->main_server);
}

/*
 * What a section says, over those that enclose it by path, over what it is
 * nested in (which may have no policy of its own, but be enclosed by one).
 */
static void merge_section(cors_policy_t *policy, const walk_t *walk,
                          const ap_directive_t *directive)
{
    const apr_array_header_t *list = walk->registry->sections;
    const ap_directive_t *parent = parent_of(directive);
    apr_array_header_t *chain =
        apr_array_make(walk->ptemp, 4, sizeof(enclosing_t));

    if (parent != NULL) {
        merge_section(policy, walk, parent);
    }
    for (int i = 0; i < list->nelts; i++) {
        const cors_section_t *other = APR_ARRAY_IDX(list, i, cors_section_t *);

        if (is_for_server(walk, other)
            && (other->directive == directive
                || encloses(other->directive, directive, walk->ptemp))) {
            const char *path = path_of(other->directive, walk->ptemp);
            enclosing_t *link = apr_array_push(chain);

            link->section = other;
            link->path_len = path ? strlen(path) : 0;
            link->order = other->server == walk->main_server
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

/* Every policy that requests to this server can be known to meet. */
static void visit_server(const walk_t *walk, cors_sections_visit_t *visit,
                         void *data)
{
    const apr_array_header_t *list = walk->registry->sections;
    const cors_policy_t *base =
        cors_conf_policy(walk->server->lookup_defaults);

    visit(data, walk->server, NULL, base);
    for (int i = 0; i < list->nelts; i++) {
        const cors_section_t *section =
            APR_ARRAY_IDX(list, i, cors_section_t *);

        if (is_for_server(walk, section)) {
            cors_policy_t *policy =
                apr_pmemdup(walk->ptemp, base, sizeof *base);

            merge_section(policy, walk, section->directive);
            visit(data, walk->server, section, policy);
        }
    }
}

void cors_sections_visit(const cors_registry_t *registry,
                         server_rec *main_server,
                         cors_sections_visit_t *visit, void *data,
                         apr_pool_t *ptemp)
{
    walk_t walk = {registry, main_server, NULL, ptemp};

    for (walk.server = main_server; walk.server != NULL;
         walk.server = walk.server->next) {
        visit_server(&walk, visit, data);
    }
}
