/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_rule.h"

#include <string.h>

static cors_rules_t *create(apr_pool_t *p)
{
    cors_rules_t *rules = apr_palloc(p, sizeof *rules);

    rules->list = apr_array_make(p, 2, sizeof(const cors_policy_t *));
    rules->patterns = cors_set_create(p);
    rules->owners = apr_array_make(p, 4, sizeof(const cors_policy_t *));
    return rules;
}

cors_policy_t *cors_rules_add(cors_sources_t *sources, const cors_place_t *at)
{
    apr_pool_t *p = sources->list->pool;
    cors_policy_t *rule = apr_pcalloc(p, sizeof *rule);

    if (sources->rules == NULL) {
        sources->rules = create(p);
    }
    rule->sources = cors_sources_create(at, p);
    APR_ARRAY_PUSH(sources->rules->list, const cors_policy_t *) = rule;
    return rule;
}

void cors_rules_add_pattern(cors_sources_t *sources,
                            const cors_pattern_t *pattern,
                            const cors_place_t *at)
{
    cors_rules_t *rules = sources->rules;
    const cors_policy_t *rule =
        cors_rules_get(sources, cors_rules_count(sources) - 1);

    /* Made by cors_rules_add, and still in the making. */
    cors_sources_add_pattern((cors_sources_t *)(uintptr_t)rule->sources,
                             pattern, at);
    cors_set_add(rules->patterns, pattern, at);
    APR_ARRAY_PUSH(rules->owners, const cors_policy_t *) = rule;
}

static const cors_policy_t *owner(const cors_rules_t *rules, int number)
{
    return APR_ARRAY_IDX(rules->owners, number, const cors_policy_t *);
}

const cors_policy_t *cors_rules_find(const cors_rules_t *rules,
                                     const cors_origin_t *origin,
                                     cors_match_t *match)
{
    const int number = cors_set_find_first(rules->patterns, origin, match);

    return number < 0 ? NULL : owner(rules, number);
}

const cors_policy_t *cors_rules_for_any(const cors_rules_t *rules)
{
    const int number = cors_set_any(rules->patterns);

    return number < 0 ? NULL : owner(rules, number);
}

int cors_rules_count(const cors_sources_t *sources)
{
    return sources->rules != NULL ? sources->rules->list->nelts : 0;
}

const cors_policy_t *cors_rules_get(const cors_sources_t *sources, int i)
{
    return APR_ARRAY_IDX(sources->rules->list, i, const cors_policy_t *);
}

/* The number of the first pattern that has all origins of this one. */
static int first_with_all_of(const cors_rules_t *rules, int number,
                             const cors_pattern_t *pattern)
{
    cors_origin_t origin;
    cors_match_t match;
    cors_pattern_t other;

    if (!pattern->any_subdomain && !pattern->any_port
        && cors_origin_parse(&origin, pattern->text)) {
        return cors_set_find_first(rules->patterns, &origin, &match);
    }
    for (int i = 0; i < number; i++) {
        (void)cors_set_member(rules->patterns, i, &other, &match);
        if (other.kind == CORS_PATTERN_ANY
            || strcmp(other.text, pattern->text) == 0) {
            return i;
        }
    }
    return number;
}

bool cors_rules_is_shadowed(const cors_rules_t *rules, int number,
                            cors_match_t *later, cors_match_t *earlier)
{
    cors_pattern_t pattern, other;
    int first;

    (void)cors_set_member(rules->patterns, number, &pattern, later);
    first = first_with_all_of(rules, number, &pattern);
    if (first < 0 || owner(rules, first) == owner(rules, number)) {
        return false;
    }
    (void)cors_set_member(rules->patterns, first, &other, earlier);
    return true;
}
