/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows are such as do not change from one edition of the list to the next.
 */
#include "suites.h"

#include <string.h>

#include "cors_psl.h"
#include "support.h"

static const struct {
    const char *name;
    const char *host;
    bool is_suffix;
} rows[] = {
    {"a top-level name", "com", true},
    {"a country", "de", true},
    {"a second-level suffix", "co.uk", true},
    {"a private suffix", "github.io", true},
    {"a punycode suffix", "xn--p1ai", true},
    {"a final dot makes no difference", "co.uk.", true},
    {"a suffix by a rule with a wildcard", "anything.ck", true},
    {"an exception to such a rule", "www.ck", false},
    {"a registered name", "example.com", false},
    {"a name under a private suffix", "someone.github.io", false},
    {"an internal top-level name", "corp", false},
    {"localhost", "localhost", false},
    {"a name that nobody listed", "a.internal", false},
    {"nothing", "", false},
    {"the longest name", HOST_253, false},
    {"a name too long", HOST_254, false},
    {"a name far too long", HOST_253 "." HOST_253 ".com", false},
};

START_TEST(suffix)
{
    support_same_number(rows[_i].name,
                        cors_psl_is_public_suffix(rows[_i].host,
                                                  strlen(rows[_i].host)),
                        rows[_i].is_suffix);
}
END_TEST

START_TEST(no_more_is_read_than_was_given)
{
    ck_assert(cors_psl_is_public_suffix("com:8443", 3));
    ck_assert(!cors_psl_is_public_suffix("www.com", 4));
}
END_TEST

/* httpd reads its configuration twice. */
START_TEST(init_again)
{
    cors_psl_init(pool);
    ck_assert(cors_psl_is_public_suffix("co.uk", 5));
}
END_TEST

Suite *cors_suite_psl(void)
{
    Suite *suite = suite_create("psl");
    TCase *tests = support_case(suite, "psl");

    tcase_add_loop_test(tests, suffix, 0, ROWS(rows));
    tcase_add_test(tests, no_more_is_read_than_was_given);
    tcase_add_test(tests, init_again);
    return suite;
}
