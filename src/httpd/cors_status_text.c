/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Explanations and suggestions as plain text, for people and for
 * configurations.
 */
#include "cors_status.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "cors_describe.h"
#include "cors_names.h"
#include "cors_quote.h"

static void begin(request_rec *r)
{
    ap_set_content_type(r, "text/plain; charset=utf-8");
}

/* -------------------------------------------------------------- explanation */

static void write_verdict(request_rec *r, const cors_explanation_t *e)
{
    const cors_fetch_t *fetch = &e->question.fetch;
    const cors_verdict_t *verdict = e->deciding;

    ap_rprintf(r, "%s %s from %s%s\n\n", fetch->method, fetch->url,
               fetch->origin,
               fetch->with_credentials ? ", with credentials" : "");
    ap_rprintf(r, "Verdict    %s%s\n", cors_explain_verdict(e),
               e->policy != NULL && cors_policy_is_report_only(e->policy)
               ? " (CorsEngine ReportOnly: nothing is changed)" : "");
    if (verdict != NULL && verdict->reason != CORS_REASON_NONE) {
        ap_rprintf(r, "Reason     %s: %s\n           %s\n",
                   cors_reason_slug(verdict->reason),
                   cors_reason_sentence(verdict->reason),
                   cors_reason_link(verdict->reason));
    }
    if (verdict != NULL && verdict->at != NULL) {
        const char *pattern = cors_explain_pattern(verdict);

        ap_rprintf(r, "Decided by %s%s%s\n",
                   cors_place_text(verdict->at, r->pool),
                   pattern != NULL ? ": " : "",
                   pattern != NULL ? pattern : "");
    }
    else if (e->engine_off != NULL && verdict == NULL) {
        ap_rprintf(r, "Decided by %s: Off\n",
                   cors_place_text(e->engine_off, r->pool));
    }
    else if (verdict != NULL && !verdict->is_allowed) {
        ap_rputs("Decided by a default; no directive says otherwise\n", r);
    }
}

static void write_advice(request_rec *r, const cors_explanation_t *e)
{
    for (int i = 0; i < e->advice->nelts; i++) {
        const cors_advice_t *advice =
            &APR_ARRAY_IDX(e->advice, i, cors_advice_t);

        ap_rprintf(r, "To mend it %s%s%s\n",
                   advice->line != NULL ? advice->line : "",
                   advice->line != NULL ? "\n           " : "",
                   advice->where);
    }
}

static void write_answer(request_rec *r, const char *title,
                         const cors_policy_t *policy,
                         const cors_verdict_t *verdict,
                         const cors_answer_t *answer)
{
    ap_rprintf(r, "\n%s%s\n", title,
               answer->status != 0
               ? apr_psprintf(r->pool, ", status %d", answer->status) : "");
    if (policy == NULL || cors_policy_is_report_only(policy)) {
        ap_rputs("    as without the module\n", r);
        return;
    }
    for (int i = 0; i < verdict->n_headers; i++) {
        ap_rprintf(r, "    %s: %s\n", verdict->headers[i].name,
                   verdict->headers[i].value);
    }
    if (verdict->vary != NULL) {
        ap_rprintf(r, "    Vary: %s\n", verdict->vary);
    }
    if (verdict->n_headers == 0 && verdict->vary == NULL) {
        ap_rputs("    no CORS header\n", r);
    }
}

static void write_consoles(request_rec *r, const cors_explanation_t *e)
{
    if (e->hidden != NULL) {
        ap_rprintf(r, "\nBrowsers let the script read the response, but hide "
                   "from it:\n    %s\n", e->hidden);
    }
    else {
        ap_rputs(e->step == CORS_STEP_NONE
                 ? "\nBrowsers let the script read the response.\n"
                 : "\nBrowsers keep the response from the script, and say:\n",
                 r);
    }
    for (int i = 0; i < CORS_CONSOLES; i++) {
        const cors_console_t console = (cors_console_t)i;
        const char *says = cors_console_text(
            console, e->step, e->stops_at_preflight, &e->question.fetch,
            e->stops_at_preflight ? &e->preflight_answer : &e->actual_answer,
            e->what, r->pool);

        if (says != NULL) {
            ap_rprintf(r, "    %-8s %s\n", cors_console_slug(console), says);
        }
    }
}

static void write_policy(request_rec *r, const cors_explanation_t *e)
{
    ap_rputs("\nThe policy of this URL\n", r);
    if (e->policy == NULL) {
        ap_rputs("    none: CORS is off\n", r);
    }
    for (int i = 0; i < e->described->nelts; i++) {
        const cors_described_t *d =
            &APR_ARRAY_IDX(e->described, i, cors_described_t);

        const char *indent = d->is_in_rule ? "    " : "";

        ap_rprintf(r, "    %s%s %s\n", indent, d->directive, d->value);
        ap_rprintf(r, "        %s%s\n", indent, d->at != NULL
                   ? apr_psprintf(r->pool, "%s:%d", d->at->file, d->at->line)
                   : "the default");
    }
}

void cors_status_write_explanation_text(request_rec *r,
                                        const cors_explanation_t *e)
{
    begin(r);
    write_verdict(r, e);
    write_advice(r, e);
    if (e->deciding != NULL && e->asks_first) {
        write_answer(r, "The preflight's response", e->preflight_policy,
                     &e->preflight, &e->preflight_answer);
    }
    if (e->deciding != NULL) {
        write_answer(r, "The response", e->actual_policy, &e->actual,
                     &e->actual_answer);
    }
    write_consoles(r, e);
    write_policy(r, e);
}

/* --------------------------------------------------------------- suggestion */

/* Would the directive take it? What a client sent may be anything. */
static bool is_writable(const cors_seen_view_t *seen)
{
    cors_origin_t origin;

    if (seen->is_cut || strcmp(seen->value, "*") == 0
        || strchr(seen->value, '\'') != NULL) {
        return false;  /* a client must not write wildcards and quotes */
    }
    switch (seen->want) {
    case CORS_WANT_ORIGIN:
        return cors_origin_parse(&origin, seen->value) && !origin.is_opaque;
    case CORS_WANT_METHOD:
        return cors_name_check_method(seen->value) == CORS_NAME_OK;
    case CORS_WANT_HEADER:
        return cors_name_check_request_header(seen->value) == CORS_NAME_OK;
    case CORS_WANT_PRIVATE_NETWORK:
        return true;
    default:
        return false;
    }
}

static const char *directive_for(cors_want_t want)
{
    switch (want) {
    case CORS_WANT_ORIGIN:
        return "CorsAllowOrigin";
    case CORS_WANT_METHOD:
        return "CorsAllowMethods";
    case CORS_WANT_HEADER:
        return "CorsAllowHeaders";
    default:
        return "CorsAllowPrivateNetwork";
    }
}

/* The same was counted before, as applied or as reported? */
static bool is_repeated(const cors_status_view_t *view, int i)
{
    for (int j = 0; j < i; j++) {
        if (view->seen[j].want == view->seen[i].want
            && strcmp(view->seen[j].value, view->seen[i].value) == 0
            && strcmp(view->seen[j].place, view->seen[i].place) == 0) {
            return true;
        }
    }
    return false;
}

static uint64_t count_of(const cors_status_view_t *view, int i)
{
    uint64_t count = 0;

    for (int j = i; j < view->n_seen; j++) {
        if (view->seen[j].want == view->seen[i].want
            && strcmp(view->seen[j].value, view->seen[i].value) == 0
            && strcmp(view->seen[j].place, view->seen[i].place) == 0) {
            count += view->seen[j].count;
        }
    }
    return count;
}

/* All of one kind for the policy at a place, and how often each was seen. */
static void suggest_kind(request_rec *r, const cors_status_view_t *view,
                         const char *place, cors_want_t want)
{
    const char *line = directive_for(want);
    bool is_empty = true;

    for (int i = 0; i < view->n_seen; i++) {
        const cors_seen_view_t *seen = &view->seen[i];

        if (seen->want != want || strcmp(seen->place, place) != 0
            || !is_writable(seen) || is_repeated(view, i)) {
            continue;
        }
        ap_rprintf(r, "#   %s: seen %" APR_UINT64_T_FMT ", last %s\n",
                   seen->value, (apr_uint64_t)count_of(view, i),
                   cors_status_time(seen->last, r->pool));
        line = apr_pstrcat(r->pool, line, " ", seen->value, NULL);
        is_empty = false;
    }
    if (!is_empty) {
        ap_rprintf(r, "%s\n", line);
    }
}

/* Is this the first entry of its policy that can be written? */
static bool is_first_of_place(const cors_status_view_t *view, int i)
{
    for (int j = 0; j < i; j++) {
        if (is_writable(&view->seen[j])
            && strcmp(view->seen[j].place, view->seen[i].place) == 0) {
            return false;
        }
    }
    return is_writable(&view->seen[i]);
}

/* What the page shows, and no suggestion has. */
static void write_left_out(request_rec *r, const cors_status_view_t *view)
{
    int n = 0;

    for (int i = 0; i < view->n_seen; i++) {
        n += !is_writable(&view->seen[i]);
    }
    if (n > 0) {
        ap_rprintf(r, "\n# Left out: %d, as no directive should allow them: "
                   "null, origins without TLS\n# where there are credentials, "
                   "those of CorsDenyOrigin, and what is no origin,\n# method "
                   "or header that a policy could name.\n", n);
    }
}

void cors_status_write_suggestion(request_rec *r,
                                  const cors_status_view_t *view)
{
    static const cors_want_t wants[] = {
        CORS_WANT_ORIGIN, CORS_WANT_METHOD, CORS_WANT_HEADER,
        CORS_WANT_PRIVATE_NETWORK
    };
    bool is_empty = true;

    begin(r);
    ap_rputs("# What would have allowed the requests that were denied, or "
             "would have been\n# under CorsEngine ReportOnly. Read it before "
             "you use it: whoever can send a\n# request can put a line "
             "here.\n", r);
    for (int i = 0; i < view->n_seen; i++) {
        const char *place = view->seen[i].place;

        if (!is_first_of_place(view, i)) {
            continue;
        }
        is_empty = false;
        ap_rprintf(r, "\n# In the section of %s:\n",
                   cors_quote_printable(place, r->pool));
        for (size_t j = 0; j < sizeof wants / sizeof wants[0]; j++) {
            suggest_kind(r, view, place, wants[j]);
        }
    }
    if (is_empty) {
        ap_rputs("\n# Nothing was denied that a directive could allow.\n", r);
    }
    write_left_out(r, view);
}
