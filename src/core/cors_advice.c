/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_advice.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_lint.h"
#include "cors_rule.h"
#include "cors_wants.h"

typedef struct advising_t {
    apr_array_header_t *list;
    const cors_policy_t *policy;
    bool with_credentials;      /* by the policy, or as the page wants it */
    apr_pool_t *p;
} advising_t;

static void add(const advising_t *to, const char *line, const char *where,
                const cors_place_t *at)
{
    cors_advice_t *advice = apr_array_push(to->list);

    advice->line = line;
    advice->where = where;
    advice->at = at;
}

/* The section that has the policy. */
static const cors_place_t *section(const advising_t *to)
{
    bool is_outside;

    return cors_sources_place(to->policy->sources, &is_outside);
}

/* "beside CorsAllowOrigin at conf/x.conf:3", "into <CorsOrigin> at ..." where
 * that has the policy, "above <CorsOrigin> at ..." where it has only a part. */
static const char *beside(const advising_t *to, const cors_place_t *at)
{
    const char *where = "beside";
    bool is_outside;

    cors_sources_place(to->policy->sources, &is_outside);
    if (strcmp(at->directive, CORS_RULE_DIRECTIVE) == 0) {
        where = is_outside ? "above" : "into";
    }
    return apr_psprintf(to->p, "Write it %s %s; a directive that is there "
                        "already may have it as another argument.", where,
                        cors_place_text(at, to->p));
}

static void advise_origin(const advising_t *to, const char *text)
{
    cors_origin_t origin;
    cors_pattern_t pattern;
    cors_pattern_fault_t fault;

    if (!cors_origin_parse(&origin, text)) {
        return;
    }
    if (origin.is_opaque) {
        add(to, NULL, "An opaque origin, of a sandboxed frame or a file, is "
            "better not allowed: serve the page from a host of its own.",
            section(to));
        return;
    }
    if (to->with_credentials && !cors_origin_is_secure(&origin)
        && (to->policy->lifted.value & CORS_HAZARD_INSECURE) == 0) {
        add(to, NULL, "With credentials an origin without TLS is refused: "
            "serve the page over https and allow that origin.", section(to));
        return;
    }
    fault = cors_pattern_parse(&pattern, text);
    if (fault != CORS_PATTERN_OK) {
        add(to, NULL, apr_psprintf(to->p, "No directive helps: '%s' %s.", text,
                                   cors_pattern_fault_text(fault)),
            section(to));
        return;
    }
    add(to, apr_pstrcat(to->p, "CorsAllowOrigin ", text, NULL),
        beside(to, section(to)), section(to));
}

static void advise_list(const advising_t *to, const char *directive,
                        const cors_list_t *list, const char *name,
                        cors_name_fault_t fault)
{
    const cors_place_t *at = list->at != NULL ? list->at : section(to);

    if (fault != CORS_NAME_OK || strcmp(name, "*") == 0) {
        add(to, NULL, fault == CORS_NAME_OK
            ? "No browser asks for \"*\" itself: name what is meant."
            : apr_psprintf(to->p, "No directive helps: what was asked for %s; "
                           "no browser lets a script send it.",
                           cors_name_fault_text(fault)), at);
        return;
    }
    add(to, apr_pstrcat(to->p, directive, " ", name, NULL), beside(to, at),
        at);
}

static void advise_item(const advising_t *to, const cors_seen_item_t *item,
                        const cors_verdict_t *verdict)
{
    const char *value = apr_pstrmemdup(to->p, item->value, item->len);

    switch (item->want) {
    case CORS_WANT_ORIGIN:
    case CORS_WANT_INSECURE_ORIGIN:
        advise_origin(to, value);
        break;
    case CORS_WANT_DENIED_ORIGIN:
        add(to, NULL, apr_psprintf(to->p, "Take '%s' out of %s.",
                                   verdict->match.text,
                                   cors_place_text(&verdict->match.at, to->p)),
            &verdict->match.at);
        break;
    case CORS_WANT_METHOD:
        advise_list(to, "CorsAllowMethods", cors_policy_methods(to->policy),
                    value, cors_name_check_method(value));
        break;
    case CORS_WANT_HEADER:
        advise_list(to, "CorsAllowHeaders", cors_policy_headers(to->policy),
                    value, cors_name_check_request_header(value));
        break;
    case CORS_WANT_PRIVATE_NETWORK:
        add(to, "CorsAllowPrivateNetwork On", beside(to, section(to)),
            to->policy->private_network.at != NULL
            ? to->policy->private_network.at : section(to));
        break;
    case CORS_WANT_NOT_AN_ORIGIN:
    case CORS_WANTS:
        add(to, NULL, "No directive helps: browsers send one origin as scheme, "
            "host and port; whoever sent this is none, or a proxy changed it.",
            section(to));
        break;
    }
}

/* What configtest, or a request, would say of the policy. */
static void advise_findings(const advising_t *to, const cors_policy_t *policy)
{
    cors_findings_t *findings = cors_findings_make(to->p);

    cors_lint_errors(policy, NULL, findings);
    for (int i = 0; i < findings->nelts; i++) {
        cors_finding_t *finding = &APR_ARRAY_IDX(findings, i, cors_finding_t);

        add(to, NULL, finding->text, &finding->at);
    }
}

/* The policy itself, or what an expression of it matches. */
static void advise_unsafe(const advising_t *to, const char *origin)
{
    advise_findings(to, to->policy);
    if (to->list->nelts == 0) {
        advise_origin(to, origin);
    }
}

/* What stands in the way of credentials, but for a * that has its own words. */
static void advise_safe(const advising_t *to)
{
    cors_policy_t policy = *to->policy;

    policy.credentials.value = CORS_ON;
    policy.credentials.at = section(to);
    policy.exposed = NULL;
    advise_findings(to, &policy);
}

/* Is it what a <CorsOrigin> makes of the policy around it? */
static bool is_rule(const cors_policy_t *policy)
{
    return policy->sources->rules == NULL
        && strcmp(policy->sources->at->directive, CORS_RULE_DIRECTIVE) == 0;
}

/* The page wants credentials, and the policy has none. */
static void advise_credentials(const advising_t *to, const char *origin)
{
    const cors_policy_t *policy = to->policy;

    if (is_rule(policy) && cors_policy_allows_any(policy)) {
        add(to, NULL, apr_psprintf(
            to->p, "With credentials every origin must be named: write a "
            "section of its own above this one, <CorsOrigin %s>, with "
            "CorsAllowCredentials On in it.", origin), section(to));
        return;
    }
    if (policy->exposed != NULL && policy->exposed->any) {
        add(to, NULL, "With credentials the exposed headers must be named: "
            "take the * out of CorsExposeHeaders.", policy->exposed->at);
    }
    if (cors_policy_allows_any(policy)) {
        add(to, NULL, "With credentials every origin must be named: take the "
            "* out of the sources.", section(to));
        advise_origin(to, origin);
    }
    else {
        advise_safe(to);
    }
    add(to, "CorsAllowCredentials On", beside(to, section(to)),
        policy->credentials.at != NULL ? policy->credentials.at
                                       : section(to));
}

apr_array_header_t *cors_advise(const cors_policy_t *policy,
                                const cors_verdict_t *verdict,
                                const cors_facts_t *facts,
                                const cors_fetch_t *fetch, apr_pool_t *p)
{
    const bool lacks_credentials =
        fetch->with_credentials && !cors_policy_has_credentials(policy);
    const advising_t to = {
        apr_array_make(p, 2, sizeof(cors_advice_t)), policy,
        fetch->with_credentials || cors_policy_has_credentials(policy), p
    };
    cors_seen_item_t items[CORS_WANTS_MAX];
    const int n = cors_wants_of(items, verdict, policy, facts);

    for (int i = 0; i < n; i++) {
        advise_item(&to, &items[i], verdict);
    }
    if (verdict->reason == CORS_REASON_UNSAFE_POLICY) {
        advise_unsafe(&to, fetch->origin);
    }
    else if (lacks_credentials && verdict->kind != CORS_KIND_SAME_ORIGIN) {
        advise_credentials(&to, fetch->origin);
    }
    return to.list;
}

void cors_advise_unknown(apr_array_header_t *advice,
                         const cors_policy_t *policy, bool is_preflight,
                         apr_pool_t *p)
{
    const advising_t to = {advice, policy, false, p};

    if (is_preflight
        && policy->preflight.value == CORS_PREFLIGHT_PASS_THROUGH) {
        add(&to, "CorsPreflight Answer", "Whoever handles OPTIONS answers "
            "preflights, with what status cannot be told here. If it is not "
            "an ok status, let the policy answer.", policy->preflight.at);
    }
    if (policy->upstream.value == CORS_UPSTREAM_KEEP) {
        add(&to, "CorsUpstreamHeaders Replace", "CORS headers of a backend or "
            "a script are kept, whatever they say. If they are wrong, let the "
            "policy's take their place.", policy->upstream.at);
    }
}

/* An origin, and one that a pattern can be: no browser's page is at ws://. */
static bool is_writable(const char *text)
{
    cors_origin_t origin;
    cors_pattern_t pattern;

    return cors_origin_parse(&origin, text) && !origin.is_opaque
        && cors_pattern_parse(&pattern, text) == CORS_PATTERN_OK;
}

apr_array_header_t *cors_advise_policy(const cors_fetch_t *fetch,
                                       const cors_place_t *engine,
                                       apr_pool_t *p)
{
    const advising_t to = {apr_array_make(p, 1, sizeof(cors_advice_t)), NULL,
                           false, p};

    if (engine != NULL) {
        add(&to, "CorsEngine On", apr_psprintf(
                p, "CORS is turned off by %s; a policy beside it, or the one "
                "that it inherits, is in force without.",
                cors_place_text(engine, p)), engine);
        return to.list;
    }
    add(&to, is_writable(fetch->origin)
        ? apr_pstrcat(p, "CorsAllowOrigin ", fetch->origin, NULL) : NULL,
        "No policy is in force for this URL: write one into a section that "
        "holds for it. Where the URL leads elsewhere within the server (an "
        "index, FallbackResource, a rewrite), that URL's policy counts: ask "
        "about it. Conditions on what SetEnvIf sets cannot be told here.",
        NULL);
    return to.list;
}

void cors_advise_reads(apr_array_header_t *advice,
                       const cors_policy_t *policy, const cors_fetch_t *fetch,
                       apr_pool_t *p)
{
    const advising_t to = {advice, policy, false, p};
    const cors_list_t *list = policy->exposed;
    const char *hidden = cors_browser_hidden(
        fetch, list != NULL ? list->value : NULL, p);
    const cors_place_t *at = list != NULL ? list->at : section(&to);
    char *names = hidden != NULL ? apr_pstrdup(p, hidden) : NULL, *last;

    for (const char *name = names != NULL ? apr_strtok(names, ", ", &last)
                                          : NULL;
         name != NULL; name = apr_strtok(NULL, ", ", &last)) {
        const cors_name_fault_t fault = cors_name_check_response_header(name);

        if (fault != CORS_NAME_OK || strcmp(name, "*") == 0) {
            add(&to, NULL, "No directive helps: what the script would read is "
                "no header, or one that browsers show to no script.", at);
            continue;
        }
        add(&to, apr_pstrcat(p, "CorsExposeHeaders ", name, NULL),
            beside(&to, at), at);
    }
}
