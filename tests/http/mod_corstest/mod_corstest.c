/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mod_corstest: for tests only. Does what modules of others do and ours must
 * live with: ends a request in any phase, and answers in odd ways.
 *
 * The query string says what: "at=PHASE&say=STATUS" ends the request in that
 * phase with that status, or, with "say=page", with a page and DONE;
 * "do=NAME" picks one of the handlers below; "filter=NAME" one of the filters;
 * "host=NAME" has the request served by the virtual host of that name, as
 * modules for servers behind a proxy have it (mod_rpaf).
 * Nothing happens in subrequests and after internal redirects.
 */
#include <stdlib.h>

#include <httpd.h>

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <http_vhost.h>
#include <util_filter.h>

static const char allow_origin[] = "Access-Control-Allow-Origin";

/* The value of a name in the query string, NULL if it is not there. */
static const char *said(request_rec *r, const char *name)
{
    const char *found;
    apr_size_t len = strlen(name);

    if (r->args == NULL || r->main != NULL || r->prev != NULL) {
        return NULL;
    }
    for (found = r->args; found != NULL; found = strchr(found, '&')) {
        found += *found == '&';
        if (strncmp(found, name, len) == 0 && found[len] == '=') {
            found += len + 1;
            return apr_pstrmemdup(r->pool, found, strcspn(found, "&"));
        }
    }
    return NULL;
}

static int says(request_rec *r, const char *name, const char *value)
{
    const char *found = said(r, name);

    return found != NULL && strcmp(found, value) == 0;
}

/* Headers of somebody who has not heard of us, wherever headers can be. */
static void set_headers(request_rec *r)
{
    apr_table_add(r->headers_out, allow_origin, "*");
    apr_table_add(r->headers_out, "access-control-allow-ORIGIN", "null");
    apr_table_add(r->err_headers_out, allow_origin, "https://theirs.example");
    apr_table_add(r->err_headers_out, "Access-Control-Max-Age", "1");
    apr_table_add(r->err_headers_out, "ACCESS-CONTROL-EXPOSE-HEADERS", "*");
}

/* ------------------------------------------------------------------ phases */

static int phase(request_rec *r, const char *name)
{
    const char *status;

    if (!says(r, "at", name)) {
        return DECLINED;
    }
    set_headers(r);
    status = said(r, "say");
    if (status == NULL || strcmp(status, "page") != 0) {
        apr_table_setn(r->headers_out, "Location", "/elsewhere");
        return status ? atoi(status) : HTTP_INTERNAL_SERVER_ERROR;
    }
    ap_set_content_type(r, "text/plain");
    ap_rputs("page\n", r);
    return DONE;
}

#define PHASE(name)                        \
    static int at_##name(request_rec *r)   \
    {                                      \
        return phase(r, #name);            \
    }

PHASE(post_read_request)
PHASE(pre_translate_name)
PHASE(translate_name)
PHASE(map_to_storage)
PHASE(post_perdir_config)
PHASE(header_parser)
PHASE(access_checker)
PHASE(type_checker)
PHASE(fixups)

static int at_quick_handler(request_rec *r, int lookup)
{
    return lookup ? DECLINED : phase(r, "quick_handler");
}

/* ---------------------------------------------------------------- handlers */

static int send_page(request_rec *r)
{
    ap_set_content_type(r, "text/plain");
    ap_rputs("page\n", r);
    return OK;
}

static int do_headers(request_rec *r)
{
    set_headers(r);
    return send_page(r);
}

static int do_new_tables(request_rec *r)
{
    r->headers_out = apr_table_make(r->pool, 2);
    r->err_headers_out = apr_table_make(r->pool, 2);
    return do_headers(r);
}

static int do_flush(request_rec *r)
{
    send_page(r);
    ap_rflush(r);
    set_headers(r);
    return send_page(r);
}

static int do_flush_first(request_rec *r)
{
    set_headers(r);
    ap_rflush(r);
    return send_page(r);
}

static int do_fail_after_flush(request_rec *r)
{
    do_flush(r);
    return HTTP_INTERNAL_SERVER_ERROR;
}

static int do_fail_with_headers(request_rec *r)
{
    set_headers(r);
    return HTTP_SERVICE_UNAVAILABLE;
}

static int do_nothing(request_rec *r)
{
    set_headers(r);
    return OK;
}

static int do_done(request_rec *r)
{
    do_headers(r);
    return DONE;
}

static int do_status_line(request_rec *r)
{
    r->status = 299;
    r->status_line = "299 Own Words";
    return do_headers(r);
}

static int do_not_modified(request_rec *r)
{
    set_headers(r);
    return HTTP_NOT_MODIFIED;
}

static int do_no_content(request_rec *r)
{
    r->status = HTTP_NO_CONTENT;
    return do_headers(r);
}

static int do_interim(request_rec *r)
{
    r->status = 103;
    apr_table_setn(r->headers_out, "Link", "</style>");
    ap_send_interim_response(r, 1);
    r->status = HTTP_OK;
    return do_headers(r);
}

static int do_redirect(request_rec *r)
{
    set_headers(r);
    ap_internal_redirect("/other/page", r);
    return OK;
}

static int do_redirect_twice(request_rec *r)
{
    set_headers(r);
    ap_internal_redirect("/other/front/page", r);
    return OK;
}

static int do_subrequest(request_rec *r)
{
    request_rec *sub = ap_sub_req_lookup_uri("/other/page", r,
                                             r->output_filters);

    ap_set_content_type(r, "text/plain");
    (void)ap_run_sub_req(sub);
    apr_table_add(r->headers_out, allow_origin,
                  apr_table_get(sub->headers_out, allow_origin)
                      ? "of the subrequest" : "of nobody");
    ap_destroy_sub_req(sub);
    return OK;
}

static int do_error_bucket(request_rec *r)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, alloc);

    set_headers(r);
    APR_BRIGADE_INSERT_TAIL(bb, ap_bucket_error_create(
        HTTP_SERVICE_UNAVAILABLE, NULL, r->pool, alloc));
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(alloc));
    (void)ap_pass_brigade(r->output_filters, bb);
    return OK;
}

static int do_own_error_page(request_rec *r)
{
    set_headers(r);
    r->status = HTTP_FORBIDDEN;
    ap_send_error_response(r, 0);
    return OK;
}

static const struct {
    const char *name;
    int (*run)(request_rec *r);
} handlers[] = {
    {"headers", do_headers}, {"new-tables", do_new_tables},
    {"flush", do_flush}, {"flush-first", do_flush_first},
    {"fail-after-flush", do_fail_after_flush},
    {"fail-with-headers", do_fail_with_headers}, {"nothing", do_nothing},
    {"done", do_done}, {"status-line", do_status_line},
    {"not-modified", do_not_modified}, {"no-content", do_no_content},
    {"interim", do_interim}, {"redirect", do_redirect},
    {"redirect-twice", do_redirect_twice}, {"subrequest", do_subrequest},
    {"error-bucket", do_error_bucket}, {"own-error-page", do_own_error_page},
    {"page", send_page}, {NULL, NULL}
};

static int handler(request_rec *r)
{
    for (int i = 0; handlers[i].name != NULL; i++) {
        if (says(r, "do", handlers[i].name)) {
            return handlers[i].run(r);
        }
    }
    return DECLINED;
}

/* ----------------------------------------------------------------- filters */

/* A firewall that has looked at the response and refuses to pass it on. */
static apr_status_t refuse(ap_filter_t *f, apr_bucket_brigade *bb)
{
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;

    ap_remove_output_filter(f);
    apr_brigade_cleanup(bb);
    APR_BRIGADE_INSERT_TAIL(bb, ap_bucket_error_create(
        HTTP_FORBIDDEN, NULL, f->r->pool, alloc));
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(alloc));
    return ap_pass_brigade(f->next, bb);
}

static apr_status_t late_headers(ap_filter_t *f, apr_bucket_brigade *bb)
{
    ap_remove_output_filter(f);
    set_headers(f->r);
    return ap_pass_brigade(f->next, bb);
}

static void insert_filter(request_rec *r)
{
    if (says(r, "filter", "refuse")) {
        ap_add_output_filter("CORSTEST_REFUSE", NULL, r, r->connection);
    }
    if (says(r, "filter", "headers")) {
        ap_add_output_filter("CORSTEST_HEADERS", NULL, r, r->connection);
    }
}

static int change_host(request_rec *r)
{
    const char *host = said(r, "host");

    if (host != NULL) {
        r->hostname = host;
        ap_update_vhost_from_headers(r);
    }
    return DECLINED;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_post_read_request(change_host, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_post_read_request(at_post_read_request, NULL, NULL,
                              APR_HOOK_MIDDLE);
    ap_hook_quick_handler(at_quick_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_translate_name(at_pre_translate_name, NULL, NULL,
                               APR_HOOK_MIDDLE);
    ap_hook_translate_name(at_translate_name, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_map_to_storage(at_map_to_storage, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_post_perdir_config(at_post_perdir_config, NULL, NULL,
                               APR_HOOK_FIRST);
    ap_hook_header_parser(at_header_parser, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_check_access(at_access_checker, NULL, NULL, APR_HOOK_FIRST,
                         AP_AUTH_INTERNAL_PER_URI);
    ap_hook_type_checker(at_type_checker, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_fixups(at_fixups, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_MIDDLE);
    ap_register_output_filter("CORSTEST_REFUSE", refuse, NULL,
                              AP_FTYPE_RESOURCE);
    ap_register_output_filter("CORSTEST_HEADERS", late_headers, NULL,
                              (ap_filter_type)(AP_FTYPE_PROTOCOL - 2));
}

AP_DECLARE_MODULE(corstest) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks,
    AP_MODULE_FLAG_NONE
};
