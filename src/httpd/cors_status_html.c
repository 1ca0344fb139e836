/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status page: what is denied and why, at a glance.
 */
#include "cors_status.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "cors_page.h"
#include "mod_cors.h"

/* ------------------------------------------------------------------- header */

static uint64_t allowed_of(const cors_status_view_t *view,
                           cors_effect_t effect, cors_kind_t kind)
{
    return cors_stats_get(&view->shm->stats, effect, kind, CORS_REASON_NONE);
}

static uint64_t denied_of(const cors_status_view_t *view, cors_effect_t effect,
                          cors_kind_t kind)
{
    return cors_stats_denied(&view->shm->stats, effect, kind);
}

static const char *percent(uint64_t part, uint64_t whole, apr_pool_t *p)
{
    const double value = 100.0 * (double)part / (double)whole;

    return value < 1.0 ? "under 1%"
         : value > 99.0 && part < whole ? "over 99%"
         : apr_psprintf(p, "%.0f%%", value);
}

/* The page in one sentence. */
static void write_lead(request_rec *r, const cors_status_view_t *view)
{
    uint64_t allowed = 0, denied = 0;

    ap_rputs("<p class=\"lead\">", r);
    if (view->shm == NULL) {
        ap_rputs("Nothing is counted: there is no shared memory for it. The "
                 "error log says why, as <code>CORS0501</code>.</p>\n", r);
        return;
    }
    for (int i = CORS_KIND_PREFLIGHT; i <= CORS_KIND_ACTUAL; i++) {
        allowed += allowed_of(view, CORS_EFFECT_APPLIED, (cors_kind_t)i);
        denied += denied_of(view, CORS_EFFECT_APPLIED, (cors_kind_t)i);
    }
    if (allowed + denied == 0) {
        ap_rputs("No page of another origin has asked for anything yet.", r);
    }
    else if (denied == 0) {
        ap_rvputs(r, "All ", cors_page_number(allowed, r->pool),
                  " cross-origin requests were allowed.", NULL);
    }
    else {
        ap_rvputs(r, "<strong>", cors_page_number(denied, r->pool),
                  "</strong> of ", cors_page_number(allowed + denied, r->pool),
                  " cross-origin requests were <strong>denied</strong>, ",
                  percent(denied, allowed + denied, r->pool), ".", NULL);
    }
    ap_rvputs(r, "</p>\n<p class=\"quiet\">Counted since ",
              cors_page_time(view->shm->since, r->pool), " (",
              cors_page_ago(view->shm->since, view->now, r->pool),
              "), over all processes and graceful restarts. Read at ",
              cors_page_time(view->now, r->pool), ".</p>\n", NULL);
}

/* A list that cannot be had is said first. */
static void write_alert(request_rec *r, const cors_status_view_t *view,
                        bool is_answer)
{
    int failing = 0;

    for (int i = 0; i < view->n_feeds; i++) {
        failing += view->feeds[i].error != NULL;
    }
    if (failing > 0) {
        ap_rprintf(r, "<p class=\"alert\" role=\"status\"><strong>%d of %d "
                   "origin lists cannot be loaded.</strong> What was loaded "
                   "before stays in force. <a href=\"%s#sources\">What is "
                   "wrong</a></p>\n", failing, view->n_feeds,
                   is_answer ? "?" : "");
    }
}

static void write_header(request_rec *r, const cors_status_view_t *view,
                         bool is_answer)
{
    ap_rvputs(r, "<header>\n<p class=\"eyebrow\">mod_cors " MOD_CORS_VERSION
              " on ", cors_page_text(r->server->server_hostname, r->pool),
              "</p>\n<h1>Cross-origin requests</h1>\n", NULL);
    if (!is_answer) {
        write_lead(r, view);
    }
    ap_rvputs(r, "<nav aria-label=\"Views\">\n<a href=\"?\">",
              is_answer ? "Overview" : "Reload", "</a>\n"
              "<a href=\"?suggest=1\">Suggested directives</a>\n"
              "<a href=\"?format=json\">JSON</a>\n"
              "<a href=\"?format=prometheus\">Prometheus</a>\n"
              "</nav>\n</header>\n<main>\n", NULL);
    write_alert(r, view, is_answer);
}

/* -------------------------------------------------------------------- tiles */

static void write_pair(request_rec *r, const cors_status_view_t *view,
                       cors_effect_t effect, cors_kind_t kind)
{
    const bool is_reported = effect == CORS_EFFECT_REPORTED;
    const uint64_t allowed = allowed_of(view, effect, kind);
    const uint64_t denied = denied_of(view, effect, kind);

    ap_rvputs(r, "<div class=\"tile wide\">\n<h3>",
              kind == CORS_KIND_PREFLIGHT ? "Preflights" : "Requests",
              "</h3>\n<dl>\n<div class=\"", allowed > 0 ? "ok" : "zero",
              "\"><dt>", is_reported ? "would be allowed" : "allowed",
              "</dt><dd>", cors_page_number(allowed, r->pool),
              "</dd></div>\n<div class=\"", denied > 0 ? "no" : "zero",
              "\"><dt>", is_reported ? "would be denied" : "denied",
              "</dt><dd>", cors_page_number(denied, r->pool),
              "</dd></div>\n</dl>\n",
              cors_page_bar(allowed, denied, "fill-ok", r->pool),
              "\n</div>\n", NULL);
}

static void write_tile(request_rec *r, const char *title, const char *note,
                       uint64_t n)
{
    ap_rvputs(r, "<div class=\"tile\">\n<h3>", title, "</h3>\n<p class=\"",
              n > 0 ? "big" : "big zero", "\">", cors_page_number(n, r->pool),
              "</p>\n<p class=\"quiet\">", note, "</p>\n</div>\n", NULL);
}

static void write_tiles(request_rec *r, const cors_status_view_t *view)
{
    ap_rputs("<section aria-labelledby=\"glance\">\n"
             "<h2 id=\"glance\">At a glance</h2>\n<div class=\"tiles\">\n", r);
    write_pair(r, view, CORS_EFFECT_APPLIED, CORS_KIND_PREFLIGHT);
    write_pair(r, view, CORS_EFFECT_APPLIED, CORS_KIND_ACTUAL);
    write_tile(r, "Refused", "of those denied: with 403, by "
               "<code>CorsDisallowed Reject</code>",
               denied_of(view, CORS_EFFECT_REFUSED, CORS_KIND_ACTUAL));
    write_tile(r, "Same origin", "served as if they had no Origin",
               allowed_of(view, CORS_EFFECT_APPLIED, CORS_KIND_SAME_ORIGIN));
    write_tile(r, "Without Origin", "navigation, images, other programs",
               allowed_of(view, CORS_EFFECT_APPLIED, CORS_KIND_NONE));
    ap_rputs("</div>\n</section>\n", r);
}

/* ------------------------------------------------------------------ reasons */

static uint64_t count_of(const cors_status_view_t *view, cors_effect_t effect,
                         cors_reason_t reason)
{
    const cors_stats_t *stats = &view->shm->stats;

    return cors_stats_get(stats, effect, CORS_KIND_PREFLIGHT, reason)
         + cors_stats_get(stats, effect, CORS_KIND_ACTUAL, reason);
}

/* Those that were counted, the most frequent first; how many. */
static int sort_reasons(cors_reason_t reasons[CORS_REASONS],
                        const uint64_t counts[CORS_REASONS])
{
    int n = 0;

    for (int i = CORS_REASON_NONE + 1; i < CORS_REASONS; i++) {
        int at = n;

        if (counts[i] == 0) {
            continue;
        }
        for (; at > 0 && counts[reasons[at - 1]] < counts[i]; at--) {
            reasons[at] = reasons[at - 1];
        }
        reasons[at] = (cors_reason_t)i;
        n++;
    }
    return n;
}

static const char *share(uint64_t part, uint64_t whole, apr_pool_t *p)
{
    return apr_pstrcat(p, percent(part, whole, p),
                       cors_page_bar(whole - part, part, "fill-none", p),
                       NULL);
}

static void write_reason(request_rec *r, const cors_status_view_t *view,
                         cors_effect_t effect, cors_reason_t reason,
                         const char *share_of_all)
{
    const cors_stats_t *stats = &view->shm->stats;
    const char *slug = cors_reason_slug(reason);

    cors_page_row(r);
    cors_page_head_cell(r, apr_psprintf(
        r->pool, "<code>%s</code><span class=\"quiet\">%s "
        "<a href=\"%s\" aria-label=\"Standard: %s\">Standard</a></span>", slug,
        cors_page_text(cors_reason_sentence(reason), r->pool),
        cors_page_text(cors_reason_link(reason), r->pool), slug));
    cors_page_number_cell(r, "Preflights", cors_page_number(cors_stats_get(
        stats, effect, CORS_KIND_PREFLIGHT, reason), r->pool));
    cors_page_number_cell(r, "Requests", cors_page_number(cors_stats_get(
        stats, effect, CORS_KIND_ACTUAL, reason), r->pool));
    cors_page_number_cell(r, "Share", share_of_all);
    cors_page_row_end(r);
}

static void write_reasons(request_rec *r, const cors_status_view_t *view,
                          cors_effect_t effect)
{
    static const char *const heads[] = {
        "Reason", "#Preflights", "#Requests", "#Share", NULL
    };
    uint64_t counts[CORS_REASONS] = {0}, all = 0;
    cors_reason_t reasons[CORS_REASONS];
    int n;

    for (int i = CORS_REASON_NONE + 1; i < CORS_REASONS; i++) {
        counts[i] = count_of(view, effect, (cors_reason_t)i);
        all += counts[i];
    }
    n = sort_reasons(reasons, counts);
    if (n == 0) {
        cors_page_empty(r, "Nothing was denied. What is, appears here by its "
                        "reason: an origin, a method or a header that the "
                        "policy of a URL does not allow.");
        return;
    }
    cors_page_table(r, effect == CORS_EFFECT_REPORTED
                    ? "The step at which policies would say no"
                    : "The step at which policies said no", heads);
    for (int i = 0; i < n; i++) {
        write_reason(r, view, effect, reasons[i],
                     share(counts[reasons[i]], all, r->pool));
    }
    cors_page_table_end(r);
}

/* ---------------------------------------------------------------- the pages */

static void write_report_only(request_rec *r, const cors_status_view_t *view)
{
    uint64_t all = 0;

    for (int i = CORS_KIND_PREFLIGHT; i <= CORS_KIND_ACTUAL; i++) {
        all += allowed_of(view, CORS_EFFECT_REPORTED, (cors_kind_t)i)
             + denied_of(view, CORS_EFFECT_REPORTED, (cors_kind_t)i);
    }
    if (all == 0) {
        return;
    }
    ap_rputs("<section aria-labelledby=\"reported\">\n"
             "<h2 id=\"reported\">Report only</h2>\n"
             "<p class=\"intro\">What policies with "
             "<code>CorsEngine ReportOnly</code> would do, and do not: they "
             "watch and count.</p>\n"
             "<div class=\"tiles\">\n", r);
    write_pair(r, view, CORS_EFFECT_REPORTED, CORS_KIND_PREFLIGHT);
    write_pair(r, view, CORS_EFFECT_REPORTED, CORS_KIND_ACTUAL);
    ap_rputs("</div>\n", r);
    write_reasons(r, view, CORS_EFFECT_REPORTED);
    ap_rputs("</section>\n", r);
}

static void write_counted(request_rec *r, const cors_status_view_t *view)
{
    write_tiles(r, view);
    ap_rputs("<section aria-labelledby=\"reasons\">\n"
             "<h2 id=\"reasons\">Denials by reason</h2>\n", r);
    write_reasons(r, view, CORS_EFFECT_APPLIED);
    ap_rputs("</section>\n", r);
    cors_page_denied(r, view);
    write_report_only(r, view);
}

void cors_status_write_html(request_rec *r, const cors_status_view_t *view,
                            const cors_explanation_t *explanation,
                            const char *fault)
{
    const bool is_answer = explanation != NULL || fault != NULL;

    if (fault != NULL) {
        r->status = HTTP_BAD_REQUEST;
    }
    cors_page_begin(r, apr_pstrcat(
        r->pool, is_answer ? "CORS, explained: " : "CORS: ",
        cors_page_text(r->server->server_hostname, r->pool), NULL));
    write_header(r, view, is_answer);
    if (explanation != NULL) {
        cors_page_explanation(r, explanation);
    }
    else if (fault != NULL) {
        cors_page_fault(r, fault);
    }
    else if (view->shm != NULL) {
        write_counted(r, view);
    }
    cors_page_form(r);
    if (!is_answer) {
        cors_page_sources(r, view);
    }
    cors_page_end(r);
}
