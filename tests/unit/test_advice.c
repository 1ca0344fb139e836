/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_advice.h"
#include "support.h"

static const struct {
    const char *name;
    support_policy_t written;
    cors_fetch_t fetch;
    const char *lines;
} rows[] = {
    {"an origin", {.allow = "https://a"}, {NULL, "https://b", "GET", NULL,
     NULL, false, false}, "CorsAllowOrigin https://b\n"},
    {"an opaque origin", {.allow = "https://a"}, {NULL, "null", "GET", NULL,
     NULL, false, false}, "-\n"},
    {"no origin", {.allow = "https://a"}, {NULL, "https://b/", "GET", NULL,
     NULL, false, false}, "-\n"},
    {"no pattern", {.allow = "https://a"}, {NULL, "file://b", "GET", NULL,
     NULL, false, false}, "-\n"},
    {"an expression without TLS", {.allow = "~http://b", .credentials = true},
     {NULL, "http://b", "GET", NULL, NULL, true, false}, "-\n"},
    {"a pattern without TLS", {.allow = "http://b"},
     {NULL, "http://b", "GET", NULL, NULL, true, false},
     "-\nCorsAllowCredentials On\n"},
    {"a wildcard", {.allow = "https://a"}, {NULL, "https://*.b", "GET", NULL,
     NULL, false, false}, "-\n"},
    {"a denied origin", {.allow = "*", .deny = "https://b"},
     {NULL, "https://b", "GET", NULL, NULL, false, false}, "-\n"},
    {"no TLS with credentials", {.allow = "https://a"},
     {NULL, "http://b", "GET", NULL, NULL, true, false},
     "-\nCorsAllowCredentials On\n"},
    {"a method and headers", {.allow = "https://a"},
     {NULL, "https://a", "PUT", "x-a,x-b", NULL, false, false},
     "CorsAllowMethods PUT\nCorsAllowHeaders x-a\nCorsAllowHeaders x-b\n"},
    {"those named *", {.allow = "https://a"},
     {NULL, "https://a", "*", "*", NULL, false, false}, "-\n-\n"},
    {"those that are forbidden", {.allow = "https://a"},
     {NULL, "https://a", "TRACE", "cookie", NULL, false, false}, "-\n-\n"},
    {"a private network", {.allow = "https://a"},
     {NULL, "https://a", "GET", NULL, NULL, false, true},
     "CorsAllowPrivateNetwork On\n"},
    {"credentials of everybody", {.allow = "*"},
     {NULL, "https://b", "GET", NULL, NULL, true, false},
     "-\nCorsAllowOrigin https://b\nCorsAllowCredentials On\n"},
};

/* Each is what configtest takes, and none is a wildcard. */
static void check_line(const char *line)
{
    const char *value = strchr(line, ' ') + 1;
    cors_pattern_t pattern;

    ck_assert_ptr_eq(strchr(line, '*'), NULL);
    if (strncmp(line, "CorsAllowOrigin ", 16) == 0) {
        ck_assert_int_eq(cors_pattern_parse(&pattern, value),
                         CORS_PATTERN_OK);
    }
    else if (strncmp(line, "CorsAllowMethods ", 17) == 0) {
        ck_assert_int_eq(cors_name_check_method(value), CORS_NAME_OK);
    }
    else if (strncmp(line, "CorsAllowHeaders ", 17) == 0) {
        ck_assert_int_eq(cors_name_check_request_header(value), CORS_NAME_OK);
    }
}

START_TEST(advises)
{
    const cors_fetch_t *fetch = &rows[_i].fetch;
    const cors_policy_t *policy = support_policy(&rows[_i].written);
    const cors_facts_t facts = {
        .origin = fetch->origin, .is_options = true,
        .request_method = fetch->method, .request_headers = fetch->headers,
        .asks_private_network = fetch->to_private_network
    };
    const apr_array_header_t *list;
    cors_verdict_t verdict;
    const char *text = "";

    cors_decide(&verdict, policy, &facts);
    list = cors_advise(policy, &verdict, &facts, fetch, pool);
    for (int i = 0; i < list->nelts; i++) {
        const cors_advice_t *advice = &APR_ARRAY_IDX(list, i, cors_advice_t);

        ck_assert_ptr_ne(advice->where, NULL);
        if (advice->line != NULL) {
            check_line(advice->line);
        }
        text = apr_pstrcat(pool, text, advice->line ? advice->line : "-",
                           "\n", NULL);
    }
    support_same_text(rows[_i].name, text, rows[_i].lines);
}
END_TEST

static const struct {
    const char *name, *origin, *line;
} without_policy[] = {
    {"an origin", "https://b", "CorsAllowOrigin https://b"},
    {"an opaque origin", "null", NULL},
    {"no origin", "https://b/", NULL},
    {"a wildcard", "https://*.b", NULL},
    {"no pattern: a WebSocket's URL", "wss://b", NULL},
    {"no pattern: a file", "file://b", NULL},
};

/* Found by fuzz_show: a line that configtest refuses was advised. */
START_TEST(advises_only_patterns_where_there_is_no_policy)
{
    const cors_fetch_t fetch = {.origin = without_policy[_i].origin};
    const apr_array_header_t *list = cors_advise_policy(&fetch, NULL, pool);
    const char *line;

    ck_assert_int_eq(list->nelts, 1);
    line = APR_ARRAY_IDX(list, 0, cors_advice_t).line;
    support_same_text(without_policy[_i].name, line, without_policy[_i].line);
}
END_TEST

Suite *cors_suite_advice(void)
{
    Suite *suite = suite_create("advice");
    TCase *tests = support_case(suite, "advice");

    tcase_add_loop_test(tests, advises, 0, ROWS(rows));
    tcase_add_loop_test(tests, advises_only_patterns_where_there_is_no_policy,
                        0, ROWS(without_policy));
    return suite;
}
