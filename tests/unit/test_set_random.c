/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_set_random: cors_set against a naive matcher, on random sets and random
 * origins. An index that was too clever once took barfoo.com for a subdomain
 * of foo.com (GHSA-vhxv-fg4m-p2w8), and this one is clever too.
 *
 * See naive.h for both.
 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_set.h"
#include "naive.h"
#include "support.h"

enum { SEEDS = 8, SETS = 500, ORIGINS = 64, MEMBERS_MAX = 40 };

/* A set as random words; mostly without "*", which would hide the rest. */
static int random_words(naive_text_t *words, uint32_t *state)
{
    const int n = (int)support_random(state, MEMBERS_MAX + 1);
    const bool may_be_any = support_random(state, 20) == 0;

    for (int i = 0; i < n; i++) {
        do {
            naive_random_word(&words[i], state);
        } while (!may_be_any && strcmp(words[i].text, "*") == 0);
    }
    return n;
}

static const char *join(const naive_text_t *words, int n)
{
    char *text = "";

    for (int i = 0; i < n; i++) {
        text = apr_pstrcat(pool, text, words[i].text, " ", NULL);
    }
    return text;
}

static void compare(const cors_set_t *set, const naive_text_t *words, int n,
                    const char *text, int seed)
{
    const cors_origin_t origin = support_origin(text);
    cors_match_t match = {.text = NULL};
    bool is_found = cors_set_find(set, &origin, &match);
    bool want = false;

    for (int i = 0; i < n && !want; i++) {
        want = naive_match(words[i].text, text);
    }
    if (is_found != want) {
        ck_abort_msg("seed %d: '%s' is %s, in the set of %d: %s", seed, text,
                     is_found ? "found" : "not found", n, join(words, n));
    }
    /* What is named must be what matches: at has the number of the word. */
    if (is_found && !naive_match(words[match.at.line - 1].text, text)) {
        ck_abort_msg("seed %d: '%s' is said to match '%s', in the set: %s",
                     seed, text, match.text, join(words, n));
    }
}

START_TEST(as_a_naive_matcher)
{
    uint32_t state = (uint32_t)_i;

    for (int round = 0; round < SETS; round++) {
        naive_text_t words[MEMBERS_MAX];
        const int n = random_words(words, &state);
        const cors_set_t *set = support_set("CorsAllowOrigin", join(words, n));

        for (int i = 0; i < ORIGINS; i++) {
            naive_text_t origin;

            naive_random_origin(&origin, &state);
            compare(set, words, n, origin.text, _i);
        }
        apr_pool_clear(pool);
    }
}
END_TEST

/* The rows of the naive matcher itself: an error in it would hide others. */
static const struct {
    const char *word, *origin;
    bool matches;
} naive_rows[] = {
    {"*", "null", true},
    {"null", "null", true},
    {"https://a", "null", false},
    {"https://a", "https://a", true},
    {"https://*.a", "https://a", false},
    {"https://*.a", "https://b.a", true},
    {"https://*.a", "https://ba", false},
    {"https://*.a:*", "https://c.b.a:8", true},
    {"https://a:8", "https://a:81", false},
    {"http://[::1]:*", "http://[::1]", true},
    {"~https://a\\.b", "https://a.b", true},
    {"~https://a\\.b", "https://a.bc", false},
};

START_TEST(naive_matcher)
{
    support_same_number(naive_rows[_i].word,
                        naive_match(naive_rows[_i].word,
                                    naive_rows[_i].origin),
                        naive_rows[_i].matches);
}
END_TEST

Suite *cors_suite_set_random(void)
{
    Suite *suite = suite_create("set_random");
    TCase *tests = support_case(suite, "set_random");

    tcase_add_loop_test(tests, naive_matcher, 0, ROWS(naive_rows));
    tcase_add_loop_test(tests, as_a_naive_matcher, 1, SEEDS + 1);
    return suite;
}
