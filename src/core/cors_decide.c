/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_decide.h"

#include <stddef.h>
#include <string.h>

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

/*
 * https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
 * A policy that cannot be applied safely allows nobody.
 */
static cors_reason_t check_policy(cors_verdict_t *verdict,
                                  const cors_policy_t *policy,
                                  const cors_facts_t *facts)
{
    return cors_policy_hazards(policy) == 0 ? CORS_REASON_NONE
         : deny(verdict, CORS_REASON_UNSAFE_POLICY, policy->sources->at,
                facts->origin);
}

/*
 * An expression says nothing about TLS that a start-up check could rely on, so
 * the guard against credentials for plain http is kept here.
 */
static bool is_insecure_match(const cors_verdict_t *verdict,
                              const cors_policy_t *policy,
                              const cors_origin_t *origin)
{
    return verdict->match.regex != NULL
        && cors_policy_has_credentials(policy)
        && (policy->lifted.value & CORS_HAZARD_INSECURE) == 0
        && !cors_origin_is_secure(origin);
}

/* The list may have been replaced since check_policy looked at it. */
static bool is_found_in_unsafe(const cors_verdict_t *verdict,
                               const cors_policy_t *policy)
{
    return policy->sources->has_feeds
        && (verdict->match.hazards & cors_policy_forbidden(policy)) != 0;
}

/* https://fetch.spec.whatwg.org/#concept-cors-check, steps 1 to 4 */
static cors_reason_t check_origin(cors_verdict_t *verdict,
                                  const cors_policy_t *policy,
                                  const cors_facts_t *facts)
{
    cors_origin_t origin;

    if (!cors_origin_parse(&origin, facts->origin)) {
        return deny(verdict, CORS_REASON_ORIGIN_MALFORMED, NULL,
                    facts->origin);
    }
    if ((policy->denied != NULL
         && cors_set_find(policy->denied, &origin, &verdict->match))) {
        return deny(verdict, CORS_REASON_ORIGIN_NOT_ALLOWED,
                    &verdict->match.at, facts->origin);
    }
    if (!cors_sources_find(policy->sources, &origin, &verdict->match)) {
        return deny(verdict, CORS_REASON_ORIGIN_NOT_ALLOWED,
                    policy->sources->at, facts->origin);
    }
    if (is_insecure_match(verdict, policy, &origin)
        || is_found_in_unsafe(verdict, policy)) {
        return deny(verdict, CORS_REASON_UNSAFE_POLICY, &verdict->match.at,
                    facts->origin);
    }
    verdict->at = &verdict->match.at;
    return CORS_REASON_NONE;
}

/* https://wicg.github.io/private-network-access/#cors-preflight */
static cors_reason_t check_private_network(cors_verdict_t *verdict,
                                           const cors_policy_t *policy,
                                           const cors_facts_t *facts)
{
    return !facts->asks_private_network
        || policy->private_network.value == CORS_ON ? CORS_REASON_NONE
         : deny(verdict, CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED,
                policy->private_network.at, facts->origin);
}

/* https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7.5 */
static cors_reason_t check_method(cors_verdict_t *verdict,
                                  const cors_policy_t *policy,
                                  const cors_facts_t *facts)
{
    const cors_list_t *list = cors_policy_methods(policy);

    return cors_list_covers(list, facts->request_method,
                            strlen(facts->request_method))
         ? CORS_REASON_NONE
         : deny(verdict, CORS_REASON_METHOD_NOT_ALLOWED, list->at,
                facts->request_method);
}

/* https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 7.6 and 7.7 */
static cors_reason_t check_headers(cors_verdict_t *verdict,
                                   const cors_policy_t *policy,
                                   const cors_facts_t *facts)
{
    const cors_list_t *list = cors_policy_headers(policy);

    if (facts->request_headers == NULL
        || cors_acrh_is_covered(facts->request_headers, list,
                                &verdict->refused)) {
        return CORS_REASON_NONE;
    }
    verdict->at = list->at;
    return CORS_REASON_HEADER_NOT_ALLOWED;
}

typedef cors_reason_t step_t(cors_verdict_t *verdict,
                             const cors_policy_t *policy,
                             const cors_facts_t *facts);

/* In the order in which a browser would find out. */
static step_t *const actual_steps[] = {check_policy, check_origin, NULL};
static step_t *const preflight_steps[] = {
    check_policy, check_origin, check_private_network, check_method,
    check_headers, NULL
};

/* The number of the origin's port, or of the one that it leaves out. */
static int port_of(const cors_origin_t *origin)
{
    int port = 0;

    if (origin->port_at == 0) {
        return cors_origin_default_port(origin->text, origin->scheme_len);
    }
    (void)cors_origin_parse_port(origin->text + origin->port_at, &port);
    return port;
}

bool cors_is_same_origin(const cors_facts_t *facts)
{
    cors_origin_t origin;
    const char *host;
    apr_size_t len, scheme_len;
    int own_port = facts->own_port;

    if (facts->fetch_site != NULL
        && strcmp(facts->fetch_site, "same-origin") == 0) {
        return true;
    }
    if (facts->origin == NULL || facts->own_host == NULL
        || facts->own_scheme == NULL
        || !cors_origin_parse(&origin, facts->origin) || origin.is_opaque) {
        return false;
    }
    scheme_len = strlen(facts->own_scheme);
    if (own_port == 0) {
        own_port = cors_origin_default_port(facts->own_scheme, scheme_len);
    }
    host = origin.text + origin.host_at;
    len = origin.host_len;
    if (host[0] == '[' && facts->own_host[0] != '[') {
        host++;
        len -= 2;
    }
    return scheme_len == origin.scheme_len
        && memcmp(origin.text, facts->own_scheme, scheme_len) == 0
        && own_port == port_of(&origin)
        && cors_name_equal(host, len, facts->own_host,
                           strlen(facts->own_host));
}

/* Only these leave it open whether the origin would be on the list. */
static bool is_about_origin(cors_reason_t reason)
{
    return reason == CORS_REASON_ORIGIN_NOT_ALLOWED
        || reason == CORS_REASON_ORIGIN_MALFORMED
        || reason == CORS_REASON_UNSAFE_POLICY;
}

static void put(cors_verdict_t *verdict, const char *name, const char *value)
{
    verdict->headers[verdict->n_headers].name = name;
    verdict->headers[verdict->n_headers].value = value;
    verdict->n_headers++;
}

static void send_origin(cors_verdict_t *verdict, const cors_policy_t *policy,
                        const char *origin)
{
    put(verdict, "Access-Control-Allow-Origin", origin);
    if (cors_policy_has_credentials(policy)) {
        put(verdict, "Access-Control-Allow-Credentials", "true");
    }
}

/*
 * What to send of a list: with credentials, "*" would be taken literally
 * (https://fetch.spec.whatwg.org/#cors-protocol-and-credentials), so what was
 * asked for, and has been checked, takes its place.
 */
static const char *list_value(const cors_list_t *list,
                              const cors_policy_t *policy, const char *asked)
{
    if (!list->any || !cors_policy_has_credentials(policy)) {
        return list->value;
    }
    return asked != NULL && *asked != '\0' ? asked : list->listed;
}

static void send_private_network(cors_verdict_t *verdict,
                                 const cors_facts_t *facts)
{
    if (facts->asks_private_network) {
        put(verdict, "Access-Control-Allow-Private-Network", "true");
    }
}

/* asked: what was, if it has been found to be allowed. */
static void send_methods(cors_verdict_t *verdict, const cors_policy_t *policy,
                         const char *asked)
{
    put(verdict, "Access-Control-Allow-Methods",
        list_value(cors_policy_methods(policy), policy, asked));
}

static void send_request_headers(cors_verdict_t *verdict,
                                 const cors_policy_t *policy,
                                 const char *asked)
{
    put(verdict, "Access-Control-Allow-Headers",
        list_value(cors_policy_headers(policy), policy, asked));
}

static void send_preflight(cors_verdict_t *verdict,
                           const cors_policy_t *policy,
                           const cors_facts_t *facts)
{
    const char *max_age = cors_policy_max_age(policy);

    send_methods(verdict, policy, facts->request_method);
    send_request_headers(verdict, policy, facts->request_headers);
    if (max_age != NULL) {
        put(verdict, "Access-Control-Max-Age", max_age);
    }
    send_private_network(verdict, facts);
}

/*
 * What an allowed preflight would have, up to the step that failed: browsers
 * then name that step, and not the first header that is missing.
 */
static void send_up_to_failure(cors_verdict_t *verdict,
                               const cors_policy_t *policy,
                               const cors_facts_t *facts, const char *origin)
{
    if (is_about_origin(verdict->reason)) {
        return;
    }
    send_origin(verdict, policy, origin);
    if (verdict->reason == CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED) {
        return;
    }
    send_private_network(verdict, facts);
    send_methods(verdict, policy,
                 verdict->reason == CORS_REASON_METHOD_NOT_ALLOWED
                 ? NULL : facts->request_method);
    if (verdict->reason == CORS_REASON_HEADER_NOT_ALLOWED) {
        /* Without the "*", which browsers may take to cover what it does not:
         * Authorization. */
        put(verdict, "Access-Control-Allow-Headers",
            cors_policy_headers(policy)->listed);
    }
}

static void send_actual(cors_verdict_t *verdict, const cors_policy_t *policy,
                        const char *origin)
{
    if (policy->exposed != NULL && policy->exposed->value != NULL) {
        put(verdict, "Access-Control-Expose-Headers",
             policy->exposed->value);
    }
    if (policy->timing.value == CORS_ON) {
        put(verdict, "Timing-Allow-Origin", origin);
    }
}

static void decide_without_origin(cors_verdict_t *verdict,
                                  const cors_policy_t *policy)
{
    if (verdict->allows_any && cors_policy_hazards(policy) == 0) {
        send_origin(verdict, policy, "*");
        send_actual(verdict, policy, "*");
    }
    verdict->vary =
        cors_policy_depends_on_origin(policy, verdict->allows_any)
        ? vary_origin : NULL;
}

static cors_reason_t run(step_t *const *steps, cors_verdict_t *verdict,
                         const cors_policy_t *policy,
                         const cors_facts_t *facts)
{
    cors_reason_t reason = CORS_REASON_NONE;

    while (*steps != NULL && reason == CORS_REASON_NONE) {
        reason = (*steps++)(verdict, policy, facts);
    }
    return reason;
}

/* All but the kept text of the match, which is large and says nothing yet. */
static void begin(cors_verdict_t *verdict, const cors_policy_t *policy,
                  cors_kind_t kind)
{
    memset(verdict, 0, offsetof(cors_verdict_t, match.kept));
    verdict->kind = kind;
    verdict->allows_any = cors_policy_allows_any(policy);
}

static void decide_with_origin(cors_verdict_t *verdict,
                               const cors_policy_t *policy,
                               const cors_facts_t *facts)
{
    const bool is_preflight = verdict->kind == CORS_KIND_PREFLIGHT;
    const char *origin = verdict->allows_any ? "*" : facts->origin;

    verdict->reason = run(is_preflight ? preflight_steps : actual_steps,
                          verdict, policy, facts);
    verdict->is_allowed = verdict->reason == CORS_REASON_NONE;
    verdict->vary = is_preflight ? vary_preflight : vary_origin;
    if (!verdict->is_allowed) {
        if (is_preflight && cors_policy_debugs(policy)) {
            send_up_to_failure(verdict, policy, facts, origin);
        }
        return;
    }
    if (!cors_policy_depends_on_origin(policy, verdict->allows_any)) {
        verdict->vary = NULL;
    }
    send_origin(verdict, policy, origin);
    if (is_preflight) {
        send_preflight(verdict, policy, facts);
    }
    else {
        send_actual(verdict, policy, origin);
    }
}

void cors_decide(cors_verdict_t *verdict, const cors_policy_t *policy,
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
    if (is_about_origin(verdict->reason) && cors_is_same_origin(facts)) {
        begin(verdict, policy, CORS_KIND_SAME_ORIGIN);
        decide_without_origin(verdict, policy);
    }
}
