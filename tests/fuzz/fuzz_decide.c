/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_decide: a policy and requests (written.h), and what must hold whatever
 * they are: nothing is reflected that is not allowed, no credentials with "*",
 * Vary wherever the answer depends on the origin, no odd byte in a header, the
 * same verdict each time, and browsers that agree with it.
 */
#include "fuzz.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_browser.h"
#include "naive.h"
#include "written.h"

#define ACA "Access-Control-Allow-"

static const char *header(const cors_verdict_t *verdict, const char *name)
{
    for (int i = 0; i < verdict->n_headers; i++) {
        if (strcmp(verdict->headers[i].name, name) == 0) {
            return verdict->headers[i].value;
        }
    }
    return NULL;
}

/* All that is sent, and whether it is allowed, as a text. */
static const char *text_of(const cors_verdict_t *verdict)
{
    char *text = apr_psprintf(pool, "%d %d %d\n", verdict->kind,
                              verdict->is_allowed, verdict->reason);

    for (int i = 0; i < verdict->n_headers; i++) {
        text = apr_pstrcat(pool, text, verdict->headers[i].name, ": ",
                           verdict->headers[i].value, "\n", NULL);
    }
    return apr_pstrcat(pool, text, "Vary: ", verdict->vary ? verdict->vary
                                                           : "", NULL);
}

static bool is_expected(const char *name, bool is_preflight)
{
    static const char *const both[] = {ACA "Origin", ACA "Credentials"};
    static const char *const actual[] = {
        "Access-Control-Expose-Headers", "Timing-Allow-Origin"
    };
    static const char *const preflight[] = {
        ACA "Methods", ACA "Headers", "Access-Control-Max-Age",
        ACA "Private-Network"
    };

    for (int i = 0; i < 2; i++) {
        if (strcmp(name, both[i]) == 0
            || (!is_preflight && strcmp(name, actual[i]) == 0)) {
            return true;
        }
    }
    for (int i = 0; i < 4; i++) {
        if (is_preflight && strcmp(name, preflight[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A tab may be in a list of names that is sent back, as it may be in it. */
static void check_headers(const cors_verdict_t *verdict)
{
    const bool is_preflight = verdict->kind == CORS_KIND_PREFLIGHT;

    for (int i = 0; i < verdict->n_headers; i++) {
        const cors_header_t *one = &verdict->headers[i];

        fuzz_expect(one->value != NULL && *one->value != '\0',
                    "a header has a value", one->name, NULL);
        for (const char *c = one->value; *c != '\0'; c++) {
            fuzz_expect((*c >= ' ' && *c < 0x7f) || *c == '\t',
                        "no odd byte is sent", one->name, one->value);
        }
        fuzz_expect(is_expected(one->name, is_preflight),
                    "a header belongs to its kind of response", one->name,
                    one->value);
        for (int j = 0; j < i; j++) {
            fuzz_expect(strcmp(verdict->headers[j].name, one->name) != 0,
                        "a header is sent once", one->name, NULL);
        }
    }
}

static void check_origin(const written_t *written,
                         const cors_verdict_t *verdict, const char *origin)
{
    const char *sent = header(verdict, ACA "Origin");
    const char *timing = header(verdict, "Timing-Allow-Origin");
    const char *exposed = header(verdict, "Access-Control-Expose-Headers");
    const bool has_credentials = header(verdict, ACA "Credentials") != NULL;

    fuzz_expect((verdict->n_headers > 0) == (sent != NULL),
                "no header without an origin", origin, text_of(verdict));
    if (sent == NULL) {
        return;
    }
    fuzz_expect(written_is_safe(written, verdict->kind == CORS_KIND_SAME_ORIGIN
                                ? NULL : origin),
                "what is unsafe allows nobody", origin, sent);
    fuzz_expect(timing == NULL || strcmp(timing, sent) == 0,
                "timing is for the same origin", timing, sent);
    if (strcmp(sent, "*") == 0) {
        fuzz_expect(!has_credentials, "no credentials with *", origin, NULL);
        fuzz_expect(origin == NULL || written_allows(written, origin)
                    || verdict->kind == CORS_KIND_SAME_ORIGIN,
                    "* is for who is allowed", origin, NULL);
        return;
    }
    fuzz_expect(origin != NULL && strcmp(sent, origin) == 0,
                "what is sent is the request's origin", sent, origin);
    fuzz_expect(origin == NULL || written_allows(written, origin),
                "nothing is reflected that is not allowed", origin, NULL);
    fuzz_expect(origin == NULL || !written_lacks_tls(written, origin),
                "no credentials without TLS", origin, NULL);
    fuzz_expect(origin == NULL
                || has_credentials == written_has_credentials(written, origin),
                "credentials are as the first section says", origin, NULL);
    fuzz_expect(!has_credentials || exposed == NULL
                || (strcmp(exposed, "*") != 0
                    && strncmp(exposed, "*,", 2) != 0),
                "no credentials with an exposed *", exposed, NULL);
}

static void check_outcome(const written_t *written,
                          const cors_verdict_t *verdict, const char *origin)
{
    const bool is_judged_by_core = written->n_regex > 0
        || (cors_policy_hazards(verdict->policy)
            & CORS_HAZARD_PUBLIC_SUFFIX) != 0;

    if (verdict->is_allowed) {
        fuzz_expect(origin != NULL && written_allows(written, origin),
                    "who is allowed is on the list", origin, NULL);
    }
    else if (verdict->kind == CORS_KIND_ACTUAL && !is_judged_by_core) {
        fuzz_expect(!written_allows(written, origin)
                    || !written_is_safe(written, origin),
                    "who is on the list is allowed", origin, NULL);
    }
    if (!verdict->is_allowed && written->policy.debug.at == NULL
        && (verdict->kind == CORS_KIND_ACTUAL
            || verdict->kind == CORS_KIND_PREFLIGHT)) {
        fuzz_expect(verdict->n_headers == 0, "who is denied gets nothing",
                    origin, text_of(verdict));
        fuzz_expect(verdict->reason != CORS_REASON_NONE
                    && cors_reason_slug(verdict->reason) != NULL,
                    "and a reason", origin, NULL);
    }
}

static void check_vary(const written_t *written, const cors_verdict_t *verdict)
{
    const bool is_for_all = written_is_for_everybody(written);

    if (verdict->vary == NULL) {
        fuzz_expect(is_for_all, "the answer varies", NULL, text_of(verdict));
        return;
    }
    fuzz_expect(strncmp(verdict->vary, "Origin", 6) == 0, "by Origin",
                verdict->vary, NULL);
    fuzz_expect((verdict->kind == CORS_KIND_PREFLIGHT)
                == (strstr(verdict->vary, "Request-Headers") != NULL),
                "a preflight's by what it asks for", verdict->vary, NULL);
    fuzz_expect(!verdict->is_allowed || !is_for_all,
                "what is the same for all does not vary", NULL, NULL);
}

/* Who is asked twice, and differently each time, must say so. */
static void check_pair(const cors_verdict_t *a, const cors_verdict_t *b)
{
    const char *one = header(a, ACA "Origin"), *other = header(b, ACA "Origin");

    if ((one == NULL) != (other == NULL)
        || (one != NULL && strcmp(one, other) != 0)) {
        fuzz_expect(a->reason == CORS_REASON_ORIGIN_MALFORMED
                    || b->reason == CORS_REASON_ORIGIN_MALFORMED
                    || (a->vary != NULL && b->vary != NULL),
                    "answers that differ vary", one, other);
    }
}

static cors_step_t expected_step(cors_reason_t reason)
{
    switch (reason) {
    case CORS_REASON_NONE: return CORS_STEP_NONE;
    case CORS_REASON_METHOD_NOT_ALLOWED: return CORS_STEP_METHOD;
    case CORS_REASON_HEADER_NOT_ALLOWED: return CORS_STEP_HEADER;
    case CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED:
        return CORS_STEP_PRIVATE_NETWORK;
    default: return CORS_STEP_NO_ORIGIN;
    }
}

/* By a browser, that is; what it cannot send, it does not judge. */
static bool can_be_sent(const cors_facts_t *facts)
{
    const char *at = facts->request_headers;

    while (at != NULL && *at != '\0') {
        const char *name = at + strspn(at, ", \t");
        const size_t len = strcspn(name, ",");

        if (len > 0 && !naive_is_token(name, len)) {
            return false;
        }
        at = name + len;
    }
    return naive_is_token(facts->request_method,
                          strlen(facts->request_method))
        && (facts->request_headers == NULL
            || strlen(facts->request_headers) <= CORS_ACRH_MAX);
}

/* A browser stops where the decision did, or goes on where it did not. */
static void ask_browser(const written_t *written, const cors_facts_t *facts,
                        const cors_verdict_t *verdict)
{
    const cors_fetch_t fetch = {
        .url = "https://server/", .origin = facts->origin,
        .method = facts->request_method, .headers = facts->request_headers,
        .with_credentials = header(verdict, ACA "Credentials") != NULL,
        .to_private_network = facts->asks_private_network
    };
    const cors_answer_t answer = {
        .status = 204, .allow_origin = header(verdict, ACA "Origin"),
        .allow_credentials = header(verdict, ACA "Credentials"),
        .allow_private_network = header(verdict, ACA "Private-Network"),
        .allow_methods = header(verdict, ACA "Methods"),
        .allow_headers = header(verdict, ACA "Headers")
    };
    const char *what;

    if (verdict->kind == CORS_KIND_ACTUAL) {
        fuzz_expect((cors_browser_check_actual(&fetch, &answer)
                     == CORS_STEP_NONE) == verdict->is_allowed,
                    "a browser agrees", facts->origin, text_of(verdict));
    }
    else if (verdict->kind == CORS_KIND_PREFLIGHT
             && (verdict->is_allowed
                 || (written->policy.debug.at != NULL
                     && can_be_sent(facts)))) {
        fuzz_expect(cors_browser_check_preflight(&fetch, &answer, &what, pool)
                    == expected_step(verdict->reason),
                    "a browser stops at the same step",
                    apr_pstrcat(pool, facts->request_method, " ",
                                facts->request_headers, NULL),
                    text_of(verdict));
    }
}

static void decide(cors_verdict_t *verdict, const written_t *written,
                   const char *origin, bool is_preflight)
{
    cors_facts_t facts = written->facts;
    cors_verdict_t *again = apr_palloc(pool, sizeof *again);

    facts.origin = origin;
    facts.is_options = is_preflight;
    memset(verdict, 0xff, sizeof *verdict);
    memset(again, 0, sizeof *again);
    cors_decide(verdict, &written->policy, &facts);
    cors_decide(again, &written->policy, &facts);
    fuzz_expect(strcmp(text_of(verdict), text_of(again)) == 0,
                "it is the same each time", text_of(verdict), text_of(again));
    check_headers(verdict);
    check_origin(written, verdict, origin);
    check_outcome(written, verdict, origin);
    check_vary(written, verdict);
    if (origin != NULL) {
        ask_browser(written, &facts, verdict);
    }
}

void fuzz_one(const char *bytes, size_t len)
{
    written_t written;
    cors_verdict_t *actual;

    if (!written_read(&written, bytes, len)) {
        return;
    }
    actual = apr_palloc(pool, sizeof *actual * (WRITTEN_MAX + 1));
    decide(&actual[written.n_origins], &written, NULL, false);
    for (int i = 0; i < written.n_origins; i++) {
        decide(&actual[i], &written, written.origins[i], false);
        for (int j = 0; j < i; j++) {
            check_pair(&actual[i], &actual[j]);
        }
        check_pair(&actual[i], &actual[written.n_origins]);
        if (written.facts.request_method != NULL) {
            cors_verdict_t *preflight = apr_palloc(pool, sizeof *preflight);

            decide(preflight, &written, written.origins[i], true);
            fuzz_expect(actual[i].kind != CORS_KIND_ACTUAL
                        || actual[i].is_allowed || !preflight->is_allowed,
                        "a preflight allows no more than the request",
                        written.origins[i], text_of(preflight));
        }
    }
}
