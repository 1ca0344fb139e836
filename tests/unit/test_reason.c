/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include "cors_reason.h"
#include "support.h"

/* Users filter logs and metrics by these: they never change. */
static const char *const slugs[CORS_REASONS] = {
    [CORS_REASON_NONE] = NULL,
    [CORS_REASON_ORIGIN_NOT_ALLOWED] = "origin-not-allowed",
    [CORS_REASON_ORIGIN_MALFORMED] = "origin-malformed",
    [CORS_REASON_METHOD_NOT_ALLOWED] = "method-not-allowed",
    [CORS_REASON_HEADER_NOT_ALLOWED] = "header-not-allowed",
    [CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED] = "private-network-not-allowed",
    [CORS_REASON_UNSAFE_POLICY] = "unsafe-policy",
};

START_TEST(slug)
{
    support_same_text("the slug", cors_reason_slug((cors_reason_t)_i),
                      slugs[_i]);
}
END_TEST

START_TEST(words)
{
    const cors_reason_t reason = (cors_reason_t)_i;
    const char *sentence = cors_reason_sentence(reason);
    const char *body = cors_reason_body(reason);

    ck_assert_msg(sentence[strlen(sentence) - 1] == '.', "%s", sentence);
    ck_assert_msg(strchr(body, '\n') == body + strlen(body) - 1,
                  "'%s' is not one line", body);
    support_has(body, body, slugs[_i]);
    support_has(body, body, sentence);
    ck_assert_ptr_eq(strstr(cors_reason_link(reason), "https://"),
                     cors_reason_link(reason));
}
END_TEST

START_TEST(none_says_nothing)
{
    support_same_text("sentence", cors_reason_sentence(CORS_REASON_NONE),
                      NULL);
    support_same_text("body", cors_reason_body(CORS_REASON_NONE), NULL);
    support_same_text("link", cors_reason_link(CORS_REASON_NONE), NULL);
}
END_TEST

Suite *cors_suite_reason(void)
{
    Suite *suite = suite_create("reason");
    TCase *tests = support_case(suite, "reason");

    tcase_add_loop_test(tests, slug, 0, CORS_REASONS);
    tcase_add_loop_test(tests, words, CORS_REASON_NONE + 1, CORS_REASONS);
    tcase_add_test(tests, none_says_nothing);
    return suite;
}
