/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_response.h"

static void put(cors_verdict_t *verdict, const char *name, const char *value)
{
    verdict->headers[verdict->n_headers].name = name;
    verdict->headers[verdict->n_headers].value = value;
    verdict->n_headers++;
}

/*
 * "*" where all are sent that, but not with the credentials that a <CorsOrigin>
 * may have over it. A rule cannot be replaced meanwhile, so it may be asked
 * now; the policy was asked once.
 */
static const char *origin_value(const cors_verdict_t *verdict,
                                const cors_facts_t *facts)
{
    const bool is_any = !cors_verdict_is_ruled(verdict)
        ? verdict->allows_any
        : !cors_policy_has_credentials(verdict->policy)
          && (verdict->allows_any || cors_policy_allows_any(verdict->policy));

    return is_any ? "*" : facts->origin;
}

static void send_origin(cors_verdict_t *verdict, const char *origin)
{
    put(verdict, "Access-Control-Allow-Origin", origin);
    if (cors_policy_has_credentials(verdict->policy)) {
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
static void send_methods(cors_verdict_t *verdict, const char *asked)
{
    put(verdict, "Access-Control-Allow-Methods",
        list_value(cors_policy_methods(verdict->policy), verdict->policy,
                   asked));
}

static void send_request_headers(cors_verdict_t *verdict, const char *asked)
{
    put(verdict, "Access-Control-Allow-Headers",
        list_value(cors_policy_headers(verdict->policy), verdict->policy,
                   asked));
}

static void send_preflight(cors_verdict_t *verdict, const cors_facts_t *facts)
{
    const char *max_age = cors_policy_max_age(verdict->policy);

    send_methods(verdict, facts->request_method);
    send_request_headers(verdict, facts->request_headers);
    if (max_age != NULL) {
        put(verdict, "Access-Control-Max-Age", max_age);
    }
    send_private_network(verdict, facts);
}

static void send_actual(cors_verdict_t *verdict, const char *origin)
{
    const cors_policy_t *policy = verdict->policy;

    if (policy->exposed != NULL && policy->exposed->value != NULL) {
        put(verdict, "Access-Control-Expose-Headers", policy->exposed->value);
    }
    if (policy->timing.value == CORS_ON) {
        put(verdict, "Timing-Allow-Origin", origin);
    }
}

void cors_response_allowed(cors_verdict_t *verdict, const cors_facts_t *facts)
{
    const char *origin = origin_value(verdict, facts);

    send_origin(verdict, origin);
    if (verdict->kind == CORS_KIND_PREFLIGHT) {
        send_preflight(verdict, facts);
    }
    else {
        send_actual(verdict, origin);
    }
}

void cors_response_any(cors_verdict_t *verdict)
{
    send_origin(verdict, "*");
    send_actual(verdict, "*");
}

void cors_response_up_to_failure(cors_verdict_t *verdict,
                                 const cors_facts_t *facts)
{
    send_origin(verdict, origin_value(verdict, facts));
    if (verdict->reason == CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED) {
        return;
    }
    send_private_network(verdict, facts);
    send_methods(verdict, verdict->reason == CORS_REASON_METHOD_NOT_ALLOWED
                          ? NULL : facts->request_method);
    if (verdict->reason == CORS_REASON_HEADER_NOT_ALLOWED) {
        /* Without the "*", which browsers may take to cover what it does not:
         * Authorization. */
        put(verdict, "Access-Control-Allow-Headers",
            cors_policy_headers(verdict->policy)->listed);
    }
}
