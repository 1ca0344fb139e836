/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_status.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <jansson.h>

#include "cors_describe.h"
#include "cors_quote.h"
#include "mod_cors.h"

/* Every text is ASCII by then; NULL is null. */
static json_t *text(const char *value, apr_pool_t *p)
{
    return value != NULL ? json_string(cors_quote_printable(value, p))
                         : json_null();
}

static void send_json(request_rec *r, json_t *root)
{
    char *dumped = json_dumps(root, JSON_INDENT(2));

    ap_set_content_type(r, "application/json");
    if (dumped != NULL) {
        ap_rputs(dumped, r);
        ap_rputs("\n", r);
    }
    free(dumped);
    json_decref(root);
}

static void put(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value);
}

/* ------------------------------------------------------------------- status */

static json_t *verdicts(const cors_stats_t *stats, cors_effect_t effect,
                        cors_kind_t kind)
{
    json_t *object = json_object(), *denied = json_object();

    for (int i = CORS_REASON_NONE + 1; i < CORS_REASONS; i++) {
        const cors_reason_t reason = (cors_reason_t)i;

        put(denied, cors_reason_slug(reason),
            json_integer((json_int_t)cors_stats_get(stats, effect, kind,
                                                    reason)));
    }
    put(object, "allowed",
        json_integer((json_int_t)cors_stats_get(stats, effect, kind,
                                                CORS_REASON_NONE)));
    put(object, "denied", denied);
    return object;
}

static json_t *requests(const cors_stats_t *stats, cors_effect_t effect)
{
    json_t *object = json_object();

    put(object, "preflight", verdicts(stats, effect, CORS_KIND_PREFLIGHT));
    put(object, "actual", verdicts(stats, effect, CORS_KIND_ACTUAL));
    put(object, "same-origin",
        json_integer((json_int_t)cors_stats_get(
            stats, effect, CORS_KIND_SAME_ORIGIN, CORS_REASON_NONE)));
    put(object, "no-origin",
        json_integer((json_int_t)cors_stats_get(
            stats, effect, CORS_KIND_NONE, CORS_REASON_NONE)));
    return object;
}

static json_t *denied(const cors_status_view_t *view, apr_pool_t *p)
{
    json_t *array = json_array();

    for (int i = 0; i < view->n_seen; i++) {
        const cors_seen_view_t *seen = &view->seen[i];
        json_t *object = json_object();

        put(object, "want", text(cors_status_want(seen->want), p));
        put(object, "value", text(seen->value, p));
        put(object, "cut", json_boolean(seen->is_cut));
        put(object, "policy", text(seen->place, p));
        put(object, "report_only", json_boolean(seen->reported));
        put(object, "count", json_integer((json_int_t)seen->count));
        put(object, "first", text(cors_status_time(seen->first, p), p));
        put(object, "last", text(cors_status_time(seen->last, p), p));
        (void)json_array_append_new(array, object);
    }
    return array;
}

static json_t *sections(const cors_status_view_t *view, apr_pool_t *p)
{
    json_t *array = json_array();

    for (int i = 0; view->rules != NULL && i < view->rules->nelts; i++) {
        const cors_rule_view_t *rule =
            &APR_ARRAY_IDX(view->rules, i, cors_rule_view_t);
        json_t *object = json_object();

        put(object, "place", text(rule->place, p));
        put(object, "patterns", text(rule->patterns, p));
        put(object, "allowed", json_integer((json_int_t)rule->allowed));
        put(object, "denied", json_integer((json_int_t)rule->denied));
        (void)json_array_append_new(array, object);
    }
    return array;
}

static void put_place(json_t *object, const cors_place_t *at, apr_pool_t *p)
{
    put(object, "directive", text(at != NULL ? at->directive : NULL, p));
    put(object, "file", text(at != NULL ? at->file : NULL, p));
    put(object, "line", at != NULL ? json_integer(at->line) : json_null());
}

static json_t *sources(const cors_status_view_t *view, apr_pool_t *p)
{
    json_t *array = json_array();

    for (int i = 0; i < view->n_feeds; i++) {
        const cors_watch_view_t *feed = &view->feeds[i];
        json_t *object = json_object();

        put(object, "kind", text(feed->feed->kind == CORS_FEED_FILE
                                 ? "file" : "query", p));
        put(object, "source", text(feed->feed->spec, p));
        put_place(object, feed->feed->at, p);
        put(object, "origins", feed->size >= 0 ? json_integer(feed->size)
                                               : json_null());
        put(object, "generation", json_integer(feed->generation));
        put(object, "loaded", text(cors_status_time(feed->loaded_at, p), p));
        put(object, "age", feed->loaded_at != 0
            ? json_integer(apr_time_sec(view->now - feed->loaded_at))
            : json_null());
        put(object, "failed", text(cors_status_time(feed->failed_at, p), p));
        put(object, "error", text(feed->error, p));
        (void)json_array_append_new(array, object);
    }
    return array;
}

void cors_status_write_json(request_rec *r, const cors_status_view_t *view)
{
    json_t *root = json_object();
    apr_pool_t *p = r->pool;

    put(root, "module", text("mod_cors", p));
    put(root, "version", text(MOD_CORS_VERSION, p));
    put(root, "now", text(cors_status_time(view->now, p), p));
    if (view->shm != NULL) {
        const cors_stats_t *stats = &view->shm->stats;

        put(root, "since", text(cors_status_time(view->shm->since, p), p));
        put(root, "requests", requests(stats, CORS_EFFECT_APPLIED));
        put(root, "refused",
            json_integer((json_int_t)cors_stats_denied(
                stats, CORS_EFFECT_REFUSED, CORS_KIND_ACTUAL)));
        put(root, "report_only", requests(stats, CORS_EFFECT_REPORTED));
    }
    put(root, "denied", denied(view, p));
    put(root, "sections", sections(view, p));
    put(root, "sources", sources(view, p));
    send_json(r, root);
}

/* -------------------------------------------------------------- explanation */

static json_t *decided_by(const cors_explanation_t *e, apr_pool_t *p)
{
    const cors_verdict_t *verdict = e->deciding;
    const cors_place_t *at = verdict != NULL ? verdict->at : e->engine_off;
    json_t *object;

    if (at == NULL) {
        return json_null();
    }
    object = json_object();
    put_place(object, at, p);
    put(object, "value", text(verdict != NULL ? cors_explain_pattern(verdict)
                                              : "Off", p));
    return object;
}

static json_t *mends(const cors_explanation_t *e, apr_pool_t *p)
{
    json_t *array = json_array();

    for (int i = 0; i < e->advice->nelts; i++) {
        const cors_advice_t *advice =
            &APR_ARRAY_IDX(e->advice, i, cors_advice_t);
        json_t *object = json_object();

        put(object, "write", text(advice->line, p));
        put(object, "where", text(advice->where, p));
        put_place(object, advice->at, p);
        (void)json_array_append_new(array, object);
    }
    return array;
}

/* policy is NULL where CORS is off for it, or it is not asked for. */
static json_t *response(const cors_policy_t *policy,
                        const cors_verdict_t *verdict,
                        const cors_answer_t *answer, apr_pool_t *p)
{
    const bool is_applied = policy && !cors_policy_is_report_only(policy);
    json_t *object, *headers;

    if (policy == NULL) {
        return json_null();
    }
    object = json_object();
    headers = json_object();
    put(object, "verdict", text(cors_explain_slug(policy, verdict), p));
    put(object, "reason", text(cors_reason_slug(verdict->reason), p));
    put(object, "status", answer->status != 0 ? json_integer(answer->status)
                                              : json_null());
    for (int i = 0; is_applied && i < verdict->n_headers; i++) {
        put(headers, verdict->headers[i].name,
            text(verdict->headers[i].value, p));
    }
    if (is_applied && verdict->vary != NULL) {
        put(headers, "Vary", text(verdict->vary, p));
    }
    put(object, "headers", headers);
    return object;
}

/* Names that are joined, one by one. */
static json_t *names(const char *joined, apr_pool_t *p)
{
    json_t *array = json_array();
    char *copy = apr_pstrdup(p, joined != NULL ? joined : ""), *last;

    for (const char *name = apr_strtok(copy, ", ", &last); name != NULL;
         name = apr_strtok(NULL, ", ", &last)) {
        (void)json_array_append_new(array, text(name, p));
    }
    return array;
}

static json_t *browser(const cors_explanation_t *e, apr_pool_t *p)
{
    const cors_answer_t *answer = e->stops_at_preflight ? &e->preflight_answer
                                                        : &e->actual_answer;
    json_t *object = json_object();

    put(object, "reads", json_boolean(e->step == CORS_STEP_NONE));
    put(object, "stops_at", e->step == CORS_STEP_NONE ? json_null()
        : text(e->stops_at_preflight ? "preflight" : "response", p));
    put(object, "hidden", names(e->hidden, p));
    for (int i = 0; i < CORS_CONSOLES; i++) {
        const cors_console_t console = (cors_console_t)i;
        const char *says = cors_console_text(
            console, e->step, e->stops_at_preflight, &e->question.fetch, answer,
            e->what, p);

        put(object, cors_console_slug(console),
            says != NULL ? json_string(says) : json_null());
    }
    return object;
}

static json_t *directives(const cors_explanation_t *e, apr_pool_t *p)
{
    json_t *array = json_array();

    for (int i = 0; i < e->described->nelts; i++) {
        const cors_described_t *described =
            &APR_ARRAY_IDX(e->described, i, cors_described_t);
        json_t *object = json_object();

        put_place(object, described->at, p);
        put(object, "directive", text(described->directive, p));
        put(object, "value", text(described->value, p));
        put(object, "origins", described->origins >= 0
            ? json_integer(described->origins) : json_null());
        put(object, "in_section", json_boolean(described->is_in_rule));
        (void)json_array_append_new(array, object);
    }
    return array;
}

void cors_status_write_explanation(request_rec *r,
                                   const cors_explanation_t *e)
{
    const cors_verdict_t *verdict = e->deciding;
    const cors_reason_t reason = verdict ? verdict->reason : CORS_REASON_NONE;
    json_t *root = json_object();
    apr_pool_t *p = r->pool;

    put(root, "url", text(e->question.url, p));
    put(root, "server", text(e->question.server->server_hostname, p));
    put(root, "origin", text(e->question.fetch.origin, p));
    put(root, "method", text(e->question.fetch.method, p));
    put(root, "headers", text(e->question.fetch.headers, p));
    put(root, "reads", text(e->question.fetch.reads, p));
    put(root, "credentials", json_boolean(e->question.fetch.with_credentials));
    put(root, "cors", text(e->policy == NULL ? "off"
        : cors_policy_is_report_only(e->policy) ? "report-only" : "on", p));
    put(root, "verdict", text(cors_explain_verdict(e), p));
    put(root, "reason", text(cors_reason_slug(reason), p));
    put(root, "explanation", text(cors_reason_sentence(reason), p));
    put(root, "standard", text(cors_reason_link(reason), p));
    put(root, "decided_by", decided_by(e, p));
    put(root, "mend", mends(e, p));
    put(root, "preflight", response(e->preflight_policy, &e->preflight,
                                    &e->preflight_answer, p));
    put(root, "response", response(e->actual_policy, &e->actual,
                                   &e->actual_answer, p));
    put(root, "browser", browser(e, p));
    put(root, "policy", directives(e, p));
    send_json(r, root);
}
