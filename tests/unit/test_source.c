/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <apr_strings.h>

#include "cors_source.h"
#include "support.h"

static void add_pattern(cors_sources_t *sources, const char *text, int line)
{
    cors_pattern_t pattern = support_pattern(text);

    cors_sources_add_pattern(sources, &pattern,
                             support_place("CorsAllowOrigin", line));
}

static cors_sources_t *empty_group(void)
{
    return cors_sources_create(support_place("CorsAllowOrigin", 1), pool);
}

static const char *found(const cors_sources_t *sources, const char *text)
{
    const cors_origin_t origin = support_origin(text);
    cors_match_t match;

    return cors_sources_find(sources, &origin, &match)
         ? apr_pstrdup(pool, match.text) : NULL;
}

START_TEST(an_empty_group_allows_nobody)
{
    cors_sources_t *sources = empty_group();

    support_same_text("nobody", found(sources, "https://a"), NULL);
    ck_assert_uint_eq(cors_sources_hazards(sources), 0);
    ck_assert_int_eq(sources->list->nelts, 0);
    ck_assert_int_eq(sources->at->line, 1);
}
END_TEST

START_TEST(directives_of_a_section_are_one_source)
{
    cors_sources_t *sources = empty_group();

    add_pattern(sources, "https://a", 3);
    add_pattern(sources, "https://b", 4);
    cors_sources_add_regex(sources, support_regex("https://c.*"),
                           support_place("CorsAllowOriginRegex", 5));
    ck_assert_int_eq(sources->list->nelts, 1);
    ck_assert_int_eq(APR_ARRAY_IDX(sources->list, 0,
                                   const cors_source_t *)->at->line, 3);
    support_same_text("the first", found(sources, "https://a"), "https://a");
    support_same_text("the second", found(sources, "https://b"), "https://b");
    support_same_text("the regex", found(sources, "https://cd"),
                      "https://c.*");
    support_same_text("neither", found(sources, "https://d"), NULL);
}
END_TEST

START_TEST(every_source_is_asked)
{
    cors_sources_t *sources = empty_group();

    support_add_file(sources, "https://a https://b", false);
    add_pattern(sources, "https://b", 2);
    support_add_file(sources, "https://c", false);
    add_pattern(sources, "https://d", 3);
    ck_assert_int_eq(sources->list->nelts, 3);
    support_same_text("the file", found(sources, "https://a"), "https://a");
    support_same_text("the other", found(sources, "https://c"), "https://c");
    support_same_text("after a file", found(sources, "https://d"),
                      "https://d");
    support_same_text("none", found(sources, "https://e"), NULL);
}
END_TEST

START_TEST(the_source_that_came_first_is_named)
{
    cors_sources_t *sources = empty_group();
    const cors_origin_t origin = support_origin("https://a");
    cors_match_t match;

    support_add_file(sources, "https://a", false);
    add_pattern(sources, "https://a", 2);
    ck_assert(cors_sources_find(sources, &origin, &match));
    ck_assert_ptr_null(match.at.directive);  /* a line of the file */
    ck_assert(cors_sources_find(sources, &origin, NULL));
}
END_TEST

START_TEST(hazards_of_all_are_known)
{
    cors_sources_t *sources = empty_group();

    add_pattern(sources, "https://a", 1);
    ck_assert_uint_eq(cors_sources_hazards(sources), 0);
    support_add_file(sources, "https://b null", false);
    ck_assert_uint_eq(cors_sources_hazards(sources), CORS_HAZARD_NULL);
    cors_sources_add_regex(sources, support_regex(".*"),
                           support_place("CorsAllowOriginRegex", 2));
    ck_assert_uint_eq(cors_sources_hazards(sources),
                      CORS_HAZARD_NULL | CORS_HAZARD_REGEX_ARBITRARY);
    support_add_file(sources, "https://c", false);
    add_pattern(sources, "*", 3);
    ck_assert_uint_eq(cors_sources_hazards(sources),
                      CORS_HAZARD_NULL | CORS_HAZARD_ANY
                      | CORS_HAZARD_REGEX_ARBITRARY);
}
END_TEST

/* The same file serves several sections. */
START_TEST(a_source_may_be_shared)
{
    cors_sources_t *one = empty_group(), *other = empty_group();

    cors_feed_t *feed = support_feed("https://a");

    cors_sources_add_feed(one, feed, false, feed->at);
    cors_sources_add_feed(other, feed, true, feed->at);
    add_pattern(other, "https://b", 2);
    support_same_text("shared", found(other, "https://a"), "https://a");
    support_same_text("its own", found(other, "https://b"), "https://b");
    support_same_text("not the other's", found(one, "https://b"), NULL);
}
END_TEST

Suite *cors_suite_source(void)
{
    Suite *suite = suite_create("source");
    TCase *tests = support_case(suite, "source");

    tcase_add_test(tests, an_empty_group_allows_nobody);
    tcase_add_test(tests, directives_of_a_section_are_one_source);
    tcase_add_test(tests, every_source_is_asked);
    tcase_add_test(tests, the_source_that_came_first_is_named);
    tcase_add_test(tests, hazards_of_all_are_known);
    tcase_add_test(tests, a_source_may_be_shared);
    return suite;
}
