/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <stddef.h>
#include <string.h>

#include "cors_policy.h"
#include "support.h"

/* Every field that is a setting, and every one that is a pointer. */
static const size_t settings[] = {
    offsetof(cors_policy_t, engine),
    offsetof(cors_policy_t, credentials),
    offsetof(cors_policy_t, max_age),
    offsetof(cors_policy_t, private_network),
    offsetof(cors_policy_t, timing),
    offsetof(cors_policy_t, disallowed),
    offsetof(cors_policy_t, preflight),
    offsetof(cors_policy_t, preflight_status),
    offsetof(cors_policy_t, upstream),
    offsetof(cors_policy_t, lifted), offsetof(cors_policy_t, debug),
};

static const size_t pointers[] = {
    offsetof(cors_policy_t, sources), offsetof(cors_policy_t, denied),
    offsetof(cors_policy_t, methods), offsetof(cors_policy_t, headers),
    offsetof(cors_policy_t, exposed),
};

static cors_setting_t *setting_of(cors_policy_t *policy, int i)
{
    return (cors_setting_t *)(void *)((char *)policy + settings[i]);
}

static const void **pointer_of(cors_policy_t *policy, int i)
{
    return (const void **)(void *)((char *)policy + pointers[i]);
}

static bool is_unset(cors_policy_t *policy)
{
    for (int i = 0; i < ROWS(settings); i++) {
        const cors_setting_t *setting = setting_of(policy, i);

        if (setting->at != NULL || setting->value != 0
            || setting->text != NULL) {
            return false;
        }
    }
    for (int i = 0; i < ROWS(pointers); i++) {
        if (*pointer_of(policy, i) != NULL) {
            return false;
        }
    }
    return true;
}

/* A new field must join one of the tables, or its merge goes untested. */
START_TEST(all_fields_are_known)
{
    ck_assert_uint_eq(sizeof(cors_policy_t),
                      ROWS(settings) * sizeof(cors_setting_t)
                      + ROWS(pointers) * sizeof(void *));
}
END_TEST

static const struct {
    const char *name;
    bool in_base, in_add;
    int want;
} merge_rows[] = {
    {"set nowhere", false, false, 0},
    {"inherited", true, false, 1},
    {"set inside only", false, true, 2},
    {"replaced", true, true, 2},
};

/* The inner value replaces, even where it is a zero. */
START_TEST(settings_merge_on_their_own)
{
    const cors_place_t *at[] = {NULL, support_place("Outer", 1),
                                support_place("Inner", 2)};

    for (int row = 0; row < ROWS(merge_rows); row++) {
        cors_policy_t base = {0}, add = {0}, merged;
        const int want = merge_rows[row].want;

        if (merge_rows[row].in_base) {
            *setting_of(&base, _i) = (cors_setting_t){at[1], 5, "outer"};
        }
        if (merge_rows[row].in_add) {
            *setting_of(&add, _i) = (cors_setting_t){at[2], 0, "inner"};
        }
        memset(&merged, 0xff, sizeof merged);
        cors_policy_merge(&merged, &base, &add);
        ck_assert_msg(setting_of(&merged, _i)->at == at[want], "%s: at",
                      merge_rows[row].name);
        support_same_number(merge_rows[row].name,
                            setting_of(&merged, _i)->value, want == 1 ? 5 : 0);
        *setting_of(&merged, _i) = (cors_setting_t){NULL, 0, NULL};
        ck_assert_msg(is_unset(&merged), "%s: another field changes",
                      merge_rows[row].name);
    }
}
END_TEST

START_TEST(pointers_merge_on_their_own)
{
    static const char outer, inner;
    const void *value[] = {NULL, &outer, &inner};

    for (int row = 0; row < ROWS(merge_rows); row++) {
        cors_policy_t base = {0}, add = {0}, merged;

        *pointer_of(&base, _i) = merge_rows[row].in_base ? &outer : NULL;
        *pointer_of(&add, _i) = merge_rows[row].in_add ? &inner : NULL;
        memset(&merged, 0xff, sizeof merged);
        cors_policy_merge(&merged, &base, &add);
        ck_assert_msg(*pointer_of(&merged, _i) == value[merge_rows[row].want],
                      "%s", merge_rows[row].name);
        *pointer_of(&merged, _i) = NULL;
        ck_assert_msg(is_unset(&merged), "%s: another field changes",
                      merge_rows[row].name);
    }
}
END_TEST

static const struct {
    const char *name;
    bool has_source, has_engine;
    int engine;
    bool is_on, is_silent, is_report_only;
} engine_rows[] = {
    {"nothing", false, false, 0, false, true, false},
    {"CorsEngine On without a source", false, true, CORS_ON, false, true,
     false},
    {"CorsEngine Off without a source", false, true, CORS_OFF, false, false,
     false},
    {"a source", true, false, 0, true, false, false},
    {"a source and CorsEngine On", true, true, CORS_ON, true, false, false},
    {"a source and CorsEngine Off", true, true, CORS_OFF, false, false, false},
    {"a source and CorsEngine ReportOnly", true, true, CORS_REPORT_ONLY, true,
     false, true},
};

START_TEST(engine)
{
    cors_policy_t *policy = support_policy(&(support_policy_t){
        .allow = engine_rows[_i].has_source ? "https://a" : NULL});

    if (engine_rows[_i].has_engine) {
        policy->engine.at = support_place("CorsEngine", 1);
        policy->engine.value = engine_rows[_i].engine;
    }
    support_same_number(engine_rows[_i].name, cors_policy_is_on(policy),
                        engine_rows[_i].is_on);
    support_same_number(engine_rows[_i].name, cors_policy_is_silent(policy),
                        engine_rows[_i].is_silent);
    support_same_number(engine_rows[_i].name,
                        cors_policy_is_report_only(policy),
                        engine_rows[_i].is_report_only);
}
END_TEST

/* What is only watched refuses nobody and answers nothing. */
static const struct {
    const char *name;
    int disallowed, preflight, engine;
    bool rejects, answers;
} conduct_rows[] = {
    {"as a policy is by itself", CORS_DISALLOWED_IGNORE,
     CORS_PREFLIGHT_ANSWER, CORS_ON, false, true},
    {"CorsDisallowed Reject", CORS_DISALLOWED_REJECT, CORS_PREFLIGHT_ANSWER,
     CORS_ON, true, true},
    {"CorsPreflight PassThrough", CORS_DISALLOWED_IGNORE,
     CORS_PREFLIGHT_PASS_THROUGH, CORS_ON, false, false},
    {"CorsEngine ReportOnly", CORS_DISALLOWED_REJECT, CORS_PREFLIGHT_ANSWER,
     CORS_REPORT_ONLY, false, false},
};

START_TEST(conduct)
{
    const cors_policy_t policy = {
        .engine.value = conduct_rows[_i].engine,
        .disallowed.value = conduct_rows[_i].disallowed,
        .preflight.value = conduct_rows[_i].preflight};

    support_same_number(conduct_rows[_i].name, cors_policy_rejects(&policy),
                        conduct_rows[_i].rejects);
    support_same_number(conduct_rows[_i].name,
                        cors_policy_answers_preflights(&policy),
                        conduct_rows[_i].answers);
}
END_TEST

#define ALL_LIFTED (CORS_HAZARD_NULL | CORS_HAZARD_INSECURE \
                    | CORS_HAZARD_PUBLIC_SUFFIX)

static const struct {
    const char *name;
    support_policy_t written;
    unsigned hazards;
    bool allows_any, depends_on_origin;
} nature_rows[] = {
    {"a list", {.allow = "https://a"}, 0, false, true},
    {"a list with credentials", {.allow = "https://a", .credentials = true},
     0, false, true},
    {"any", {.allow = "*"}, 0, true, false},
    {"any beside others", {.allow = "https://a * ~x"}, 0, true, false},
    {"any but one", {.allow = "*", .deny = "https://a"}, 0, true, true},
    {"any with credentials", {.allow = "*", .credentials = true},
     CORS_HAZARD_ANY, false, true},
    {"any with credentials, all lifted that can be",
     {.allow = "*", .credentials = true, .lifted = ALL_LIFTED},
     CORS_HAZARD_ANY, false, true},
    {"http", {.allow = "http://a"}, 0, false, true},
    {"http with credentials", {.allow = "http://a", .credentials = true},
     CORS_HAZARD_INSECURE, false, true},
    {"http with credentials, lifted",
     {.allow = "http://a", .credentials = true,
      .lifted = CORS_HAZARD_INSECURE}, 0, false, true},
    {"http with credentials, another lifted",
     {.allow = "http://a", .credentials = true,
      .lifted = CORS_HAZARD_PUBLIC_SUFFIX}, CORS_HAZARD_INSECURE, false, true},
    {"a public suffix", {.allow = "https://*.com"}, 0, false, true},
    {"a public suffix with credentials",
     {.allow = "https://*.com", .credentials = true},
     CORS_HAZARD_PUBLIC_SUFFIX, false, true},
    {"null", {.allow = "null"}, CORS_HAZARD_NULL, false, true},
    {"null, lifted", {.allow = "null", .lifted = CORS_HAZARD_NULL}, 0, false,
     true},
    {"null and http with credentials, one lifted",
     {.allow = "null http://a", .credentials = true,
      .lifted = CORS_HAZARD_NULL}, CORS_HAZARD_INSECURE, false, true},
    {"null denied is no hazard", {.allow = "https://a", .deny = "null *"}, 0,
     false, true},
    {"an expression for anything", {.allow = "~.*"}, 0, false, true},
    {"an expression for anything with credentials",
     {.allow = "~.*", .credentials = true, .lifted = ALL_LIFTED},
     CORS_HAZARD_REGEX_ARBITRARY, false, true},
    {"any header exposed", {.allow = "https://a", .expose = "*"}, 0, false,
     true},
    {"any header exposed with credentials",
     {.allow = "https://a", .expose = "X-A *", .credentials = true},
     CORS_HAZARD_EXPOSE_ANY, false, true},
    {"any method and header with credentials",
     {.allow = "https://a", .methods = "*", .headers = "*",
      .credentials = true}, 0, false, true},
};

START_TEST(nature)
{
    cors_policy_t *policy = support_policy(&nature_rows[_i].written);

    support_same_number(nature_rows[_i].name, cors_policy_hazards(policy),
                        nature_rows[_i].hazards);
    support_same_number(nature_rows[_i].name, cors_policy_allows_any(policy),
                        nature_rows[_i].allows_any);
    support_same_number(nature_rows[_i].name,
                        cors_policy_depends_on_origin(
                            policy, cors_policy_allows_any(policy)),
                        nature_rows[_i].depends_on_origin);
    support_same_number(nature_rows[_i].name,
                        cors_policy_has_credentials(policy),
                        nature_rows[_i].written.credentials);
}
END_TEST

START_TEST(defaults)
{
    const cors_policy_t nothing = {0};

    support_same_text("max age", cors_policy_max_age(&nothing), "600");
    support_same_number("status", cors_policy_preflight_status(&nothing), 204);
    support_same_text("methods", cors_policy_methods(&nothing)->value,
                      "GET, HEAD, POST");
    support_same_text("headers", cors_policy_headers(&nothing)->value,
                      "Accept, Accept-Language, Content-Language, "
                      "Content-Type");
    ck_assert_ptr_null(cors_policy_methods(&nothing)->at);
    ck_assert_ptr_null(cors_policy_headers(&nothing)->at);
    ck_assert(!cors_policy_has_credentials(&nothing));
    ck_assert(!cors_policy_is_report_only(&nothing));
    ck_assert(!cors_policy_rejects(&nothing));
    ck_assert(cors_policy_answers_preflights(&nothing));
}
END_TEST

START_TEST(written_values)
{
    const support_policy_t written = {.methods = "PUT", .headers = "X-A",
                                      .max_age = "0"};
    const support_policy_t off = {.max_age = "Off"};
    cors_policy_t *policy = support_policy(&written);

    policy->preflight_status.at = support_place("CorsPreflightStatus", 1);
    policy->preflight_status.value = 200;
    support_same_text("zero is sent", cors_policy_max_age(policy), "0");
    support_same_text("Off is not", cors_policy_max_age(support_policy(&off)),
                      NULL);
    support_same_number("status", cors_policy_preflight_status(policy), 200);
    ck_assert_ptr_eq(cors_policy_methods(policy), policy->methods);
    ck_assert_ptr_eq(cors_policy_headers(policy), policy->headers);
}
END_TEST

START_TEST(limits)
{
    ck_assert_int_eq(CORS_MAX_AGE_LIMIT, 86400);
    ck_assert_int_eq(CORS_PREFLIGHT_STATUS_MIN, 200);
    ck_assert_int_eq(CORS_PREFLIGHT_STATUS_MAX, 299);
}
END_TEST

Suite *cors_suite_policy(void)
{
    Suite *suite = suite_create("policy");
    TCase *tests = support_case(suite, "policy");

    tcase_add_test(tests, all_fields_are_known);
    tcase_add_loop_test(tests, settings_merge_on_their_own, 0,
                        ROWS(settings));
    tcase_add_loop_test(tests, pointers_merge_on_their_own, 0,
                        ROWS(pointers));
    tcase_add_loop_test(tests, engine, 0, ROWS(engine_rows));
    tcase_add_loop_test(tests, conduct, 0, ROWS(conduct_rows));
    tcase_add_loop_test(tests, nature, 0, ROWS(nature_rows));
    tcase_add_test(tests, defaults);
    tcase_add_test(tests, written_values);
    tcase_add_test(tests, limits);
    return suite;
}
