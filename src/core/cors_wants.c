/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_wants.h"

#include <string.h>

#include <apr_cstr.h>

typedef struct wants_t {
    cors_seen_item_t *items;
    int n;
    const cors_policy_t *policy;
} wants_t;

/*
 * Where a directive for it would go: beside the sources; where another section
 * has the list, or says Off, beside that.
 */
static void place(const wants_t *wants, cors_seen_item_t *item,
                  const cors_place_t *at)
{
    item->at = cors_sources_place(wants->policy->sources, &item->is_outside);
    if (at != NULL && !cors_place_is_beside(at, item->at)) {
        item->at = at;
        item->is_outside = false;
    }
}

static void add(wants_t *wants, cors_want_t want, const char *value,
                size_t len, const cors_place_t *at)
{
    if (wants->n < CORS_WANTS_MAX) {
        cors_seen_item_t *item = &wants->items[wants->n++];

        item->want = want;
        item->value = value;
        item->len = len;
        item->reported = cors_policy_is_report_only(wants->policy);
        place(wants, item, at);
    }
}

/* Could it be written into a policy? Of an origin of the web that is certain. */
static bool is_pattern(const char *text)
{
    cors_pattern_t pattern;

    return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0
        || cors_pattern_parse(&pattern, text) == CORS_PATTERN_OK;
}

/* Would configtest refuse the origin in this policy? */
static bool is_refused(const cors_policy_t *policy, const char *text)
{
    cors_origin_t origin;

    return cors_policy_has_credentials(policy)
        && (policy->lifted.value & CORS_HAZARD_INSECURE) == 0
        && cors_origin_parse(&origin, text) && !origin.is_opaque
        && !cors_origin_is_secure(&origin);
}

static void add_origin(wants_t *wants, const cors_verdict_t *verdict,
                       const cors_policy_t *policy, const cors_facts_t *facts)
{
    const size_t len = strlen(facts->origin);

    if (verdict->reason == CORS_REASON_ORIGIN_MALFORMED
        || !is_pattern(facts->origin)) {
        add(wants, CORS_WANT_NOT_AN_ORIGIN, facts->origin, len, NULL);
    }
    else if (verdict->reason == CORS_REASON_ORIGIN_NOT_ALLOWED) {
        add(wants, verdict->match.text != NULL ? CORS_WANT_DENIED_ORIGIN
            : is_refused(policy, facts->origin) ? CORS_WANT_INSECURE_ORIGIN
            : CORS_WANT_ORIGIN, facts->origin, len, NULL);
    }
}

/* As a header's name: in whatever case. */
static bool has(const wants_t *wants, const cors_slice_t *name)
{
    for (int i = 0; i < wants->n; i++) {
        const cors_seen_item_t *item = &wants->items[i];

        if (item->want == CORS_WANT_HEADER && item->len == name->len
            && apr_cstr_casecmpn(item->value, name->text, name->len) == 0) {
            return true;
        }
    }
    return false;
}

static void add_headers(wants_t *wants, const cors_list_t *list,
                        const char *value)
{
    cors_slice_t refused;

    if (value == NULL || strlen(value) > CORS_ACRH_MAX) {
        return;
    }
    while (wants->n < CORS_WANTS_MAX
           && !cors_acrh_is_covered(value, list, &refused)) {
        if (!has(wants, &refused)) {
            add(wants, CORS_WANT_HEADER, refused.text, refused.len, list->at);
        }
        value = refused.text + refused.len;
    }
}

int cors_wants_of(cors_seen_item_t items[CORS_WANTS_MAX],
                  const cors_verdict_t *verdict, const cors_policy_t *policy,
                  const cors_facts_t *facts)
{
    const cors_list_t *methods = cors_policy_methods(policy);
    wants_t wants = {items, 0, policy};

    if (verdict->is_allowed || verdict->reason == CORS_REASON_UNSAFE_POLICY
        || verdict->kind == CORS_KIND_NONE
        || verdict->kind == CORS_KIND_SAME_ORIGIN) {
        return 0;
    }
    add_origin(&wants, verdict, policy, facts);
    if (verdict->kind != CORS_KIND_PREFLIGHT) {
        return wants.n;
    }
    if (facts->asks_private_network
        && policy->private_network.value != CORS_ON) {
        add(&wants, CORS_WANT_PRIVATE_NETWORK, "On", 2,
            policy->private_network.at);
    }
    if (!cors_list_covers(methods, facts->request_method,
                          strlen(facts->request_method))) {
        add(&wants, CORS_WANT_METHOD, facts->request_method,
            strlen(facts->request_method), methods->at);
    }
    add_headers(&wants, cors_policy_headers(policy), facts->request_headers);
    return wants.n;
}
