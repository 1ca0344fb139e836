/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include "cors_message.h"
#include "support.h"

static const struct {
    const char *name;
    cors_message_t id;
    cors_severity_t severity;
    const char *meaning;
} rows[] = {
#define X(identifier, number, severity, meaning)                               \
    {#identifier, identifier, severity, meaning},
    CORS_MESSAGES(X)
#undef X
};

START_TEST(row)
{
    support_same_number(rows[_i].name, cors_message_severity(rows[_i].id),
                        rows[_i].severity);
    support_same_text(rows[_i].name, cors_message_meaning(rows[_i].id),
                      rows[_i].meaning);
    ck_assert_msg(rows[_i].meaning[strlen(rows[_i].meaning) - 1] == '.',
                  "%s: no sentence", rows[_i].name);
}
END_TEST

/* Ascending, so no number is there twice; and in one of the blocks. */
START_TEST(numbers)
{
    for (int i = 0; i < ROWS(rows); i++) {
        const int block = (int)rows[i].id / 100;

        ck_assert_msg(i == 0 || rows[i].id > rows[i - 1].id, "%s: %d",
                      rows[i].name, (int)rows[i].id);
        ck_assert_msg(block >= 1 && block <= 6, "%s: %d", rows[i].name,
                      (int)rows[i].id);
    }
}
END_TEST

START_TEST(unknown_numbers)
{
    support_same_number("severity", cors_message_severity((cors_message_t)0),
                        CORS_ERROR);
    support_same_text("meaning", cors_message_meaning((cors_message_t)9999),
                      "");
}
END_TEST

Suite *cors_suite_message(void)
{
    Suite *suite = suite_create("message");
    TCase *tests = support_case(suite, "message");

    tcase_add_loop_test(tests, row, 0, ROWS(rows));
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, unknown_numbers);
    return suite;
}
