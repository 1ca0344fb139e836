/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_decide.h"

#include <stddef.h>
#include <string.h>

#include "cors_response.h"
#include "cors_rule.h"

static const char vary_origin[] = "Origin";
static const char vary_preflight[] =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

const char *cors_kind_slug(cors_kind_t kind)
{
    static const char *const slugs[] = {
        [CORS_KIND_NONE] = NULL,
        [CORS_KIND_PREFLIGHT] = "preflight",
        [CORS_KIND_ACTUAL] = "actual",
        [CORS_KIND_SAME_ORIGIN] = "same-origin",
    };

    return slugs[kind];
}

bool cors_is_preflight(const cors_facts_t *facts)
{
    return facts->is_options && facts->origin != NULL
        && facts->request_method != NULL;
}

static cors_reason_t deny(cors_verdict_t *verdict, cors_reason_t reason,
                          const cors_place_t *at, const char *refused)
{
    verdict->at = at;
    verdict->refused.text = refused;
    verdict->refused.len = strlen(refused);
    return reason;
}

bool cors_verdict_is_ruled(const cors_verdict_t *verdict)
{
    return verdict->policy == &verdict->ruled;
}

static bool is_denied(const cors_policy_t *policy, const cors_origin_t *origin,
                      cors_match_t *match)
{
    return policy->denied != NULL
        && cors_set_find(policy->denied, origin, match);
}

/* The rule for every origin, which holds where the origin is not known. */
static const cors_policy_t *rule_for_any(const cors_policy_t *policy)
{
    const cors_rules_t *rules = policy->sources->rules;

    return rules != NULL ? cors_rules_for_any(rules) : NULL;
}

/* Does whoever is not known get "*"? */
static bool is_open(const cors_policy_t *policy)
{
    const cors_policy_t *rule = rule_for_any(policy);
    cors_policy_t ruled;

    if (rule == NULL) {
        return cors_policy_allows_any(policy);
    }
    cors_policy_merge(&ruled, policy, rule);
    return cors_policy_allows_any(&ruled);
}

/* From here on the rule over the policy is what holds. */
static void take_rule(cors_verdict_t *verdict, const cors_policy_t *rule)
{
    cors_policy_merge(&verdict->ruled, verdict->policy, rule);
    verdict->policy = &verdict->ruled;
}

/*
 * The deny list comes first, then <CorsOrigin> sections, then the sources: an
 * origin that has a section of its own needs no other.
 */
static void choose_rule(cors_verdict_t *verdict, cors_claim_t *claim)
{
    const cors_rules_t *rules = verdict->policy->sources->rules;
    const cors_origin_t *origin;
    const cors_policy_t *rule;

    if (rules == NULL || (origin = cors_claim_origin(claim)) == NULL
        || is_denied(verdict->policy, origin, &verdict->match)) {
        return;
    }
    rule = cors_rules_find(rules, origin, &verdict->match);
    if (rule != NULL) {
        take_rule(verdict, rule);
    }
}

/* What the steps look at. */
typedef struct asked_t {
    const cors_facts_t *facts;
    cors_claim_t claim;   /* the Origin header */
} asked_t;

/*
 * https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
 * A policy that cannot be applied safely allows nobody.
 */
static cors_reason_t check_policy(cors_verdict_t *verdict, asked_t *asked)
{
    return cors_policy_hazards(verdict->policy) == 0 ? CORS_REASON_NONE
         : deny(verdict, CORS_REASON_UNSAFE_POLICY,
                verdict->policy->sources->at, asked->facts->origin);
}

/*
 * An expression says nothing about TLS that a start-up check could rely on, so
 * the guard against credentials for plain http is kept here.
 */
static bool is_insecure_match(const cors_verdict_t *verdict,
                              const cors_origin_t *origin)
{
    return verdict->match.regex != NULL
        && cors_policy_has_credentials(verdict->policy)
        && (verdict->policy->lifted.value & CORS_HAZARD_INSECURE) == 0
        && !cors_origin_is_secure(origin);
}

/* The list may have been replaced since check_policy looked at it. */
static bool is_found_in_unsafe(const cors_verdict_t *verdict)
{
    const cors_policy_t *policy = verdict->policy;

    return policy->sources->has_feeds
        && (verdict->match.hazards & cors_policy_forbidden(policy)) != 0;
}

/* Is the origin found on the deny list, or nowhere, or is it none? */
static cors_reason_t look_for_origin(cors_verdict_t *verdict, asked_t *asked)
{
    const cors_policy_t *policy = verdict->policy;
    const char *text = asked->claim.text;

    if (policy->denied != NULL && cors_claim_origin(&asked->claim) != NULL
        && is_denied(policy, &asked->claim.parsed, &verdict->match)) {
        return deny(verdict, CORS_REASON_ORIGIN_NOT_ALLOWED,
                    &verdict->match.at, text);
    }
    if (cors_sources_find_claim(policy->sources, &asked->claim,
                                &verdict->match)) {
        return CORS_REASON_NONE;
    }
    return cors_claim_origin(&asked->claim) == NULL
         ? deny(verdict, CORS_REASON_ORIGIN_MALFORMED, NULL, text)
         : deny(verdict, CORS_REASON_ORIGIN_NOT_ALLOWED, policy->sources->at,
                text);
}

/* https://fetch.spec.whatwg.org/#concept-cors-check, steps 1 to 4 */
static cors_reason_t check_origin(cors_verdict_t *verdict, asked_t *asked)
{
    verdict->at = &verdict->match.at;
    if (!cors_verdict_is_ruled(verdict)) {
        const cors_reason_t reason = look_for_origin(verdict, asked);

        if (reason != CORS_REASON_NONE) {
            return reason;
        }
    }
    return is_insecure_match(verdict, &asked->claim.parsed)
        || is_found_in_unsafe(verdict)
         ? deny(verdict, CORS_REASON_UNSAFE_POLICY, &verdict->match.at,
                asked->claim.text) : CORS_REASON_NONE;
}

/* https://wicg.github.io/private-network-access/#cors-preflight */
static cors_reason_t check_private_network(cors_verdict_t *verdict,
                                           asked_t *asked)
{
    const cors_setting_t *setting = &verdict->policy->private_network;

    return !asked->facts->asks_private_network || setting->value == CORS_ON
         ? CORS_REASON_NONE
         : deny(verdict, CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED, setting->at,
                asked->facts->origin);
}

/* https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7.5 */
static cors_reason_t check_method(cors_verdict_t *verdict, asked_t *asked)
{
    const cors_list_t *list = cors_policy_methods(verdict->policy);

    return cors_list_covers(list, asked->facts->request_method,
                            strlen(asked->facts->request_method))
         ? CORS_REASON_NONE
         : deny(verdict, CORS_REASON_METHOD_NOT_ALLOWED, list->at,
                asked->facts->request_method);
}

/* https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 7.6 and 7.7 */
static cors_reason_t check_headers(cors_verdict_t *verdict, asked_t *asked)
{
    const cors_list_t *list = cors_policy_headers(verdict->policy);

    if (asked->facts->request_headers == NULL
        || cors_acrh_is_covered(asked->facts->request_headers, list,
                                &verdict->refused)) {
        return CORS_REASON_NONE;
    }
    verdict->at = list->at;
    return CORS_REASON_HEADER_NOT_ALLOWED;
}

typedef cors_reason_t step_t(cors_verdict_t *verdict, asked_t *asked);

/* In the order in which a browser would find out. */
static step_t *const actual_steps[] = {check_policy, check_origin, NULL};
static step_t *const preflight_steps[] = {
    check_policy, check_origin, check_private_network, check_method,
    check_headers, NULL
};

/* Only these leave it open whether the origin would be on the list. */
bool cors_verdict_is_about_origin(const cors_verdict_t *verdict)
{
    return verdict->reason == CORS_REASON_ORIGIN_NOT_ALLOWED
        || verdict->reason == CORS_REASON_ORIGIN_MALFORMED
        || verdict->reason == CORS_REASON_UNSAFE_POLICY;
}

static cors_reason_t run(step_t *const *steps, cors_verdict_t *verdict,
                         asked_t *asked)
{
    cors_reason_t reason = CORS_REASON_NONE;

    while (*steps != NULL && reason == CORS_REASON_NONE) {
        reason = (*steps++)(verdict, asked);
    }
    return reason;
}

/* All but what is behind the match, and its kept text, which are large and say
 * nothing yet. */
static void begin(cors_verdict_t *verdict, const cors_policy_t *policy,
                  cors_kind_t kind)
{
    memset(verdict, 0, offsetof(cors_verdict_t, match.kept));
    verdict->kind = kind;
    verdict->policy = policy;
    verdict->allows_any = is_open(policy);
}

static void decide_without_origin(cors_verdict_t *verdict,
                                  const cors_policy_t *policy)
{
    const cors_policy_t *rule = rule_for_any(policy);

    if (rule != NULL) {
        take_rule(verdict, rule);
    }
    if (verdict->allows_any && cors_policy_hazards(verdict->policy) == 0) {
        cors_response_any(verdict);
    }
    verdict->vary =
        cors_policy_depends_on_origin(policy, verdict->allows_any)
        ? vary_origin : NULL;
}

static void decide_with_origin(cors_verdict_t *verdict,
                               const cors_policy_t *policy,
                               const cors_facts_t *facts)
{
    const bool is_preflight = verdict->kind == CORS_KIND_PREFLIGHT;
    asked_t asked;

    asked.facts = facts;
    cors_claim_make(&asked.claim, facts->origin);
    choose_rule(verdict, &asked.claim);
    verdict->reason = run(is_preflight ? preflight_steps : actual_steps,
                          verdict, &asked);
    verdict->is_allowed = verdict->reason == CORS_REASON_NONE;
    verdict->vary = is_preflight ? vary_preflight : vary_origin;
    if (verdict->is_allowed
        && !cors_policy_depends_on_origin(policy, verdict->allows_any)) {
        verdict->vary = NULL;
    }
    if (verdict->is_allowed) {
        cors_response_allowed(verdict, facts);
    }
    else if (is_preflight && cors_policy_debugs(policy)
             && !cors_verdict_is_about_origin(verdict)) {
        cors_response_up_to_failure(verdict, facts);
    }
}

void cors_decide_at_first(cors_verdict_t *verdict, const cors_policy_t *policy,
                          const cors_facts_t *facts)
{
    if (facts->origin == NULL) {
        begin(verdict, policy, CORS_KIND_NONE);
        decide_without_origin(verdict, policy);
        return;
    }
    begin(verdict, policy, cors_is_preflight(facts) ? CORS_KIND_PREFLIGHT
                                                    : CORS_KIND_ACTUAL);
    decide_with_origin(verdict, policy, facts);
}

void cors_decide_by_own_origin(cors_verdict_t *verdict,
                               const cors_policy_t *policy,
                               const cors_facts_t *facts)
{
    if (cors_is_same_origin(facts)) {
        begin(verdict, policy, CORS_KIND_SAME_ORIGIN);
        decide_without_origin(verdict, policy);
    }
}

void cors_decide(cors_verdict_t *verdict, const cors_policy_t *policy,
                 const cors_facts_t *facts)
{
    cors_decide_at_first(verdict, policy, facts);
    if (cors_verdict_is_about_origin(verdict)) {
        cors_decide_by_own_origin(verdict, policy, facts);
    }
}
