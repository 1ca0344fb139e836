/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mod_cors: cross-origin resource sharing (Fetch standard, section 3.2) as a
 * policy per directory.
 *
 * This file is the table of contents; src/README.md is the guide.
 *
 *   a directive is parsed        src/httpd/cors_directives.c (the table)
 *   a configuration is checked   src/httpd/cors_check.c, src/core/cors_lint.c
 *   a request is read            src/httpd/cors_facts.c
 *   its policy is captured       src/httpd/cors_request.c, cors_resolve.c
 *   the decision is made         src/core/cors_decide.c
 *   a preflight is answered      src/httpd/cors_answer.c
 *   lists are loaded again       src/httpd/cors_reload.c
 *   headers are written          src/httpd/cors_apply.c, called by the output
 *                                filter in src/httpd/cors_actual.c
 */
#include "mod_cors.h"

#include <apr_hooks.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_status.h>
#include <mpm_common.h>

#include "src/httpd/cors_actual.h"
#include "src/httpd/cors_answer.h"
#include "src/httpd/cors_check.h"
#include "src/httpd/cors_conf.h"
#include "src/httpd/cors_directives.h"
#include "src/httpd/cors_dump.h"
#include "src/httpd/cors_reload.h"
#include "src/httpd/cors_request.h"
#include "src/httpd/cors_resolve.h"
#include "src/httpd/cors_shm.h"
#include "src/httpd/cors_status.h"
#include "src/httpd/cors_tally.h"

/* Within a phase the steps have an order, which hooks of equal rank have not. */
static int post_read_request_at_end(request_rec *r)
{
    cors_request_t *cors = cors_request_at_host(r);

    if (cors != NULL) {
        cors_answer_settle(cors, r);
    }
    return DECLINED;
}

static int translate_name(request_rec *r)
{
    int rv;

    if (cors_request_open(r) == NULL) {
        return DECLINED;
    }
    (void)cors_request_at_location(r);
    rv = cors_answer_at_location(r);
    return rv != DECLINED ? rv : cors_resolve_translate(r, translate_name);
}

static int post_perdir_config(request_rec *r)
{
    cors_request_t *cors = cors_request_get(r);
    int rv = DECLINED;

    if (cors == NULL) {
        return DECLINED;
    }
    if (cors_request_open(r) != NULL) {
        rv = cors_resolve_at_full(r);
        rv = rv != DECLINED ? rv : cors_answer_at_full(r);
    }
    cors_request_log(cors);
    return rv;
}

/*
 * A request: first its headers, then its policy, as soon as each level is known,
 * before another module can end the phase. At the end the response, whoever
 * makes it.
 */
static void register_request_hooks(void)
{
    ap_hook_post_read_request(cors_request_begin, NULL, NULL,
                              APR_HOOK_REALLY_FIRST);
    ap_hook_post_read_request(post_read_request_at_end, NULL, NULL,
                              APR_HOOK_REALLY_LAST);
    ap_hook_pre_translate_name(cors_request_at_location, NULL, NULL,
                               APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(translate_name, NULL, NULL,
                           APR_HOOK_REALLY_FIRST);
    ap_hook_map_to_storage(cors_request_at_storage, NULL, NULL, APR_HOOK_LAST);
    ap_hook_post_perdir_config(post_perdir_config, NULL, NULL,
                               APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(cors_answer_at_redirect, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_filter(cors_actual_insert_filter, NULL, NULL,
                          APR_HOOK_REALLY_LAST);
    ap_hook_insert_error_filter(cors_actual_insert_filter, NULL, NULL,
                                APR_HOOK_REALLY_LAST);

    ap_hook_log_transaction(cors_tally_request, NULL, NULL, APR_HOOK_MIDDLE);
}

/*
 * httpd's own sorting is over. APR takes hooks to be those of the module that
 * was loaded last, and other modules' wishes about that one's to be about ours,
 * unless it is told whose they are.
 */
static void add_request_hooks(void)
{
    const char *const loaded_last = apr_hook_debug_current;

    apr_hook_debug_current = cors_module.name;
    register_request_hooks();
    apr_hook_debug_current = loaded_last;
    apr_hook_sort_all();
}

/*
 * The configuration has been read: now it is known whether any request can have
 * a policy. If not, no request pays for hooks.
 */
static int check_config(apr_pool_t *pconf, apr_pool_t *plog,
                        apr_pool_t *ptemp, server_rec *s)
{
    int rv = cors_check_config(pconf, plog, ptemp, s);

    cors_conf_expect(pconf, s);
    if (cors_conf_in_use()) {
        add_request_hooks();
    }
    return rv;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *s)
{
    int rv = cors_reload_post_config(pconf, ptemp, s);

    (void)plog;
    cors_shm_post_config(s, cors_conf_rules(ptemp));
    cors_conf_forget();
    return rv;
}

static void register_hooks(apr_pool_t *p)
{
    static const char *const before_watchdog[] = {"mod_watchdog.c", NULL};

    (void)p;

    /* Configuration; and, if it has policies, requests. */
    ap_hook_pre_config(cors_conf_pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(cors_dump, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, before_watchdog, APR_HOOK_MIDDLE);
    cors_actual_register_filter();

    /* Lists that change: each process begins with what the others have. */
    ap_hook_child_init(cors_reload_child_init, NULL, before_watchdog,
                       APR_HOOK_FIRST);
    ap_hook_child_init(cors_reload_child_begin, NULL, NULL,
                       APR_HOOK_REALLY_LAST);
    ap_hook_monitor(cors_reload_monitor, NULL, NULL, APR_HOOK_MIDDLE);

    /* What operators see. */
    ap_hook_handler(cors_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(ap, status_hook, cors_status_in_mod_status, NULL, NULL,
                      APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(cors) = {
    STANDARD20_MODULE_STUFF,
    cors_conf_create_dir,
    cors_conf_merge_dir,
    NULL,  /* per server: see cors_conf_expect */
    NULL,
    cors_directives,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
