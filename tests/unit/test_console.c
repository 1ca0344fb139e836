/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include "cors_browser.h"
#include "support.h"

static const cors_fetch_t fetch = {
    .url = "https://s/%o", .origin = "https://a", .method = "PUT",
    .headers = "X-A", .with_credentials = true
};
static const cors_answer_t answer = {
    .status = 403, .allow_credentials = "maybe"
};

/* Only Chrome knows of private networks; only preflights of the rest. */
static bool can_occur(int console, int step, bool is_preflight)
{
    return step <= CORS_STEP_CREDENTIALS ? step != CORS_STEP_NONE
         : is_preflight && (step != CORS_STEP_PRIVATE_NETWORK
                            || console == CORS_CONSOLE_CHROME);
}

START_TEST(says_something)
{
    for (int step = 0; step < CORS_STEPS; step++) {
        for (int first = 0; first < 2; first++) {
            const char *text = cors_console_text(
                (cors_console_t)_i, (cors_step_t)step, first != 0, &fetch,
                &answer, "X-A", pool);

            ck_assert(can_occur(_i, step, first) == (text != NULL));
            ck_assert(text == NULL || *text != '\0');
        }
    }
}
END_TEST

static const struct {
    cors_console_t console;
    cors_step_t step;
    bool is_preflight;
    const char *part;
} rows[] = {
    {CORS_CONSOLE_CHROME, CORS_STEP_NO_ORIGIN, false,
     "fetch at 'https://s/%o' from origin 'https://a' has"},
    {CORS_CONSOLE_CHROME, CORS_STEP_CREDENTIALS, false, "is 'maybe' which"},
    {CORS_CONSOLE_CHROME, CORS_STEP_METHOD, true, "Method PUT is not"},
    {CORS_CONSOLE_CHROME, CORS_STEP_HEADER, true, "field x-a is not"},
    {CORS_CONSOLE_FIREFOX, CORS_STEP_STATUS, true, "Status code: 403."},
    {CORS_CONSOLE_SAFARI, CORS_STEP_HEADER, true, "field X-A is not"},
    {CORS_CONSOLE_SAFARI, CORS_STEP_NO_ORIGIN, true, "Status code: 403"},
};

START_TEST(is_filled)
{
    support_has(cors_console_slug(rows[_i].console), cors_console_text(
        rows[_i].console, rows[_i].step, rows[_i].is_preflight, &fetch,
        &answer, "X-A", pool), rows[_i].part);
}
END_TEST

Suite *cors_suite_console(void)
{
    Suite *suite = suite_create("console");
    TCase *tests = support_case(suite, "console");

    tcase_add_loop_test(tests, says_something, 0, CORS_CONSOLES);
    tcase_add_loop_test(tests, is_filled, 0, ROWS(rows));
    return suite;
}
