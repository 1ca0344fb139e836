/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_rule: other rules for some of a policy's origins, as <CorsOrigin>
 * sections give them.
 *
 * A rule is a policy with little in it: its sources are the section's patterns,
 * and what it sets stands over the policy around it (cors_policy_merge). What
 * makes a policy unsafe makes a rule unsafe, and what describes the one
 * describes the other.
 *
 * The rules of one section are part of its sources and merge with them. All
 * their patterns are in one set, so that a look-up does not cost more for more
 * rules. Of several that hold for an origin the first one counts.
 */
#ifndef CORS_RULE_H
#define CORS_RULE_H

#include "cors_policy.h"

/* As httpd has it; with a ">", the directive that places name. */
#define CORS_RULE_SECTION "<CorsOrigin"
#define CORS_RULE_DIRECTIVE CORS_RULE_SECTION ">"

typedef struct cors_rules_t {
    apr_array_header_t *list;    /* of const cors_policy_t *, as written */
    cors_set_t *patterns;        /* of all of them, in that order */
    apr_array_header_t *owners;  /* the rule of each pattern; as list */
} cors_rules_t;

/* A new rule, after those that sources have; it lives as long as they do. */
cors_policy_t *cors_rules_add(cors_sources_t *sources, const cors_place_t *at);

/*
 * The same pattern for the last rule of sources, and for all of them together.
 * Its text and place must live as long.
 */
void cors_rules_add_pattern(cors_sources_t *sources,
                            const cors_pattern_t *pattern,
                            const cors_place_t *at);

/*
 * The first rule that has something for this origin, and in *match what it is;
 * NULL if there is none.
 */
const cors_policy_t *cors_rules_find(const cors_rules_t *rules,
                                     const cors_origin_t *origin,
                                     cors_match_t *match);

/* The first rule for every origin ("*"), NULL if there is none. */
const cors_policy_t *cors_rules_for_any(const cors_rules_t *rules);

/* How many rules the sources have, and the i-th. */
int cors_rules_count(const cors_sources_t *sources);
const cors_policy_t *cors_rules_get(const cors_sources_t *sources, int i);

/*
 * Does the pattern of this number never decide, because an earlier rule has all
 * its origins? Then *later is that pattern and *earlier the other's. Told for
 * patterns without a wildcard, for equal ones, and for all after a "*".
 */
bool cors_rules_is_shadowed(const cors_rules_t *rules, int number,
                            cors_match_t *later, cors_match_t *earlier);

#endif
