/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_describe.h"
#include "support.h"

#define SAFE "Accept Accept-Language Content-Language Content-Type"

/* The value that a directive has, NULL where it is not in effect. */
static const cors_described_t *find(const apr_array_header_t *list,
                                    const char *directive)
{
    for (int i = 0; i < list->nelts; i++) {
        const cors_described_t *row =
            &APR_ARRAY_IDX(list, i, cors_described_t);

        if (strcmp(row->directive, directive) == 0) {
            return row;
        }
    }
    return NULL;
}

/* The line is that of support_policy: 0 for a default. */
static const struct {
    const char *name;
    support_policy_t written;
    const char *directive, *value;
    int line, origins;
} rows[] = {
    {"patterns", {.allow = "https://a https://*.b:*"}, "CorsAllowOrigin",
     "https://a https://*.b:*", 1, 2},
    {"expressions", {.allow = "https://a ~https://b\\d ~https://c"},
     "CorsAllowOriginRegex", "\"https://b\\d\" \"https://c\"", 2, 2},
    {"quotes", {.allow = "~https://b\\\"c"}, "CorsAllowOriginRegex",
     "\"https://b\\\\\\\"c\"", 1, 1},
    {"patterns apart from expressions", {.allow = "~https://b https://a"},
     "CorsAllowOrigin", "https://a", 2, 1},
    {"no expressions", {.allow = "https://a"}, "CorsAllowOriginRegex", NULL,
     0, 0},
    {"those denied", {.allow = "*", .deny = "https://a null"},
     "CorsDenyOrigin", "https://a null", 1, 2},
    {"nobody denied", {.allow = "*"}, "CorsDenyOrigin", NULL, 0, 0},
    {"methods by default", {.allow = "*"}, "CorsAllowMethods",
     "GET HEAD POST", 0, -1},
    {"methods", {.allow = "*", .methods = "PUT"}, "CorsAllowMethods",
     "GET HEAD POST PUT", 1, -1},
    {"headers by default", {.allow = "*"}, "CorsAllowHeaders", SAFE, 0, -1},
    {"headers", {.allow = "*", .headers = "X-A"}, "CorsAllowHeaders",
     SAFE " X-A", 1, -1},
    {"nothing exposed", {.allow = "*"}, "CorsExposeHeaders", NULL, 0, 0},
    {"exposed", {.allow = "*", .expose = "X-A X-B"}, "CorsExposeHeaders",
     "X-A X-B", 1, -1},
    {"all exposed", {.allow = "*", .expose = "*"}, "CorsExposeHeaders", "*",
     1, -1},
    {"credentials by default", {.allow = "*"}, "CorsAllowCredentials", "Off",
     0, -1},
    {"credentials", {.allow = "https://a", .credentials = true},
     "CorsAllowCredentials", "On", 1, -1},
    {"max age by default", {.allow = "*"}, "CorsMaxAge", "600", 0, -1},
    {"max age", {.allow = "*", .max_age = "0"}, "CorsMaxAge", "0", 1, -1},
    {"max age off", {.allow = "*", .max_age = "Off"}, "CorsMaxAge", "Off", 1,
     -1},
    {"private network", {.allow = "*", .private_network = true},
     "CorsAllowPrivateNetwork", "On", 1, -1},
    {"timing", {.allow = "*", .timing = true}, "CorsTimingAllowOrigin", "On",
     1, -1},
    {"the status by default", {.allow = "*"}, "CorsPreflightStatus", "204",
     0, -1},
    {"the engine by default", {.allow = "*"}, "CorsEngine", "On", 0, -1},
    {"disallowed by default", {.allow = "*"}, "CorsDisallowed", "Ignore", 0,
     -1},
    {"preflights by default", {.allow = "*"}, "CorsPreflight", "Answer", 0,
     -1},
    {"upstream by default", {.allow = "*"}, "CorsUpstreamHeaders", "Replace",
     0, -1},
    {"debug by default", {.allow = "*"}, "CorsDebug", "Off", 0, -1},
    {"no guard lifted", {.allow = "*"}, "CorsDangerouslyAllow", NULL, 0, 0},
    {"guards lifted",
     {.allow = "*", .lifted = CORS_HAZARD_PUBLIC_SUFFIX | CORS_HAZARD_NULL},
     "CorsDangerouslyAllow", "NullOrigin PublicSuffixes", 1, -1},
};

START_TEST(directives)
{
    const cors_described_t *row = find(
        cors_describe(support_policy(&rows[_i].written), pool),
        rows[_i].directive);

    support_same_text(rows[_i].name, row ? row->value : NULL, rows[_i].value);
    if (row != NULL) {
        support_same_number(rows[_i].name, row->at ? row->at->line : 0,
                            rows[_i].line);
        support_same_number(rows[_i].name, row->origins, rows[_i].origins);
    }
}
END_TEST

#define SETTING(field, number) offsetof(cors_policy_t, field), (number)

static const struct {
    const char *directive;
    size_t offset;
    int number;
    const char *value;
} setting_rows[] = {
    {"CorsEngine", SETTING(engine, CORS_OFF), "Off"},
    {"CorsEngine", SETTING(engine, CORS_ON), "On"},
    {"CorsEngine", SETTING(engine, CORS_REPORT_ONLY), "ReportOnly"},
    {"CorsAllowCredentials", SETTING(credentials, CORS_OFF), "Off"},
    {"CorsDisallowed", SETTING(disallowed, CORS_DISALLOWED_IGNORE), "Ignore"},
    {"CorsDisallowed", SETTING(disallowed, CORS_DISALLOWED_REJECT), "Reject"},
    {"CorsPreflight", SETTING(preflight, CORS_PREFLIGHT_ANSWER), "Answer"},
    {"CorsPreflight", SETTING(preflight, CORS_PREFLIGHT_PASS_THROUGH),
     "PassThrough"},
    {"CorsUpstreamHeaders", SETTING(upstream, CORS_UPSTREAM_REPLACE),
     "Replace"},
    {"CorsUpstreamHeaders", SETTING(upstream, CORS_UPSTREAM_KEEP), "Keep"},
    {"CorsDebug", SETTING(debug, CORS_OFF), "Off"},
    {"CorsDebug", SETTING(debug, CORS_ON), "On"},
};

START_TEST(settings)
{
    const char *directive = setting_rows[_i].directive;
    cors_policy_t *policy = support_policy(&(support_policy_t){.allow = "*"});
    cors_setting_t *setting = (cors_setting_t *)(
        (char *)policy + setting_rows[_i].offset);
    const cors_described_t *row;

    setting->at = support_place(directive, 7);
    setting->value = setting_rows[_i].number;
    row = find(cors_describe(policy, pool), directive);
    ck_assert_ptr_ne(row, NULL);
    support_same_text(directive, row->value, setting_rows[_i].value);
    ck_assert_ptr_eq(row->at, setting->at);
}
END_TEST

START_TEST(long_lists_are_cut)
{
    const char *words = "https://x0";
    const cors_described_t *row;

    for (int i = 1; i < 100; i++) {
        words = apr_psprintf(pool, "%s https://x%d", words, i);
    }
    row = find(cors_describe(support_policy(
        &(support_policy_t){.allow = words}), pool), "CorsAllowOrigin");
    ck_assert_ptr_ne(row, NULL);
    ck_assert_int_eq(row->origins, 100);
    ck_assert_ptr_ne(strstr(row->value, "https://x19 ..."), NULL);
    ck_assert_str_eq(row->value + strlen(row->value) - 4, " ...");
}
END_TEST

START_TEST(files)
{
    cors_policy_t *policy = support_policy(&(support_policy_t){0});
    cors_sources_t *sources =
        cors_sources_create(support_place("CorsOriginsFile", 1), pool);
    const cors_described_t *row;

    support_add_file(sources, "https://a https://b https://c", false);
    policy->sources = sources;
    row = find(cors_describe(policy, pool), "CorsOriginsFile");
    ck_assert_ptr_ne(row, NULL);
    ck_assert_str_eq(row->value, "test.conf");
    ck_assert_int_eq(row->origins, 3);
}
END_TEST

Suite *cors_suite_describe(void)
{
    Suite *suite = suite_create("describe");
    TCase *tests = support_case(suite, "describe");

    tcase_add_loop_test(tests, directives, 0, ROWS(rows));
    tcase_add_loop_test(tests, settings, 0, ROWS(setting_rows));
    tcase_add_test(tests, long_lists_are_cut);
    tcase_add_test(tests, files);
    return suite;
}
