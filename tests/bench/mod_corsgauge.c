/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mod_corsgauge: for "make bench" only. Tells callgrind to begin once the
 * configuration has been read, which is then not slowed down: a list of a
 * million origins would take minutes. Does nothing in requests, and nothing
 * without callgrind.
 */
#include <httpd.h>
#include <http_config.h>

#include <valgrind/callgrind.h>

extern module AP_MODULE_DECLARE_DATA corsgauge_module
    __attribute__((visibility("default")));

static void begin(apr_pool_t *p, server_rec *s)
{
    (void)p;
    (void)s;
    CALLGRIND_START_INSTRUMENTATION;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_child_init(begin, NULL, NULL, APR_HOOK_REALLY_LAST);
}

AP_DECLARE_MODULE(corsgauge) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
