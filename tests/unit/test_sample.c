/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_origin.h"
#include "cors_sample.h"
#include "support.h"

/* By choice: even ones leave out what is optional; each two take the next
 * alternative. NULL: there is none. */
static const struct {
    const char *regex;
    unsigned choice;
    const char *text;
} rows[] = {
    {"", 0, ""},
    {"https://a\\.b", 0, "https://a.b"},
    {"^https://a$", 0, "https://a"},
    {"a?b*c+", 0, "c"},
    {"a?b*c+", 1, "abc"},
    {"a??b*?c++", 1, "abc"},
    {"(ab)?c", 0, "c"},
    {"(ab)?c", 1, "abc"},
    {"a{3}b{0}c{2,5}d{0,4}", 0, "aaacc"},
    {"a{3}b{0}c{2,5}d{0,4}", 1, "aaaccd"},
    {"a{,3}", 0, "a{,3}"},
    {"(ab){2}", 0, "abab"},
    {"a|b|c", 0, "a"},
    {"a|b|c", 2, "b"},
    {"a|b|c", 4, "c"},
    {"a|b|c", 6, "a"},
    {"x(a|(b|c))y", 2, "xcy"},
    {"x(a|[)|]|c)", 2, "x)"},
    {"(a\\|b)", 2, "a|b"},
    {".\\d\\w\\S\\b", 0, "x1xx"},
    {"\\Qa.b\\E.", 0, "a.bx"},
    {"\\Qa(b", 0, "a(b"},
    {"\\Qa|b\\E|c", 0, "a|b"},
    {"\\Qa|b\\E|c", 2, "c"},
    {"[|]a|\\|b", 2, "|b"},
    {"[a-z][^a]", 0, "ax"},
    {"[]a][[:digit:]][[:alpha:]a][\\d.][\\.]", 0, "]1x1."},
    {"(?:a)(?<n>b)(?'n'c)(?P<n>d)(?>e)(?i:f)(?i)g", 0, "abcdefg"},
    {"(?=x)a(?!y)(?<=z)(?<!z)b(?#c)", 0, "ab"},
    {"(*UTF)a", 0, "a"},
    {"(a)\\1", 0, NULL},
    {"\\x41", 0, NULL},
    {"\\p{L}", 0, NULL},
    {"(?R)", 0, NULL},
    {"(?(1)a|b)", 0, NULL},
    {"(?", 0, NULL},
    {"(?<", 0, NULL},
    {"(?P", 0, NULL},
    {"(a", 0, NULL},
    {"a)", 0, NULL},
    {"[a", 0, NULL},
    {"a\\", 0, NULL},
    {"(*", 0, NULL},
    {"a{65}", 0, NULL},
    {"a{99999999999}", 0, NULL},
    {"((((((((((((((((a))))))))))))))))", 0, NULL},
};

START_TEST(makes)
{
    support_same_text(apr_psprintf(pool, "%s by %u", rows[_i].regex,
                                   rows[_i].choice),
                      cors_sample_make(rows[_i].regex, rows[_i].choice, pool),
                      rows[_i].text);
}
END_TEST

START_TEST(is_bounded)
{
    const char *longest = support_repeat('a', CORS_ORIGIN_MAX);

    support_same_text("the longest", cors_sample_make(longest, 0, pool),
                      longest);
    support_same_text("a longer one", cors_sample_make(
        apr_pstrcat(pool, longest, "a", NULL), 0, pool), NULL);
    support_same_text("repeated", cors_sample_make(
        "(((a{60}){60}){60}){60}", 0, pool), NULL);
}
END_TEST

Suite *cors_suite_sample(void)
{
    Suite *suite = suite_create("sample");
    TCase *tests = support_case(suite, "sample");

    tcase_add_loop_test(tests, makes, 0, ROWS(rows));
    tcase_add_test(tests, is_bounded);
    return suite;
}
