/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_status.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <mod_status.h>

#include "cors_reload.h"

const char *cors_status_time(apr_time_t time, apr_pool_t *p)
{
    apr_time_exp_t parts;

    if (time == 0 || apr_time_exp_gmt(&parts, time) != APR_SUCCESS) {
        return NULL;
    }
    return apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02dZ",
                        parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                        parts.tm_hour, parts.tm_min, parts.tm_sec);
}

const char *cors_status_want(cors_want_t want)
{
    static const char *const slugs[CORS_WANTS] = {
        [CORS_WANT_ORIGIN] = "origin",
        [CORS_WANT_INSECURE_ORIGIN] = "insecure-origin",
        [CORS_WANT_DENIED_ORIGIN] = "denied-origin",
        [CORS_WANT_NOT_AN_ORIGIN] = "not-an-origin",
        [CORS_WANT_METHOD] = "method",
        [CORS_WANT_HEADER] = "header",
        [CORS_WANT_PRIVATE_NETWORK] = "private-network",
    };

    return slugs[want];
}

const cors_status_view_t *cors_status_view(request_rec *r)
{
    cors_status_view_t *view = apr_pcalloc(r->pool, sizeof *view);
    cors_watch_view_t *feeds;
    cors_seen_view_t *seen;

    view->now = apr_time_now();
    view->shm = cors_shm();
    if (view->shm != NULL) {
        seen = apr_palloc(r->pool, CORS_SEEN_MAX * sizeof *seen);
        view->n_seen = cors_seen_read(&cors_shm()->seen, seen, view->now);
        view->seen = seen;
        view->rules = cors_rule_stats_read(&cors_shm()->rules, r->pool);
    }
    view->n_feeds = cors_reload_feeds();
    feeds = apr_palloc(r->pool, ((size_t)view->n_feeds + 1) * sizeof *feeds);
    for (int i = 0; i < view->n_feeds; i++) {
        cors_reload_view(i, &feeds[i], r->pool);
    }
    view->feeds = feeds;
    return view;
}

/* ------------------------------------------------------------------ handler */

/* One of the words, which is the default where the parameter is missing; -1 for
 * any other. */
static int choose(request_rec *r, const char *name, const char *const *words)
{
    const char *value = cors_question_parameter(r, name);
    int i;

    if (value == NULL) {
        return 0;
    }
    for (i = 0; words[i] != NULL && strcmp(words[i], value) != 0; i++) {
        /* go on */
    }
    return words[i] != NULL ? i : -1;
}

static int refuse(request_rec *r, const char *why)
{
    r->status = HTTP_BAD_REQUEST;
    ap_set_content_type(r, "text/plain; charset=us-ascii");
    ap_rprintf(r, "%s\n", why);
    return OK;
}

static int explain(request_rec *r)
{
    static const char *const formats[] = {"json", "text", "html", NULL};
    const int format = choose(r, "format", formats);
    const char *fault;
    const cors_explanation_t *explanation = cors_explain(r, &fault);

    if (format == 2) {
        cors_status_write_html(r, cors_status_view(r), explanation, fault);
        return OK;
    }
    if (format < 0 || explanation == NULL) {
        return refuse(r, format < 0 ? "format is unknown: write json, text or "
                                      "html" : fault);
    }
    if (format == 1) {
        cors_status_write_explanation_text(r, explanation);
    }
    else {
        cors_status_write_explanation(r, explanation);
    }
    return OK;
}

static int show(request_rec *r)
{
    static const char *const formats[] = {"html", "json", "prometheus", NULL};

    switch (choose(r, "format", formats)) {
    case 0:
        cors_status_write_html(r, cors_status_view(r), NULL, NULL);
        return OK;
    case 1:
        cors_status_write_json(r, cors_status_view(r));
        return OK;
    case 2:
        cors_status_write_prometheus(r, cors_status_view(r));
        return OK;
    default:
        return refuse(r, "format is unknown: write html, json or prometheus");
    }
}

static bool is_set(request_rec *r, const char *name)
{
    const char *value = cors_question_parameter(r, name);

    return value != NULL && strcmp(value, "1") == 0;
}

static int answer(request_rec *r)
{
    if (r->method_number != M_GET) {
        r->allowed = AP_METHOD_BIT << M_GET;
        return HTTP_METHOD_NOT_ALLOWED;
    }
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    if (is_set(r, "explain")) {
        return explain(r);
    }
    if (is_set(r, "suggest")) {
        cors_status_write_suggestion(r, cors_status_view(r));
        return OK;
    }
    return show(r);
}

int cors_status_handler(request_rec *r)
{
    static const char name[] = "cors-status";

    /* Every request comes by here. */
    return r->handler != NULL && r->handler[0] == name[0]
        && strcmp(r->handler, name) == 0 ? answer(r) : DECLINED;
}

/* --------------------------------------------------------------- mod_status */

typedef struct total_t {
    const char *key;    /* of ?auto */
    const char *title;
    uint64_t n;
} total_t;

static uint64_t kind_total(const cors_stats_t *stats, cors_kind_t kind,
                           bool allowed)
{
    return allowed ? cors_stats_get(stats, CORS_EFFECT_APPLIED, kind,
                                    CORS_REASON_NONE)
                   : cors_stats_denied(stats, CORS_EFFECT_APPLIED, kind);
}

int cors_status_in_mod_status(request_rec *r, int flags)
{
    const cors_stats_t *stats = cors_shm() ? &cors_shm()->stats : NULL;
    total_t totals[] = {
        {"CorsPreflightAllowed", "Preflights allowed", 0},
        {"CorsPreflightDenied", "Preflights denied", 0},
        {"CorsActualAllowed", "Requests allowed", 0},
        {"CorsActualDenied", "Requests denied", 0},
        {"CorsRefused", "Requests refused (CorsDisallowed Reject)", 0},
    };

    if (stats == NULL) {
        return DECLINED;
    }
    for (int i = 0; i < 4; i++) {
        totals[i].n = kind_total(stats, i < 2 ? CORS_KIND_PREFLIGHT
                                              : CORS_KIND_ACTUAL, i % 2 == 0);
    }
    totals[4].n = cors_stats_denied(stats, CORS_EFFECT_REFUSED,
                                    CORS_KIND_ACTUAL);
    if (!(flags & AP_STATUS_SHORT)) {
        ap_rputs("<hr />\n<h2>CORS</h2>\n<dl>\n", r);
    }
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        ap_rprintf(r, flags & AP_STATUS_SHORT
                   ? "%s: %" APR_UINT64_T_FMT "\n"
                   : "<dt>%s: %" APR_UINT64_T_FMT "</dt>\n",
                   flags & AP_STATUS_SHORT ? totals[i].key : totals[i].title,
                   (apr_uint64_t)totals[i].n);
    }
    if (!(flags & AP_STATUS_SHORT)) {
        ap_rputs("</dl>\n", r);
    }
    return OK;
}
