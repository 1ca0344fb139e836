/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_rule_stats.h"
#include "support.h"

/* A rule at this line, with these patterns. */
static const cors_policy_t *rule_at(const char *file, int line,
                                    const char *words)
{
    cors_place_t *at = apr_pcalloc(pool, sizeof *at);
    cors_sources_t *sources;
    const apr_array_header_t *list = support_words(words);

    at->file = file;
    at->line = line;
    at->directive = CORS_RULE_DIRECTIVE;
    sources = cors_sources_create(at, pool);
    (void)cors_rules_add(sources, at);
    for (int i = 0; i < list->nelts; i++) {
        const cors_pattern_t pattern =
            support_pattern(APR_ARRAY_IDX(list, i, const char *));

        cors_rules_add_pattern(sources, &pattern, at);
    }
    return cors_rules_get(sources, 0);
}

static apr_array_header_t *rules_of(const cors_policy_t *a,
                                    const cors_policy_t *b)
{
    apr_array_header_t *rules =
        apr_array_make(pool, 2, sizeof(const cors_policy_t *));

    if (a != NULL) {
        APR_ARRAY_PUSH(rules, const cors_policy_t *) = a;
    }
    if (b != NULL) {
        APR_ARRAY_PUSH(rules, const cors_policy_t *) = b;
    }
    return rules;
}

/* "a.conf:1 [https://a] 2/1, ...": all that is counted. */
static const char *read_all(const cors_rule_stats_t *stats)
{
    const apr_array_header_t *views = cors_rule_stats_read(stats, pool);
    const char *text = "";

    for (int i = 0; i < views->nelts; i++) {
        const cors_rule_view_t *view =
            &APR_ARRAY_IDX(views, i, cors_rule_view_t);

        text = apr_psprintf(pool, "%s%s%s [%s] %d/%d", text, i ? ", " : "",
                            view->place ? view->place : "others",
                            view->patterns, (int)view->allowed,
                            (int)view->denied);
    }
    return text;
}

START_TEST(each_counts_for_itself)
{
    cors_rule_stats_t *stats = apr_pcalloc(pool, sizeof *stats);
    const cors_policy_t *a = rule_at("a.conf", 3, "https://a https://*.b");
    const cors_policy_t *b = rule_at("a.conf", 12, "https://c");
    const cors_policy_t *late = rule_at("z/.htaccess", 1, "https://d");

    cors_rule_stats_configure(stats, rules_of(a, b));
    ck_assert_str_eq(read_all(stats),
                     "a.conf:3 [https://a https://*.b] 0/0, "
                     "a.conf:12 [https://c] 0/0");
    cors_rule_stats_count(stats, a, true);
    cors_rule_stats_count(stats, a, true);
    cors_rule_stats_count(stats, a, false);
    cors_rule_stats_count(stats, late, true);
    ck_assert_str_eq(read_all(stats),
                     "a.conf:3 [https://a https://*.b] 2/1, "
                     "a.conf:12 [https://c] 0/0, "
                     "z/.htaccess:1 [https://d] 1/0");
}
END_TEST

START_TEST(a_restart_keeps_what_is_still_there)
{
    cors_rule_stats_t *stats = apr_pcalloc(pool, sizeof *stats);
    const cors_policy_t *a = rule_at("a.conf", 1, "https://a");
    const cors_policy_t *b = rule_at("a.conf", 2, "https://b");

    cors_rule_stats_configure(stats, rules_of(a, b));
    cors_rule_stats_count(stats, a, true);
    cors_rule_stats_count(stats, b, true);
    cors_rule_stats_count(stats, rule_at(".htaccess", 1, "https://c"), true);
    cors_rule_stats_configure(stats, rules_of(
        rule_at("a.conf", 1, "https://new"), NULL));
    ck_assert_str_eq(read_all(stats),
                     ".htaccess:1 [https://c] 1/0, "
                     "a.conf:1 [https://new] 1/0");
}
END_TEST

START_TEST(what_nobody_finished_is_free_again)
{
    cors_rule_stats_t *stats = apr_pcalloc(pool, sizeof *stats);

    for (int i = 0; i < CORS_RULE_STATS_MAX; i++) {
        atomic_store(&stats->entries[i].is_taken, 1);
    }
    cors_rule_stats_count(stats, rule_at("a.conf", 1, "https://a"), true);
    ck_assert_str_eq(read_all(stats), "others [] 1/0");
    cors_rule_stats_configure(stats, rules_of(
        rule_at("a.conf", 1, "https://a"), NULL));
    ck_assert_str_eq(read_all(stats),
                     "a.conf:1 [https://a] 0/0, others [] 1/0");
}
END_TEST

START_TEST(more_than_there_is_room_for)
{
    cors_rule_stats_t *stats = apr_pcalloc(pool, sizeof *stats);
    const apr_array_header_t *views;
    uint64_t allowed = 0;

    for (int i = 1; i <= 4 * CORS_RULE_STATS_MAX; i++) {
        cors_rule_stats_count(stats, rule_at(".htaccess", i, "https://a"),
                              true);
    }
    views = cors_rule_stats_read(stats, pool);
    ck_assert_int_le(views->nelts, CORS_RULE_STATS_MAX + 1);
    ck_assert_int_gt(views->nelts, CORS_RULE_STATS_MAX / 2);
    for (int i = 0; i < views->nelts; i++) {
        allowed += APR_ARRAY_IDX(views, i, cors_rule_view_t).allowed;
    }
    ck_assert_uint_eq(allowed, 4 * CORS_RULE_STATS_MAX);
}
END_TEST

START_TEST(entries_of_one_section_are_one)
{
    cors_rule_stats_t *stats = apr_pcalloc(pool, sizeof *stats);

    for (int i = 0; i < 2; i++) {
        cors_rule_entry_t *entry = &stats->entries[i];

        atomic_store(&entry->hash, 5);
        atomic_store(&entry->allowed, 3);
        atomic_store(&entry->denied, 1);
        strcpy(entry->place, "a.conf:1");
        strcpy(entry->patterns, "https://a");
    }
    ck_assert_str_eq(read_all(stats), "a.conf:1 [https://a] 6/2");
}
END_TEST

START_TEST(long_texts_are_cut)
{
    cors_rule_stats_t *stats = apr_pcalloc(pool, sizeof *stats);
    const char *words = "https://first";
    const cors_rule_view_t *view;

    for (int i = 0; i < 20; i++) {
        words = apr_pstrcat(pool, words, " https://" A10 A10 ".example", NULL);
    }
    cors_rule_stats_count(stats, rule_at(support_repeat('p', 999), 12, words),
                          true);
    view = &APR_ARRAY_IDX(cors_rule_stats_read(stats, pool), 0,
                          cors_rule_view_t);
    ck_assert_uint_eq(strlen(view->place), CORS_RULE_STATS_PLACE - 1);
    ck_assert_str_eq(view->place + strlen(view->place) - 4, "p:12");
    ck_assert_uint_lt(strlen(view->patterns), CORS_RULE_STATS_PATTERNS);
    ck_assert_int_eq(strncmp(view->patterns, "https://first https://a", 23),
                     0);
    ck_assert_str_eq(view->patterns + strlen(view->patterns) - 4, " ...");
}
END_TEST

Suite *cors_suite_rule_stats(void)
{
    Suite *suite = suite_create("rule_stats");
    TCase *tests = support_case(suite, "rule_stats");

    tcase_add_test(tests, each_counts_for_itself);
    tcase_add_test(tests, a_restart_keeps_what_is_still_there);
    tcase_add_test(tests, what_nobody_finished_is_free_again);
    tcase_add_test(tests, more_than_there_is_room_for);
    tcase_add_test(tests, entries_of_one_section_are_one);
    tcase_add_test(tests, long_texts_are_cut);
    return suite;
}
