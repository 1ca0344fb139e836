/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_conf: the module's configuration records and their lifetimes.
 *
 * Per directory (any section, or .htaccess): a cors_policy_t, from the pool
 * that httpd gives: the configuration's, or the request's for .htaccess and
 * for merges. Per server: what its requests can expect (cors_server_t).
 *
 * While a configuration is read there is also a registry, which collects the
 * sections that have policies and the faults found so far; it is gone when the
 * configuration has been checked.
 */
#ifndef CORS_CONF_H
#define CORS_CONF_H

#include <httpd.h>
#include <http_config.h>

#include "cors_finding.h"
#include "cors_policy.h"
#include "mod_cors.h"

/*
 * Where a section's policy comes into force: as soon as the URL is known, or
 * only when httpd has found the file (or the proxy) behind it.
 */
typedef enum cors_scope_t {
    CORS_SCOPE_SERVER,    /* outside of any section */
    CORS_SCOPE_LOCATION,  /* <Location> */
    CORS_SCOPE_DIRECTORY  /* <Directory>, <Files>, <Proxy>, <If> */
} cors_scope_t;

typedef struct cors_section_t {
    cors_policy_t *policy;
    server_rec *server;
    cors_scope_t scope;
    const ap_directive_t *directive;  /* the section; NULL for the server */
} cors_section_t;

/* A feed, and the server whose database a query is for. */
typedef struct cors_fed_t {
    cors_feed_t *feed;
    server_rec *server;
} cors_fed_t;

typedef struct cors_registry_t {
    apr_pool_t *pool;
    apr_array_header_t *sections;  /* of cors_section_t * */
    apr_array_header_t *feeds;     /* of cors_fed_t, each file or query once */
    cors_setting_t reload;         /* CorsReloadInterval, in seconds */
    cors_findings_t *findings;
} cors_registry_t;

/* What a virtual host's requests can expect; set when all is configured. */
typedef struct cors_server_t {
    bool has_policies;            /* does any policy apply anywhere? */
    bool has_section_policies;    /* could one beside the server's own? */
    bool has_directory_policies;  /* could one below <Location> apply? */
} cors_server_t;

/* create_dir_config and merge_dir_config of the module record. */
void *cors_conf_create_dir(apr_pool_t *p, char *dir);
void *cors_conf_merge_dir(apr_pool_t *p, void *base, void *add);

/* pre_config: a fresh registry, and the core's tables. */
int cors_conf_pre_config(apr_pool_t *pconf, apr_pool_t *plog,
                         apr_pool_t *ptemp);

/* check_config: tell each server what it can expect. */
void cors_conf_expect(apr_pool_t *pconf, server_rec *main_server);

/* post_config: the registry is no longer needed. */
void cors_conf_forget(void);

/* The registry; NULL once the configuration is read and checked. */
cors_registry_t *cors_conf_registry(void);

/* Note that a directive of the module stands in this section. */
void cors_conf_register(cors_policy_t *policy, const cmd_parms *cmd);

/* The policy in a vector of per-directory configurations. */
static inline const cors_policy_t *cors_conf_policy(
    const ap_conf_vector_t *per_dir_config)
{
    return ap_get_module_config(per_dir_config, &cors_module);
}

/* What the server's requests can expect. */
static inline const cors_server_t *cors_conf_server(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &cors_module);
}

/* Does any server of this process have policies? */
bool cors_conf_in_use(void);

#endif
