/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_explain.h"

#include <stddef.h>

#include <apr_strings.h>

#include "cors_describe.h"
#include "cors_resolve.h"

/* Lower case, as browsers send the names in a preflight; those that need none
 * are left out. */
static const char *request_headers(const cors_fetch_t *fetch, apr_pool_t *p)
{
    char *names = fetch->headers != NULL ? apr_pstrdup(p, fetch->headers)
                                         : NULL;

    if (names != NULL) {
        ap_str_tolower(names);
    }
    return names;
}

/* The Host that browsers send, or that r itself had for a path of its server. */
static const char *host_of(const cors_question_t *question, request_rec *r)
{
    const char *host = apr_table_get(r->headers_in, "Host");

    if (question->uri.hostname == NULL) {
        return host != NULL ? host : "";
    }
    return question->uri.port_str != NULL
         && question->uri.port
            != apr_uri_port_of_scheme(question->uri.scheme)
         ? apr_psprintf(r->pool, "%s:%u", question->facts.own_host,
                        question->uri.port)
         : question->facts.own_host;
}

static apr_table_t *headers_of(const cors_question_t *question,
                               const cors_facts_t *facts, request_rec *r)
{
    apr_table_t *headers = apr_table_make(r->pool, 4);

    apr_table_setn(headers, "Host", host_of(question, r));
    apr_table_setn(headers, "Origin", facts->origin);
    if (facts->is_options) {
        apr_table_setn(headers, "Access-Control-Request-Method",
                       facts->request_method);
        if (facts->request_headers != NULL) {
            apr_table_setn(headers, "Access-Control-Request-Headers",
                           facts->request_headers);
        }
    }
    return headers;
}

static const cors_policy_t *find_policy(const cors_explanation_t *e,
                                        const cors_facts_t *facts,
                                        request_rec *r)
{
    const cors_question_t *question = &e->question;
    /* httpd answers a TRACE itself, whatever it is for. */
    const char *method = strcmp(question->fetch.method, "TRACE") == 0
                       ? "GET" : question->fetch.method;
    const cors_asked_t asked = {
        .server = question->server, .hostname = facts->own_host,
        .path = question->uri.path, .args = question->uri.query,
        .method = facts->is_options ? "OPTIONS" : method,
        .headers = headers_of(question, facts, r)
    };

    return cors_resolve_asked(r, &asked);
}

static const cors_policy_t *if_on(const cors_policy_t *policy)
{
    return policy != NULL && cors_policy_is_on(policy) ? policy : NULL;
}

static void fill_answer(cors_answer_t *answer, const cors_verdict_t *verdict)
{
    static const struct {
        const char *name;
        size_t offset;
    } fields[] = {
        {"Access-Control-Allow-Origin",
         offsetof(cors_answer_t, allow_origin)},
        {"Access-Control-Allow-Credentials",
         offsetof(cors_answer_t, allow_credentials)},
        {"Access-Control-Allow-Private-Network",
         offsetof(cors_answer_t, allow_private_network)},
        {"Access-Control-Allow-Methods",
         offsetof(cors_answer_t, allow_methods)},
        {"Access-Control-Allow-Headers",
         offsetof(cors_answer_t, allow_headers)},
        {"Access-Control-Expose-Headers",
         offsetof(cors_answer_t, expose_headers)},
    };

    for (int i = 0; i < verdict->n_headers; i++) {
        for (size_t j = 0; j < sizeof fields / sizeof fields[0]; j++) {
            if (strcmp(verdict->headers[i].name, fields[j].name) == 0) {
                *(const char **)((char *)answer + fields[j].offset) =
                    verdict->headers[i].value;
            }
        }
    }
}

/* Is the policy one that changes answers? */
static bool is_applied(const cors_policy_t *policy)
{
    return policy != NULL && !cors_policy_is_report_only(policy);
}

/* The answers that the server would give; none of ours in ReportOnly. */
static void answer(cors_explanation_t *e)
{
    const cors_policy_t *policy = e->preflight_policy;

    if (e->asks_first && is_applied(policy)) {
        fill_answer(&e->preflight_answer, &e->preflight);
        if (cors_policy_answers_preflights(policy)) {
            e->preflight_answer.status =
                e->preflight.is_allowed ? cors_policy_preflight_status(policy)
                : cors_policy_debugs(policy) ? HTTP_OK : HTTP_FORBIDDEN;
        }
    }
    policy = e->actual_policy;
    if (is_applied(policy)) {
        fill_answer(&e->actual_answer, &e->actual);
        if (e->actual.kind == CORS_KIND_ACTUAL && !e->actual.is_allowed
            && cors_policy_rejects(policy)) {
            e->actual_answer.status = HTTP_FORBIDDEN;
        }
    }
}

/* What a browser makes of them. A page of the same origin asks nobody. */
static void browse(cors_explanation_t *e, apr_pool_t *p)
{
    const cors_fetch_t *fetch = &e->question.fetch;
    cors_answer_t taken = e->preflight_answer;

    if (e->is_same_origin) {
        return;
    }
    if (e->asks_first) {
        /* Whoever handles OPTIONS is taken to do so well. */
        taken.status = taken.status != 0 ? taken.status : HTTP_OK;
        e->step = cors_browser_check_preflight(fetch, &taken, &e->what, p);
        e->stops_at_preflight = e->step != CORS_STEP_NONE;
    }
    if (e->step == CORS_STEP_NONE) {
        e->step = cors_browser_check_actual(fetch, &e->actual_answer);
    }
    if (e->step == CORS_STEP_NONE) {
        e->hidden = cors_browser_hidden(fetch, e->actual_answer.expose_headers,
                                        p);
    }
}

static void advise(cors_explanation_t *e, const cors_facts_t *facts,
                   apr_pool_t *p)
{
    if (e->policy == NULL) {
        e->advice = cors_advise_policy(&e->question.fetch, e->engine_off, p);
        e->described = apr_array_make(p, 1, sizeof(cors_described_t));
        return;
    }
    e->described = cors_describe(e->policy, p);
    e->advice = cors_advise(e->policy, e->deciding, facts,
                            &e->question.fetch, p);
    if (!e->is_same_origin) {
        cors_advise_reads(e->advice, e->policy, &e->question.fetch, p);
    }
    cors_advise_unknown(e->advice, e->policy, e->asks_first, p);
}

/*
 * Each of the two requests has the policy that is found for it: an <If> may ask
 * for the method. The preflight comes first, and decides if it is denied.
 */
static void decide(cors_explanation_t *e, const cors_facts_t *preflight,
                   const cors_facts_t *actual)
{
    if (e->actual_policy != NULL) {
        cors_decide(&e->actual, e->actual_policy, actual);
        e->deciding = &e->actual;
    }
    if (e->asks_first && e->preflight_policy != NULL) {
        cors_decide(&e->preflight, e->preflight_policy, preflight);
        if (e->deciding == NULL || !e->preflight.is_allowed) {
            e->deciding = &e->preflight;
        }
    }
    if (e->deciding != NULL) {
        e->policy = e->deciding->policy;
    }
}

/* The facts of the preflight, where there is one, and of the request. */
static void read_facts(const cors_explanation_t *e, cors_facts_t *preflight,
                       cors_facts_t *actual, apr_pool_t *p)
{
    const cors_fetch_t *fetch = &e->question.fetch;

    *actual = e->question.facts;
    actual->origin = fetch->origin;
    *preflight = *actual;
    preflight->is_options = true;
    preflight->request_method = fetch->method;
    preflight->request_headers = request_headers(fetch, p);
    preflight->asks_private_network = fetch->to_private_network;
}

cors_explanation_t *cors_explain(request_rec *r, const char **fault)
{
    cors_explanation_t *e = apr_pcalloc(r->pool, sizeof *e);
    const cors_policy_t *found;
    cors_facts_t preflight, actual;

    *fault = cors_question_read(&e->question, r);
    if (*fault != NULL) {
        return NULL;
    }
    read_facts(e, &preflight, &actual, r->pool);
    e->is_same_origin = cors_is_same_origin(&actual);
    e->asks_first = !e->is_same_origin
                 && cors_browser_asks_first(&e->question.fetch);
    found = find_policy(e, &actual, r);
    e->actual_policy = if_on(found);
    if (found != NULL && e->actual_policy == NULL) {
        e->engine_off = found->engine.at;
    }
    if (e->asks_first) {
        e->preflight_policy = if_on(find_policy(e, &preflight, r));
    }
    decide(e, &preflight, &actual);
    answer(e);
    browse(e, r->pool);
    advise(e, e->deciding == &e->preflight ? &preflight : &actual, r->pool);
    return e;
}

const char *cors_explain_pattern(const cors_verdict_t *verdict)
{
    return verdict->at == &verdict->match.at ? verdict->match.text : NULL;
}

const char *cors_explain_slug(const cors_policy_t *policy,
                              const cors_verdict_t *verdict)
{
    return policy == NULL ? "off"
         : verdict->kind == CORS_KIND_SAME_ORIGIN ? "same-origin"
         : verdict->is_allowed ? "allowed" : "denied";
}

const char *cors_explain_verdict(const cors_explanation_t *explanation)
{
    return cors_explain_slug(explanation->policy, explanation->deciding);
}
