/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mod_corsfloor: for "make bench" only. The least that a module can do to send
 * the four headers of an allowed response: the same to everybody, without a
 * look at the request, by the cheapest call that httpd has for it.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_request.h>

extern module AP_MODULE_DECLARE_DATA corsfloor_module
    __attribute__((visibility("default")));

static int add_headers(request_rec *r)
{
    apr_table_addn(r->headers_out, "Vary", "Origin");
    apr_table_addn(r->headers_out, "Access-Control-Allow-Origin",
                   "https://app.example.com");
    apr_table_addn(r->headers_out, "Access-Control-Allow-Credentials", "true");
    apr_table_addn(r->headers_out, "Access-Control-Expose-Headers",
                   "ETag, Link");
    return DECLINED;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_fixups(add_headers, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(corsfloor) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
