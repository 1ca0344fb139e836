/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_pool.h"
#include "cors_set.h"
#include "faults.h"
#include "support.h"

enum { PATTERNS = 300 };

static const char *text_of(int i)
{
    return apr_psprintf(pool, i % 3 == 0 ? "https://*.h%d.example"
                                         : "https://h%d.example:8443", i);
}

static const char *origin_of(int i)
{
    return apr_psprintf(pool, i % 3 == 0 ? "https://a.b.h%d.example"
                                         : "https://h%d.example:8443", i);
}

/* The text is gone as soon as it has been added. */
static bool add(cors_set_t *set, int i)
{
    char *text = apr_pstrdup(pool, text_of(i));
    const cors_pattern_t pattern = support_pattern(text);
    const cors_place_t at = {.file = "x.origins", .line = i + 1};
    const bool is_added = cors_set_add_copy(set, &pattern, &at);

    memset(text, '!', strlen(text));
    return is_added;
}

/* The first n are in it as they were added, and no more. */
static void check(const cors_set_t *set, int n)
{
    ck_assert_int_eq(cors_set_size(set), n);
    for (int i = 0; i <= n; i++) {
        const cors_origin_t origin = support_origin(origin_of(i));
        cors_match_t match = {.text = NULL};

        ck_assert_int_eq(cors_set_find(set, &origin, &match), i < n);
        if (i < n) {
            support_same_text("as added", match.text, text_of(i));
            support_same_text("file", match.at.file, "x.origins");
            ck_assert_int_eq(match.at.line, i + 1);
        }
    }
}

static const int sizes[] = {0, 1, 7, 8, 9, 16, 17, 100, PATTERNS};

START_TEST(copies_are_the_sets_own)
{
    cors_set_t *set = cors_set_create(pool);

    for (int i = 0; i < sizes[_i]; i++) {
        ck_assert(add(set, i));
    }
    cors_set_seal(set);
    check(set, sizes[_i]);
}
END_TEST

/* The nth piece of memory is not to be had; then there is some again. */
START_TEST(a_set_that_cannot_grow_is_what_it_was)
{
    bool has_failed = true;

    for (int nth = 1; has_failed; nth++) {
        apr_pool_t *own = cors_pool_create();
        cors_set_t *set = cors_set_create(own);

        faults_once(FAULT_BLOCK, nth, ENOMEM);
        for (int i = 0; i < PATTERNS; i++) {
            if (!add(set, i)) {
                check(set, i);
                ck_assert(add(set, i));
            }
        }
        has_failed = faults_happened(FAULT_BLOCK);
        check(set, PATTERNS);
        apr_pool_destroy(own);
        ck_assert_int_eq(faults_blocks(), 0);
        ck_assert_int_lt(nth, 50);
    }
}
END_TEST

START_TEST(a_set_may_be_dropped_where_memory_ends)
{
    bool has_failed = true;

    for (int nth = 1; has_failed; nth++) {
        apr_pool_t *own = cors_pool_create();
        cors_set_t *set = cors_set_create(own);
        int i = 0;

        faults_from(FAULT_BLOCK, nth, ENOMEM);
        while (i < PATTERNS && add(set, i)) {
            i++;
        }
        check(set, i);
        has_failed = faults_happened(FAULT_BLOCK);
        apr_pool_destroy(own);
        ck_assert_int_eq(faults_blocks(), 0);
    }
}
END_TEST

/* It may keep what it has reserved: that is no reason to fail. */
START_TEST(sealing_needs_no_memory)
{
    cors_set_t *set = cors_set_create(pool);

    for (int i = 0; i < sizes[_i]; i++) {
        ck_assert(add(set, i));
    }
    faults_from(FAULT_BLOCK, 1, ENOMEM);
    cors_set_seal(set);
    check(set, sizes[_i]);
}
END_TEST

Suite *cors_suite_set_copy(void)
{
    Suite *suite = suite_create("set_copy");
    TCase *tests = support_case(suite, "set_copy");

    tcase_add_loop_test(tests, copies_are_the_sets_own, 0, ROWS(sizes));
    tcase_add_test(tests, a_set_that_cannot_grow_is_what_it_was);
    tcase_add_test(tests, a_set_may_be_dropped_where_memory_ends);
    tcase_add_loop_test(tests, sealing_needs_no_memory, 0, ROWS(sizes));
    return suite;
}
