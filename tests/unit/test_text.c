/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_text.h"
#include "faults.h"
#include "support.h"

/* The i-th of many short strings, none like another. */
static const char *string(int i)
{
    return apr_psprintf(pool, "https://host-%d.%s", i,
                        support_repeat('x', (apr_size_t)i % 60));
}

START_TEST(nothing_kept_is_nothing_to_free)
{
    cors_text_t text = {NULL};

    cors_text_free(&text);
    ck_assert_ptr_null(text.blocks);
}
END_TEST

START_TEST(strings_stay_where_they_are)
{
    enum { STRINGS = 5000 };
    cors_text_t text = {NULL};
    const char **kept = apr_palloc(pool, STRINGS * sizeof *kept);

    for (int i = 0; i < STRINGS; i++) {
        char *word = apr_pstrdup(pool, string(i));

        kept[i] = cors_text_keep(&text, word, strlen(word));
        *word = '!';
    }
    for (int i = 0; i < STRINGS; i++) {
        support_same_text("kept", kept[i], string(i));
    }
    ck_assert_int_lt(faults_blocks(), 10);
    cors_text_free(&text);
    ck_assert_int_eq(faults_blocks(), 0);
    support_same_text("as new", cors_text_keep(&text, "a", 1), "a");
    cors_text_free(&text);
}
END_TEST

/* Only so many bytes are looked at, whatever they are. */
START_TEST(a_copy_is_of_so_many_bytes)
{
    cors_text_t text = {NULL};
    const char *kept = cors_text_keep(&text, "a\0bcd", 4);

    ck_assert_int_eq(memcmp(kept, "a\0bc", 5), 0);
    support_same_text("no bytes", cors_text_keep(&text, "xyz", 0), "");
    ck_assert_int_eq(memcmp(kept, "a\0bc", 5), 0);
    cors_text_free(&text);
}
END_TEST

/* 4096 bytes is what the first block has, with its head; 1 MB the largest. */
static const apr_size_t lengths[] = {
    4000, 4071, 4072, 4073, 4096, 65536, (1 << 20) - 25, (1 << 20) - 24,
    1 << 20, 3 << 20,
};

START_TEST(strings_may_be_longer_than_a_block)
{
    cors_text_t text = {NULL};
    const char *large = support_repeat('x', lengths[_i]);
    const char *first, *second, *third;

    first = cors_text_keep(&text, large, lengths[_i]);
    second = cors_text_keep(&text, "https://a", 9);
    third = cors_text_keep(&text, large, lengths[_i]);
    ck_assert_str_eq(first, large);
    ck_assert_str_eq(second, "https://a");
    ck_assert_str_eq(third, large);
    ck_assert_uint_le(faults_bytes(),
                      2 * lengths[_i] + 4096 + 2 * (1 << 20));
    cors_text_free(&text);
}
END_TEST

/* Whatever is left of the first block, with its head of three words. */
START_TEST(the_last_string_of_a_block)
{
    for (apr_size_t len = 4000; len < 4096; len++) {
        cors_text_t text = {NULL};
        const char *large = support_repeat('x', len);
        const char *first = cors_text_keep(&text, "https://a", 9);
        const char *last = cors_text_keep(&text, large, len);

        ck_assert_str_eq(first, "https://a");
        ck_assert_str_eq(last, large);
        ck_assert_int_eq(faults_blocks(),
                         len + 1 + 10 + 3 * sizeof(void *) > 4096 ? 2 : 1);
        cors_text_free(&text);
    }
}
END_TEST

START_TEST(what_is_kept_survives_a_lack_of_memory)
{
    cors_text_t text = {NULL};
    const char *kept, *none = NULL;
    int refused = 0;

    faults_once(FAULT_BLOCK, 1, ENOMEM);
    ck_assert_ptr_null(cors_text_keep(&text, "a", 1));
    kept = cors_text_keep(&text, "b", 1);
    faults_from(FAULT_BLOCK, 1, ENOMEM);
    for (int i = 0; i < 1000; i++) {
        none = cors_text_keep(&text, string(i), strlen(string(i)));
        refused += none == NULL;
    }
    ck_assert_int_gt(refused, 0);
    ck_assert_int_lt(refused, 1000);
    ck_assert_int_eq(faults_blocks(), 1);
    support_same_text("kept before", kept, "b");
    faults_clear();
    support_same_text("kept after", cors_text_keep(&text, "c", 1), "c");
    cors_text_free(&text);
}
END_TEST

Suite *cors_suite_text(void)
{
    Suite *suite = suite_create("text");
    TCase *tests = support_case(suite, "text");

    tcase_add_test(tests, nothing_kept_is_nothing_to_free);
    tcase_add_test(tests, strings_stay_where_they_are);
    tcase_add_test(tests, a_copy_is_of_so_many_bytes);
    tcase_add_loop_test(tests, strings_may_be_longer_than_a_block, 0,
                        ROWS(lengths));
    tcase_add_test(tests, the_last_string_of_a_block);
    tcase_add_test(tests, what_is_kept_survives_a_lack_of_memory);
    return suite;
}
