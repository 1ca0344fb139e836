/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include "cors_quote.h"
#include "support.h"

static const struct {
    const char *name, *text, *printable, *label;
} rows[] = {
    {"nothing", "", "", ""},
    {"an origin", "https://a.example:81", "https://a.example:81",
     "https://a.example:81"},
    {"a backslash", "a\\b", "a\\x5cb", "a\\\\b"},
    {"a quote", "a\"b", "a\"b", "a\\\"b"},
    {"a line end", "a\r\nb", "a\\x0d\\x0ab", "a\r\\nb"},
    {"an escape sequence", "\x1b[31m", "\\x1b[31m", "\x1b[31m"},
    {"not ASCII", "\xc3\xa9\xff", "\\xc3\\xa9\\xff", "\xc3\xa9\xff"},
    {"the ends of what is printable", "\x1f ~\x7f", "\\x1f ~\\x7f",
     "\x1f ~\x7f"},
};

START_TEST(quotes)
{
    support_same_text(rows[_i].name, cors_quote_printable(rows[_i].text, pool),
                      rows[_i].printable);
    support_same_text(rows[_i].name, cors_quote_label(rows[_i].text, pool),
                      rows[_i].label);
}
END_TEST

Suite *cors_suite_quote(void)
{
    Suite *suite = suite_create("quote");
    TCase *tests = support_case(suite, "quote");

    tcase_add_loop_test(tests, quotes, 0, ROWS(rows));
    return suite;
}
