/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_conf.h"

#include <apr_cstr.h>
#include <http_core.h>

#include "cors_psl.h"

/*
 * Alive from pre_config to post_config only. Later there are threads, and
 * .htaccess files are parsed in request pools.
 */
static cors_registry_t *registry;

/* Written in check_config, by the only thread, and read by all afterwards. */
static bool is_in_use;

void *cors_conf_create_dir(apr_pool_t *p, char *dir)
{
    (void)dir;
    return apr_pcalloc(p, sizeof(cors_policy_t));
}

void *cors_conf_merge_dir(apr_pool_t *p, void *base, void *add)
{
    cors_policy_t *merged = apr_palloc(p, sizeof *merged);

    cors_policy_merge(merged, base, add);
    return merged;
}

bool cors_conf_in_use(void)
{
    return is_in_use;
}

cors_registry_t *cors_conf_registry(void)
{
    return registry;
}

int cors_conf_pre_config(apr_pool_t *pconf, apr_pool_t *plog,
                         apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    cors_policy_init(pconf);
    cors_psl_init(pconf);
    registry = apr_pcalloc(pconf, sizeof *registry);
    registry->pool = pconf;
    registry->sections = apr_array_make(pconf, 8, sizeof(cors_section_t *));
    registry->feeds = apr_array_make(pconf, 2, sizeof(cors_fed_t));
    registry->findings = cors_findings_make(pconf);
    return OK;
}

/*
 * <Location> is in force as soon as the URL is known; whatever else can hold
 * directives is taken to need the file or the proxy behind it. <If> too: its
 * condition may ask for the file name, and is evaluated again when that is
 * known.
 */
static cors_scope_t scope_of(const ap_directive_t *section)
{
    cors_scope_t scope = CORS_SCOPE_SERVER;

    for (; section != NULL; section = section->parent) {
        if (apr_cstr_casecmp(section->directive, "<VirtualHost") == 0) {
            break;
        }
        if (apr_cstr_casecmp(section->directive, "<Location") != 0
            && apr_cstr_casecmp(section->directive, "<LocationMatch") != 0) {
            return CORS_SCOPE_DIRECTORY;
        }
        scope = CORS_SCOPE_LOCATION;
    }
    return scope;
}

void cors_conf_register(cors_policy_t *policy, const cmd_parms *cmd)
{
    cors_section_t *section;
    const ap_directive_t *parent = cmd->directive->parent;

    for (int i = registry->sections->nelts - 1; i >= 0; i--) {
        section = APR_ARRAY_IDX(registry->sections, i, cors_section_t *);
        if (section->policy == policy) {
            return;
        }
    }
    section = apr_pcalloc(registry->pool, sizeof *section);
    section->policy = policy;
    section->server = cmd->server;
    section->scope = scope_of(parent);
    section->directive = section->scope == CORS_SCOPE_SERVER ? NULL : parent;
    APR_ARRAY_PUSH(registry->sections, cors_section_t *) = section;
}

/* May a .htaccess file hold the directives, as this section's AllowOverride
 * has it? AllowOverrideList may name any of them. */
static bool allows_override(const ap_conf_vector_t *per_dir_config)
{
    const core_dir_config *core = ap_get_core_module_config(per_dir_config);

    if (core->override_list != NULL
        && !apr_is_empty_table(core->override_list)) {
        return true;
    }
    return (core->override & OR_UNSET) == 0
        && (core->override & OR_FILEINFO) != 0;
}

static bool has_htaccess(const server_rec *s)
{
    const core_server_config *core =
        ap_get_core_module_config(s->module_config);
    const apr_array_header_t *sections = core->sec_dir;

    for (int i = 0; i < sections->nelts; i++) {
        if (allows_override(APR_ARRAY_IDX(sections, i, ap_conf_vector_t *))) {
            return true;
        }
    }
    return allows_override(s->lookup_defaults);
}

/* A record of its own for each: servers without own directives would otherwise
 * share the main server's. */
static cors_server_t *expect(apr_pool_t *pconf, const server_rec *s,
                             const server_rec *main_server)
{
    cors_server_t *server = apr_pcalloc(pconf, sizeof *server);

    for (int i = 0; i < registry->sections->nelts; i++) {
        const cors_section_t *section =
            APR_ARRAY_IDX(registry->sections, i, cors_section_t *);

        if (section->server == main_server || section->server == s) {
            server->has_policies |= section->policy->sources != NULL;
            server->has_section_policies |=
                section->scope != CORS_SCOPE_SERVER;
            server->has_directory_policies |=
                section->scope == CORS_SCOPE_DIRECTORY;
        }
    }
    if (has_htaccess(s)) {
        server->has_policies = true;
        server->has_section_policies = true;
        server->has_directory_policies = true;
    }
    return server;
}

void cors_conf_expect(apr_pool_t *pconf, server_rec *main_server)
{
    is_in_use = false;
    for (server_rec *s = main_server; s != NULL; s = s->next) {
        cors_server_t *server = expect(pconf, s, main_server);

        is_in_use |= server->has_policies;
        ap_set_module_config(s->module_config, &cors_module, server);
    }
}

void cors_conf_forget(void)
{
    registry = NULL;
}
