/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rule: the sections of a policy's origins, and which of them counts; in
 * rows, and against a naive matcher that tries one after the other.
 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_rule.h"
#include "naive.h"
#include "support.h"

enum { RULES_MAX = 120, WORDS_MAX = 3, SEEDS = 6, ROUNDS = 150, ORIGINS = 48 };

/* Sections as texts: the words of each. */
static cors_policy_t *policy_of(const char *const *rules, int n)
{
    cors_policy_t *policy = support_policy(&(support_policy_t){0});

    for (int i = 0; i < n; i++) {
        support_add_rule(policy, &(support_policy_t){.allow = rules[i]});
    }
    return policy;
}

/* The number of a rule, as its place has it; 0 for none. */
static int number_of(const cors_policy_t *rule)
{
    return rule != NULL ? rule->sources->at->line : 0;
}

START_TEST(there_is_none_at_first)
{
    const cors_policy_t *plain = support_policy(&(support_policy_t){
        .allow = "https://a"});

    ck_assert_int_eq(cors_rules_count(plain->sources), 0);
    ck_assert_ptr_null(plain->sources->rules);
    ck_assert_int_eq(plain->sources->list->nelts, 1);
}
END_TEST

START_TEST(rules_are_kept_in_order_and_are_policies)
{
    cors_policy_t *policy = support_policy(&(support_policy_t){
        .allow = "https://z"});
    const cors_policy_t *first = support_add_rule(policy, &(support_policy_t){
        .allow = "https://a https://*.b", .methods = "PUT",
        .credentials = true});
    const cors_policy_t *second = support_add_rule(
        policy, &(support_policy_t){.allow = "null"});
    const cors_rules_t *rules = policy->sources->rules;

    ck_assert_int_eq(cors_rules_count(policy->sources), 2);
    ck_assert_ptr_eq(cors_rules_get(policy->sources, 0), first);
    ck_assert_ptr_eq(cors_rules_get(policy->sources, 1), second);
    ck_assert_int_eq(number_of(first), 1);
    ck_assert_int_eq(number_of(second), 2);
    ck_assert_str_eq(first->sources->at->directive, "<CorsOrigin>");
    support_same_text("all patterns", support_members(rules->patterns),
                      "1 https://a,2 https://*.b,3 null");
    support_same_text("those of the first",
                      support_members(first->sources->inline_set),
                      "1 https://a,2 https://*.b");
    support_same_text("those of the second",
                      support_members(second->sources->inline_set), "3 null");
    ck_assert(cors_policy_has_credentials(first));
    ck_assert(!cors_policy_has_credentials(second));
    ck_assert_int_eq((int)cors_policy_hazards(first), 0);
    ck_assert_int_eq((int)cors_policy_hazards(second), CORS_HAZARD_NULL);
    support_same_text("the plain source",
                      support_members(policy->sources->inline_set),
                      "1 https://z");
}
END_TEST

static const struct {
    const char *name;
    const char *rules[5];
    const char *origin;
    int rule, pattern;
} rows[] = {
    {"the only one", {"https://a"}, "https://a", 1, 1},
    {"nothing", {"https://a", "https://b"}, "https://c", 0, 0},
    {"the second", {"https://a", "https://b"}, "https://b", 2, 2},
    {"a second pattern", {"https://a", "https://b https://c"}, "https://c", 2,
     3},
    {"equal ones", {"https://a", "https://a"}, "https://a", 1, 1},
    {"the wide one first", {"https://*.a", "https://b.a"}, "https://b.a", 1,
     1},
    {"the narrow one first", {"https://b.a", "https://*.a"}, "https://b.a", 1,
     1},
    {"the wide one, a wider one behind it", {"https://*.b.a", "https://*.a"},
     "https://c.b.a", 1, 1},
    {"the wide one, a narrower one behind it", {"https://*.a",
     "https://*.b.a"}, "https://c.b.a", 1, 1},
    {"any port first", {"https://a:*", "https://a:1"}, "https://a:1", 1, 1},
    {"a port first", {"https://a:1", "https://a:*"}, "https://a:1", 1, 1},
    {"any port behind a wildcard", {"https://*.a", "https://b.a:*"},
     "https://b.a", 1, 1},
    {"every origin first", {"*", "https://a"}, "https://a", 1, 1},
    {"every origin last", {"https://a", "*"}, "https://a", 1, 1},
    {"every origin, for the rest", {"https://a", "*"}, "null", 2, 2},
    {"every origin in the middle", {"https://b", "*", "https://a"},
     "https://a", 2, 2},
    {"every origin within a rule", {"https://b", "https://c *", "https://a"},
     "https://a", 2, 3},
    {"null", {"https://a", "null"}, "null", 2, 2},
    {"a rule without patterns", {"", "https://a"}, "https://a", 2, 1},
};

static int count_of(const char *const *rules)
{
    int n = 0;

    while (n < 5 && rules[n] != NULL) {
        n++;
    }
    return n;
}

START_TEST(the_first_counts)
{
    const cors_policy_t *policy = policy_of(rows[_i].rules,
                                            count_of(rows[_i].rules));
    const cors_origin_t origin = support_origin(rows[_i].origin);
    cors_match_t match = {.text = NULL};
    const cors_policy_t *rule =
        cors_rules_find(policy->sources->rules, &origin, &match);

    support_same_number(rows[_i].name, number_of(rule), rows[_i].rule);
    if (rule != NULL) {
        support_same_number(rows[_i].name, match.at.line, rows[_i].pattern);
    }
}
END_TEST

static const struct {
    const char *name;
    const char *rules[5];
    int rule;
} any_rows[] = {
    {"none", {"https://a", "https://*.b:*"}, 0},
    {"the first", {"*", "https://a"}, 1},
    {"the second, among others", {"https://a", "https://b *", "*"}, 2},
    {"null is not every origin", {"null"}, 0},
};

START_TEST(for_any)
{
    const cors_policy_t *policy = policy_of(any_rows[_i].rules,
                                            count_of(any_rows[_i].rules));

    support_same_number(any_rows[_i].name,
                        number_of(cors_rules_for_any(policy->sources->rules)),
                        any_rows[_i].rule);
}
END_TEST

static const struct {
    const char *name;
    const char *rules[5];
    const char *shadowed;  /* "later<earlier later<earlier", by number */
} shadow_rows[] = {
    {"none", {"https://a", "https://b"}, ""},
    {"equal", {"https://a", "https://a"}, "2<1"},
    {"equal within a rule", {"https://a https://a"}, ""},
    {"behind a wildcard", {"https://*.a", "https://b.a"}, "2<1"},
    {"before a wildcard", {"https://b.a", "https://*.a"}, ""},
    {"behind any port", {"https://a:*", "https://a https://a:1"},
     "2<1 3<1"},
    {"behind every origin", {"*", "https://a null", "*"}, "2<1 3<1 4<1"},
    {"equal wildcards", {"https://*.a", "https://*.a"}, "2<1"},
    {"another port", {"https://*.a", "https://b.a:1"}, ""},
    {"the domain itself", {"https://*.a", "https://a"}, ""},
    {"within the rule a wildcard, before it the same",
     {"https://b.a", "https://*.a https://b.a"}, "3<1"},
    {"one of several", {"https://x", "https://y https://*.a",
     "https://b.a https://z"}, "4<3"},
};

static const char *shadows_text(const cors_rules_t *rules)
{
    const char *text = "";

    for (int i = 0; i < cors_set_size(rules->patterns); i++) {
        cors_match_t later, earlier;

        if (cors_rules_is_shadowed(rules, i, &later, &earlier)) {
            text = apr_psprintf(pool, "%s%s%d<%d", text, *text ? " " : "",
                                later.at.line, earlier.at.line);
        }
    }
    return text;
}

START_TEST(shadowed)
{
    const cors_policy_t *policy = policy_of(shadow_rows[_i].rules,
                                            count_of(shadow_rows[_i].rules));

    support_same_text(shadow_rows[_i].name,
                      shadows_text(policy->sources->rules),
                      shadow_rows[_i].shadowed);
}
END_TEST

/* A set of rules as random words, by rule; and of all of them, by pattern. */
typedef struct random_rules_t {
    naive_text_t words[RULES_MAX * WORDS_MAX];
    int owners[RULES_MAX * WORDS_MAX];
    int n_words, n_rules;
} random_rules_t;

/* Small ones, large ones; mostly without "*", which would hide the rest. */
static const cors_policy_t *random_policy(random_rules_t *random,
                                          uint32_t *state)
{
    const unsigned most = support_random(state, 2) == 0 ? 5 : RULES_MAX;
    const bool may_be_any = support_random(state, 8) == 0;
    cors_policy_t *policy = support_policy(&(support_policy_t){0});

    random->n_words = 0;
    random->n_rules = 1 + (int)support_random(state, most);
    for (int i = 0; i < random->n_rules; i++) {
        const char *text = "";

        for (unsigned n = support_random(state, WORDS_MAX + 1); n > 0; n--) {
            naive_text_t *word = &random->words[random->n_words];

            do {
                naive_random_word(word, state);
            } while (*word->text == '~'
                     || (!may_be_any && strcmp(word->text, "*") == 0));
            random->owners[random->n_words++] = i + 1;
            text = apr_pstrcat(pool, text, word->text, " ", NULL);
        }
        support_add_rule(policy, &(support_policy_t){.allow = text});
    }
    return policy;
}

static const char *as_text(const random_rules_t *random)
{
    const char *text = "";

    for (int i = 0; i < random->n_words; i++) {
        text = apr_psprintf(pool, "%s %d:%s", text, random->owners[i],
                            random->words[i].text);
    }
    return text;
}

static void compare(const random_rules_t *random, const cors_rules_t *rules,
                    const char *text, int seed)
{
    const cors_origin_t origin = support_origin(text);
    cors_match_t match = {.text = NULL};
    const cors_policy_t *rule = cors_rules_find(rules, &origin, &match);
    int first = 0;

    while (first < random->n_words
           && !naive_match(random->words[first].text, text)) {
        first++;
    }
    if (first == random->n_words) {
        ck_assert_msg(rule == NULL, "seed %d: '%s' has rule %d in%s", seed,
                      text, number_of(rule), as_text(random));
        return;
    }
    ck_assert_msg(number_of(rule) == random->owners[first]
                  && match.at.line == first + 1
                  && strcmp(match.text, random->words[first].text) == 0,
                  "seed %d: '%s' has rule %d by '%s' instead of %d by '%s' "
                  "in%s", seed, text, number_of(rule),
                  match.text ? match.text : "", random->owners[first],
                  random->words[first].text, as_text(random));
}

START_TEST(as_one_after_the_other)
{
    static random_rules_t random;
    uint32_t state = (uint32_t)_i;

    for (int round = 0; round < ROUNDS; round++) {
        const cors_policy_t *policy = random_policy(&random, &state);

        for (int i = 0; i < ORIGINS; i++) {
            naive_text_t origin;

            naive_random_origin(&origin, &state);
            compare(&random, policy->sources->rules, origin.text, _i);
        }
        apr_pool_clear(pool);
    }
}
END_TEST

/* What never decides: an earlier rule has the same, or all origins, or the one
 * that a word without a wildcard is. */
static int naive_shadow(const random_rules_t *random, int number)
{
    const char *later = random->words[number].text;
    const bool is_origin = strchr(later, '*') == NULL;

    for (int i = 0; random->owners[i] < random->owners[number]; i++) {
        if (strcmp(random->words[i].text, later) == 0
            || strcmp(random->words[i].text, "*") == 0
            || (is_origin && naive_match(random->words[i].text, later))) {
            return i;
        }
    }
    return -1;
}

START_TEST(shadows_as_one_after_the_other)
{
    static random_rules_t random;
    uint32_t state = (uint32_t)_i;

    for (int round = 0; round < ROUNDS; round++) {
        const cors_policy_t *policy = random_policy(&random, &state);

        for (int i = 0; i < random.n_words; i++) {
            cors_match_t later, earlier;
            const int want = naive_shadow(&random, i);
            const bool is = cors_rules_is_shadowed(policy->sources->rules, i,
                                                   &later, &earlier);

            ck_assert_msg(is == (want >= 0), "seed %d: word %d of%s", _i,
                          i + 1, as_text(&random));
            ck_assert(!is || later.at.line == i + 1);
            ck_assert_msg(!is || earlier.at.line == want + 1,
                          "seed %d: word %d is behind %d, not %d, of%s", _i,
                          i + 1, want + 1, earlier.at.line, as_text(&random));
        }
        apr_pool_clear(pool);
    }
}
END_TEST

Suite *cors_suite_rule(void)
{
    Suite *suite = suite_create("rule");
    TCase *tests = support_case(suite, "rule");

    tcase_add_test(tests, there_is_none_at_first);
    tcase_add_test(tests, rules_are_kept_in_order_and_are_policies);
    tcase_add_loop_test(tests, the_first_counts, 0, ROWS(rows));
    tcase_add_loop_test(tests, for_any, 0, ROWS(any_rows));
    tcase_add_loop_test(tests, shadowed, 0, ROWS(shadow_rows));
    tcase_add_loop_test(tests, as_one_after_the_other, 1, SEEDS + 1);
    tcase_add_loop_test(tests, shadows_as_one_after_the_other, 1, SEEDS + 1);
    return suite;
}
