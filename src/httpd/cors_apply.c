/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_apply.h"

#include <apr_cstr.h>
#include <apr_strings.h>
#include <apr_tables.h>

static const char allow_origin[] = "Access-Control-Allow-Origin";
static const char timing[] = "Timing-Allow-Origin";

/* Of "Accept-Ranges" and the like no more is looked at than it takes. */
static bool is_cors_header(const char *name)
{
    static const char prefix[] = "access-control-";

    for (const char *c = prefix; *c != '\0'; c++, name++) {
        if ((*name | 0x20) != *c) {
            return false;
        }
    }
    return true;
}

/*
 * Remove headers that a backend or a script set, in any spelling and number.
 * May the table have a Vary, too?
 */
static bool remove_cors_headers(apr_table_t *table)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    bool may_vary = false;

    for (int i = entries->nelts - 1; i >= 0; i--) {
        const char *name =
            APR_ARRAY_IDX(entries, i, apr_table_entry_t).key;
        const int first = name[0] | 0x20;

        may_vary |= first == 'v';
        if (first == 'a' && is_cors_header(name)) {
            apr_table_unset(table, name);
            /* It may have stood there several times. */
            i = entries->nelts;
        }
    }
    return may_vary;
}

bool cors_apply_keeps_upstream(const request_rec *r,
                               const cors_policy_t *policy)
{
    return policy->upstream.value == CORS_UPSTREAM_KEEP
        && (apr_table_get(r->headers_out, allow_origin) != NULL
            || apr_table_get(r->err_headers_out, allow_origin) != NULL);
}

void cors_apply_vary(request_rec *r, const char *vary)
{
    /* httpd drops what is listed twice when it writes the header. */
    if (vary != NULL) {
        apr_table_mergen(r->headers_out, "Vary", vary);
    }
}

void cors_apply_headers(request_rec *r, const cors_verdict_t *verdict)
{
    const bool may_vary = remove_cors_headers(r->headers_out);

    (void)remove_cors_headers(r->err_headers_out);
    if (may_vary) {
        cors_apply_vary(r, verdict->vary);
    }
    else if (verdict->vary != NULL) {
        apr_table_addn(r->headers_out, "Vary", verdict->vary);
    }
    if (verdict->policy->timing.value == CORS_ON) {
        apr_table_unset(r->headers_out, timing);
        apr_table_unset(r->err_headers_out, timing);
    }
    for (int i = 0; i < verdict->n_headers; i++) {
        apr_table_addn(r->headers_out, verdict->headers[i].name,
                       verdict->headers[i].value);
    }
}

/* After an internal redirect, httpd has renamed what the first request had. */
static void set(request_rec *r, const char *name, const char *value)
{
    if (r->prev != NULL) {
        apr_table_unset(r->subprocess_env,
                        apr_pstrcat(r->pool, "REDIRECT_", name, NULL));
    }
    if (value != NULL) {
        apr_table_setn(r->subprocess_env, name, value);
    }
    else {
        apr_table_unset(r->subprocess_env, name);
    }
}

/* Nothing is there to be replaced. */
static void add(request_rec *r, const char *name, const char *value)
{
    if (value != NULL) {
        apr_table_addn(r->subprocess_env, name, value);
    }
}

void cors_apply_environment(request_rec *r, const cors_verdict_t *verdict)
{
    void (*const put)(request_rec *, const char *, const char *) =
        apr_is_empty_table(r->subprocess_env) ? add : set;
    const char *outcome = NULL;

    if (verdict->kind == CORS_KIND_PREFLIGHT
        || verdict->kind == CORS_KIND_ACTUAL) {
        outcome = verdict->is_allowed ? "allowed" : "denied";
    }
    put(r, "CORS_REQUEST", cors_kind_slug(verdict->kind));
    put(r, "CORS_VERDICT", outcome);
    put(r, "CORS_REASON", cors_reason_slug(verdict->reason));
}
