/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text format of Prometheus, version 0.0.4. No label has a client's bytes:
 * who could choose labels could fill the memory of whoever collects them.
 */
#include "cors_status.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "cors_quote.h"

static void head(request_rec *r, const char *name, const char *type,
                 const char *help)
{
    ap_rprintf(r, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void requests(request_rec *r, const cors_stats_t *stats,
                     cors_effect_t effect, const char *name)
{
    for (int i = 0; i < CORS_KINDS; i++) {
        const cors_kind_t kind = (cors_kind_t)i;
        const bool is_asked = kind == CORS_KIND_PREFLIGHT
                           || kind == CORS_KIND_ACTUAL;

        for (int j = 0; j < (is_asked ? CORS_REASONS : 1); j++) {
            const cors_reason_t reason = (cors_reason_t)j;

            ap_rprintf(r, "%s{kind=\"%s\",verdict=\"%s\",reason=\"%s\"} %"
                       APR_UINT64_T_FMT "\n", name,
                       kind == CORS_KIND_NONE ? "no-origin"
                                              : cors_kind_slug(kind),
                       !is_asked ? "" : j == 0 ? "allowed" : "denied",
                       j == 0 ? "" : cors_reason_slug(reason),
                       (apr_uint64_t)cors_stats_get(stats, effect, kind,
                                                    reason));
        }
    }
}

static void counters(request_rec *r, const cors_shm_t *shm)
{
    head(r, "cors_requests_total", "counter",
         "Requests to URLs with a policy, by kind, verdict and reason.");
    requests(r, &shm->stats, CORS_EFFECT_APPLIED, "cors_requests_total");
    head(r, "cors_report_only_requests_total", "counter",
         "The same under CorsEngine ReportOnly: what would have happened.");
    requests(r, &shm->stats, CORS_EFFECT_REPORTED,
             "cors_report_only_requests_total");
    head(r, "cors_refused_total", "counter",
         "Actual requests answered with 403 by CorsDisallowed Reject.");
    ap_rprintf(r, "cors_refused_total %" APR_UINT64_T_FMT "\n",
               (apr_uint64_t)cors_stats_denied(
                   &shm->stats, CORS_EFFECT_REFUSED, CORS_KIND_ACTUAL));
    head(r, "cors_counting_since_timestamp_seconds", "gauge",
         "When the counters began, in seconds since 1970.");
    ap_rprintf(r, "cors_counting_since_timestamp_seconds %" APR_TIME_T_FMT "\n",
               apr_time_sec(shm->since));
}

static void section(request_rec *r, const char *place, const char *verdict,
                    uint64_t n)
{
    ap_rprintf(r, "cors_section_requests_total{section=\"%s\",verdict=\"%s\"} "
               "%" APR_UINT64_T_FMT "\n", cors_quote_label(place, r->pool), verdict,
               (apr_uint64_t)n);
}

static void sections(request_rec *r, const apr_array_header_t *rules)
{
    if (rules->nelts > 0) {
        head(r, "cors_section_requests_total", "counter",
             "Requests that a <CorsOrigin> section decided, by its place.");
    }
    for (int i = 0; i < rules->nelts; i++) {
        const cors_rule_view_t *rule =
            &APR_ARRAY_IDX(rules, i, cors_rule_view_t);
        const char *place = rule->place != NULL ? rule->place : "others";

        section(r, place, "allowed", rule->allowed);
        section(r, place, "denied", rule->denied);
    }
}

/* One number of every source. */
static void source_metric(request_rec *r, const cors_status_view_t *view,
                          const char *name, const char *type,
                          const char *help,
                          apr_int64_t (*get)(const cors_status_view_t *view,
                                             const cors_watch_view_t *feed))
{
    head(r, name, type, help);
    for (int i = 0; i < view->n_feeds; i++) {
        const cors_watch_view_t *feed = &view->feeds[i];

        ap_rprintf(r, "%s{kind=\"%s\",directive=\"%s:%d\",source=\"%s\"} %"
                   APR_INT64_T_FMT "\n", name,
                   feed->feed->kind == CORS_FEED_FILE ? "file" : "query",
                   cors_quote_label(feed->feed->at->file, r->pool),
                   feed->feed->at->line,
                   cors_quote_label(feed->feed->spec, r->pool),
                   get(view, feed));
    }
}

static apr_int64_t get_size(const cors_status_view_t *view,
                            const cors_watch_view_t *feed)
{
    (void)view;
    return feed->size < 0 ? 0 : feed->size;
}

static apr_int64_t get_age(const cors_status_view_t *view,
                           const cors_watch_view_t *feed)
{
    return feed->loaded_at == 0 ? -1
         : apr_time_sec(view->now - feed->loaded_at);
}

static apr_int64_t get_generation(const cors_status_view_t *view,
                                  const cors_watch_view_t *feed)
{
    (void)view;
    return (apr_int64_t)feed->generation;
}

static apr_int64_t get_failing(const cors_status_view_t *view,
                               const cors_watch_view_t *feed)
{
    (void)view;
    return feed->failed_at != 0;
}

void cors_status_write_prometheus(request_rec *r,
                                  const cors_status_view_t *view)
{
    ap_set_content_type(r, "text/plain; version=0.0.4; charset=utf-8");
    if (view->shm != NULL) {
        counters(r, view->shm);
        sections(r, view->rules);
    }
    if (view->n_feeds == 0) {
        return;
    }
    source_metric(r, view, "cors_source_origins", "gauge",
                  "Origins of a file or query that are in force.", get_size);
    source_metric(r, view, "cors_source_age_seconds", "gauge",
                  "Since the list was loaded; -1 if it never was.", get_age);
    source_metric(r, view, "cors_source_generation", "gauge",
                  "How often the list was replaced since the server started "
                  "or was restarted.", get_generation);
    source_metric(r, view, "cors_source_failing", "gauge",
                  "1 while the list cannot be had and the last good one is in "
                  "force.", get_failing);
}
