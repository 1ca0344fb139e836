/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support: what the unit tests share: a pool for each test, short ways to make
 * the core's values, comparisons that name the row.
 *
 * Tests are tables of rows {name, input, expected}, one run of the test body a
 * row (Check's loop tests), so that each row passes or fails by itself; the
 * row's name, a sentence, begins the failure message.
 */
#ifndef CORS_TEST_SUPPORT_H
#define CORS_TEST_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_pools.h>
#include <check.h>

#include "cors_finding.h"
#include "cors_policy.h"

#define ROWS(table) ((int)(sizeof (table) / sizeof (table)[0]))

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10
#define LABEL_63 A60 "aaa"
#define LABEL_64 A60 "aaaa"
#define HOST_253 LABEL_63 "." LABEL_63 "." LABEL_63 "." A60 "a"
#define HOST_254 LABEL_63 "." LABEL_63 "." LABEL_63 "." A60 "aa"

/* Of the test that runs; gone with it. */
extern apr_pool_t *pool;

/* A test case of the suite whose tests have a pool. */
TCase *support_case(Suite *suite, const char *name);

/* Fail, naming the row, unless both are the same; NULL is a text of its own. */
void support_same_text(const char *name, const char *got, const char *want);
void support_same_number(const char *name, long got, long want);

/* Fail, naming the row, unless the text has the part in it. */
void support_has(const char *name, const char *text, const char *part);

/* len times the character, terminated. */
char *support_repeat(char c, apr_size_t len);

/* A place in test.conf; from the pool. */
const cors_place_t *support_place(const char *directive, int line);

/* Parse what must be right; the test fails if it is not. */
cors_origin_t support_origin(const char *text);
cors_pattern_t support_pattern(const char *text);
cors_regex_t *support_regex(const char *text);

/* The words of a text, separated by single spaces: const char * each. */
apr_array_header_t *support_words(const char *text);

/*
 * A set of the words, each with a line of its own: 1, 2, ... A word is a
 * pattern, or a regular expression after a "~".
 */
cors_set_t *support_set(const char *directive, const char *words);

/* Put such a set in force, as the lines of a file. */
void support_replace(cors_slot_t *slot, const char *words);

/* A list of the words, all of which must be valid; sealed. */
cors_list_t *support_list(cors_list_kind_t kind, const char *directive,
                          const char *words);

/*
 * A policy as an administrator would write it; what is zero is not written.
 * The words of allow and deny get lines of their own, as in support_set.
 */
typedef struct support_policy_t {
    const char *allow;    /* CorsAllowOrigin, CorsAllowOriginRegex ("~") */
    const char *deny;     /* CorsDenyOrigin */
    const char *methods;  /* CorsAllowMethods */
    const char *headers;  /* CorsAllowHeaders */
    const char *expose;   /* CorsExposeHeaders */
    const char *max_age;  /* CorsMaxAge; "Off" as well */
    bool credentials;
    bool private_network;
    bool timing;
    unsigned lifted;      /* CorsDangerouslyAllow, as CORS_HAZARD_* */
} support_policy_t;

cors_policy_t *support_policy(const support_policy_t *written);

/*
 * Give the policy another <CorsOrigin> section, whose number is its line: a rule
 * that is written like a policy, the words of allow being its patterns. They
 * have lines of their own, counted through all rules of the policy.
 */
cors_policy_t *support_add_rule(cors_policy_t *policy,
                                const support_policy_t *written);

/* A feed of the words, as the lines of a file. */
cors_feed_t *support_feed(const char *words);

/* Add to the group a source of its own, as a file with the words as lines. */
void support_add_file(cors_sources_t *sources, const char *words,
                      bool is_production);

/* "1 https://a,3 https://b": the members of a set with their lines. */
const char *support_members(const cors_set_t *set);

/* The i-th finding. */
const cors_finding_t *support_finding(const cors_findings_t *findings, int i);

/*
 * Numbers that look random and are the same everywhere: 0 .. below - 1. The
 * state is the seed to begin with.
 */
unsigned support_random(uint32_t *state, unsigned below);

#endif
