/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_decide.h"
#include "cors_lint.h"
#include "support.h"

#define ALL_LIFTED (CORS_HAZARD_NULL | CORS_HAZARD_INSECURE \
                    | CORS_HAZARD_PUBLIC_SUFFIX)

static cors_findings_t *errors_of(const support_policy_t *written)
{
    cors_findings_t *findings = cors_findings_make(pool);

    cors_lint_errors(support_policy(written), NULL, findings);
    return findings;
}

/* A policy that is unsafe for one reason, found on line 2. */
typedef struct error_row_t {
    const char *name;
    const char *allow;        /* two words, the second one to blame */
    const char *expose;       /* or this, on line 1 */
    unsigned lift;            /* what lifts the guard; 0: nothing does */
    bool without_credentials; /* is it unsafe then, too? */
    cors_message_t id;
    const char *directive, *value, *mend;
} error_row_t;

static const error_row_t error_rows[] = {
    {"any origin", "https://a *", NULL, 0, false, CORS_MSG_ANY_CREDENTIALS,
     "CorsAllowOrigin", "'*'", "or CorsAllowCredentials Off"},
    {"http", "https://a http://b.example", NULL, CORS_HAZARD_INSECURE, false,
     CORS_MSG_INSECURE, "CorsAllowOrigin", "'http://b.example'",
     "CorsDangerouslyAllow InsecureOrigins"},
    {"an application's scheme", "https://a app://b", NULL,
     CORS_HAZARD_INSECURE, false, CORS_MSG_INSECURE, "CorsAllowOrigin",
     "'app://b'", "CorsDangerouslyAllow InsecureOrigins"},
    {"a public suffix", "https://a https://*.co.uk", NULL,
     CORS_HAZARD_PUBLIC_SUFFIX, false, CORS_MSG_PUBLIC_SUFFIX,
     "CorsAllowOrigin", "'https://*.co.uk'",
     "CorsDangerouslyAllow PublicSuffixes"},
    {"null", "https://a null", NULL, CORS_HAZARD_NULL, true, CORS_MSG_NULL,
     "CorsAllowOrigin", "'null'", "CorsDangerouslyAllow NullOrigin"},
    {"an expression for anything", "https://a ~https://.*", NULL, 0, false,
     CORS_MSG_REGEX_ARBITRARY, "CorsAllowOriginRegex", "'https://.*'",
     "CorsAllowOrigin"},
    {"the expression names an example", "https://a ~https://.*", NULL, 0,
     false, CORS_MSG_REGEX_ARBITRARY, "CorsAllowOriginRegex",
     "'https://canary.invalid'", "CorsAllowOrigin"},
    {"any header exposed", "https://a", "*", 0, false, CORS_MSG_EXPOSE_ANY,
     "CorsExposeHeaders", "'*'", "write the names"},
};

static void check_error(const error_row_t *row, const support_policy_t *unsafe)
{
    const cors_findings_t *findings = errors_of(unsafe);
    const cors_finding_t *finding = support_finding(findings, 0);

    support_same_number(row->name, findings->nelts, 1);
    support_same_number(row->name, finding->id, row->id);
    support_same_number(row->name, cors_message_severity(finding->id),
                        CORS_ERROR);
    support_same_text(row->name, finding->at.directive, row->directive);
    support_same_number(row->name, finding->at.line, row->expose ? 1 : 2);
    support_same_text(row->name, finding->at.file, "test.conf");
    support_has(row->name, finding->text, row->directive);
    support_has(row->name, finding->text, row->value);
    support_has(row->name, finding->text, row->mend);
    if (unsafe->credentials) {
        support_has(row->name, finding->text,
                    "(CorsAllowCredentials at test.conf:1)");
    }
}

START_TEST(unsafe)
{
    const error_row_t *row = &error_rows[_i];

    check_error(row, &(support_policy_t){
        .allow = row->allow, .expose = row->expose, .credentials = true});
}
END_TEST

START_TEST(the_guard_lifted)
{
    const error_row_t *row = &error_rows[_i];
    support_policy_t written = {.allow = row->allow, .expose = row->expose,
                                .credentials = true, .lifted = row->lift};

    if (row->lift != 0) {
        support_same_number(row->name, errors_of(&written)->nelts, 0);
    }
    written.lifted = ALL_LIFTED & ~row->lift;
    check_error(row, &written);
}
END_TEST

START_TEST(without_credentials)
{
    const error_row_t *row = &error_rows[_i];
    const support_policy_t written = {.allow = row->allow,
                                      .expose = row->expose};

    if (row->without_credentials) {
        check_error(row, &written);
    }
    else {
        support_same_number(row->name, errors_of(&written)->nelts, 0);
    }
}
END_TEST

/* "601@CorsAllowOrigin:1 604@test.conf:2": message and place of each. */
static const char *summary(const cors_findings_t *findings)
{
    const char *text = "";

    for (int i = 0; i < findings->nelts; i++) {
        const cors_finding_t *finding = support_finding(findings, i);

        text = apr_psprintf(pool, "%s%s%d@%s:%d", text, i ? " " : "",
                            (int)finding->id, finding->at.directive
                            ? finding->at.directive : finding->at.file,
                            finding->at.line);
    }
    return text;
}

static const struct {
    const char *name;
    support_policy_t written;
    const char *file;
    const char *errors;
} many_rows[] = {
    {"a safe policy",
     {.allow = "https://a https://*.example.com:* ~https://a\\.b",
      .credentials = true, .expose = "X-A", .methods = "*", .headers = "*"},
     NULL, ""},
    {"loopback origins need no TLS",
     {.allow = "http://localhost:* http://127.0.0.1 http://[::1]",
      .credentials = true}, NULL, ""},
    {"every fault of every line",
     {.allow = "http://a * ~.* https://*.com null", .expose = "*",
      .credentials = true}, NULL,
     "602@CorsAllowOrigin:1 601@CorsAllowOrigin:2 603@CorsAllowOrigin:4 "
     "604@CorsAllowOrigin:5 605@CorsAllowOriginRegex:3 "
     "606@CorsExposeHeaders:1"},
    {"two faults of one line",
     {.allow = "http://*.com", .credentials = true}, NULL,
     "602@CorsAllowOrigin:1 603@CorsAllowOrigin:1"},
    {"the same fault twice",
     {.allow = "http://a https://a http://b", .credentials = true}, NULL,
     "602@CorsAllowOrigin:1 602@CorsAllowOrigin:3"},
    {"what is lifted is not reported beside what is not",
     {.allow = "http://a null", .credentials = true,
      .lifted = CORS_HAZARD_INSECURE}, NULL, "604@CorsAllowOrigin:2"},
    {"without credentials null is left",
     {.allow = "http://a * null", .expose = "*"}, NULL,
     "604@CorsAllowOrigin:3"},
    {"lines of a file",
     {.allow = "https://a", .credentials = true},
     "https://b http://c null", "602@test.conf:2 604@test.conf:3"},
    {"who is denied is no hazard",
     {.allow = "https://a", .deny = "* null http://b", .credentials = true},
     NULL, ""},
};

START_TEST(all_are_reported)
{
    cors_findings_t *findings = cors_findings_make(pool);
    cors_policy_t *policy = support_policy(&many_rows[_i].written);

    if (many_rows[_i].file != NULL) {
        cors_sources_t *sources = cors_sources_create(policy->sources->at,
                                                      pool);

        support_add_file(sources, many_rows[_i].file, true);
        policy->sources = sources;
    }
    cors_lint_errors(policy, NULL, findings);
    support_same_text(many_rows[_i].name, summary(findings),
                      many_rows[_i].errors);
    for (int i = 0; many_rows[_i].file != NULL && i < findings->nelts; i++) {
        support_has(many_rows[_i].name, support_finding(findings, i)->text,
                    "CorsOriginsFile '");
    }
}
END_TEST

static const struct {
    const char *name;
    support_policy_t written;
    const char *file;
    bool is_production;
    const char *warnings;
} warning_rows[] = {
    {"nothing doubtful",
     {.allow = "https://a * null ~https://a\\.b app://a"}, NULL, false, ""},
    {"http", {.allow = "https://a http://b"}, NULL, false,
     "621@CorsAllowOrigin:2"},
    {"http with credentials is an error instead",
     {.allow = "http://b", .credentials = true}, NULL, false, ""},
    {"http, the guard lifted",
     {.allow = "http://b", .lifted = CORS_HAZARD_INSECURE}, NULL, false, ""},
    {"http on this machine", {.allow = "http://localhost:3000"}, NULL, false,
     ""},
    {"an unescaped dot", {.allow = "~https://a\\.b ~https://a.b"}, NULL,
     false, "622@CorsAllowOriginRegex:2"},
    {"an unescaped dot, with credentials as well",
     {.allow = "~https://a.b", .credentials = true}, NULL, false,
     "622@CorsAllowOriginRegex:1"},
    {"a loopback origin in production", {.allow = ""},
     "https://a http://localhost:3000 https://127.0.0.1 http://[::1]:*", true,
     "623@test.conf:2 623@test.conf:3 623@test.conf:4"},
    {"a loopback origin elsewhere", {.allow = ""}, "http://localhost:3000",
     false, ""},
    {"http in production", {.allow = ""}, "http://a", true,
     "621@test.conf:1"},
    {"every warning of every source",
     {.allow = "http://a http://localhost ~https://a.b"},
     "http://localhost http://c", true,
     "621@CorsAllowOrigin:1 622@CorsAllowOriginRegex:3 623@test.conf:1 "
     "621@test.conf:2"},
};

START_TEST(warnings)
{
    cors_findings_t *findings = cors_findings_make(pool);
    cors_policy_t *policy = support_policy(&warning_rows[_i].written);
    cors_sources_t sources = *policy->sources;

    if (warning_rows[_i].file != NULL) {
        support_add_file(&sources, warning_rows[_i].file,
                         warning_rows[_i].is_production);
    }
    policy->sources = &sources;
    cors_lint_warnings(policy, NULL, findings);
    support_same_text(warning_rows[_i].name, summary(findings),
                      warning_rows[_i].warnings);
    for (int i = 0; i < findings->nelts; i++) {
        support_same_number(warning_rows[_i].name, cors_message_severity(
            support_finding(findings, i)->id), CORS_WARNING);
    }
}
END_TEST

START_TEST(warnings_say_what_to_do)
{
    const support_policy_t written = {.allow = "http://b ~https://a.b"};
    cors_findings_t *findings = cors_findings_make(pool);

    cors_lint_warnings(support_policy(&written), NULL, findings);
    support_has("http", support_finding(findings, 0)->text,
                "CorsAllowOrigin 'http://b' has no TLS");
    support_has("http", support_finding(findings, 0)->text,
                "; write its https origin");
    support_has("dot", support_finding(findings, 1)->text,
                "CorsAllowOriginRegex 'https://a.b' has an unescaped '.' at "
                "offset 9");
    support_has("dot", support_finding(findings, 1)->text, "; write '\\.'");
}
END_TEST

/* A long value is cut, so that a log line stays one. */
START_TEST(long_values_are_cut)
{
    const char *regex = apr_pstrcat(pool, "~https://.*|",
                                    support_repeat('x', 5000), NULL);
    const support_policy_t written = {.allow = regex, .credentials = true};

    ck_assert_uint_lt(strlen(support_finding(errors_of(&written), 0)->text),
                      1000);
}
END_TEST

static const char *random_members(uint32_t *state)
{
    static const char *const members[] = {
        "https://a", "https://b:81", "https://*.example.com", "*", "null",
        "http://a", "http://localhost", "app://a", "https://*.com",
        "http://*.github.io", "~https://a\\.b", "~https?://.*", "~http://c",
    };
    const char *text = "https://x";

    for (unsigned n = support_random(state, 5); n > 0; n--) {
        text = apr_pstrcat(pool, text, " ", members[support_random(
            state, ROWS(members))], NULL);
    }
    return text;
}

/* Refused at start-up and failing closed at run time are the same thing. */
START_TEST(errors_are_the_hazards)
{
    uint32_t state = (uint32_t)_i;
    int unsafe_ones = 0;

    for (int round = 0; round < 1000; round++) {
        const support_policy_t written = {
            .allow = random_members(&state),
            .expose = support_random(&state, 4) == 0 ? "*" : NULL,
            .deny = support_random(&state, 4) == 0 ? "null *" : NULL,
            .credentials = support_random(&state, 2) == 0,
            .lifted = support_random(&state, ALL_LIFTED + 1) & ALL_LIFTED};
        const cors_facts_t request = {.origin = "https://x"};
        cors_policy_t *policy = support_policy(&written);
        cors_findings_t *findings = cors_findings_make(pool);
        const unsigned hazards = cors_policy_hazards(policy);
        cors_verdict_t verdict;

        cors_lint_errors(policy, NULL, findings);
        cors_decide(&verdict, policy, &request);
        unsafe_ones += hazards != 0;
        ck_assert_msg((findings->nelts > 0) == (hazards != 0),
                      "seed %d: '%s': hazards %x, %d findings", _i,
                      written.allow, hazards, findings->nelts);
        ck_assert_msg((verdict.reason == CORS_REASON_UNSAFE_POLICY)
                      == (hazards != 0), "seed %d: '%s': hazards %x, '%s'",
                      _i, written.allow, hazards,
                      cors_reason_slug(verdict.reason));
        apr_pool_clear(pool);
    }
    ck_assert_int_gt(unsafe_ones, 100);
    ck_assert_int_lt(unsafe_ones, 900);
}
END_TEST

Suite *cors_suite_lint(void)
{
    Suite *suite = suite_create("lint");
    TCase *tests = support_case(suite, "lint");

    tcase_add_loop_test(tests, unsafe, 0, ROWS(error_rows));
    tcase_add_loop_test(tests, the_guard_lifted, 0, ROWS(error_rows));
    tcase_add_loop_test(tests, without_credentials, 0, ROWS(error_rows));
    tcase_add_loop_test(tests, all_are_reported, 0, ROWS(many_rows));
    tcase_add_loop_test(tests, warnings, 0, ROWS(warning_rows));
    tcase_add_test(tests, warnings_say_what_to_do);
    tcase_add_test(tests, long_values_are_cut);
    tcase_add_loop_test(tests, errors_are_the_hazards, 1, 5);
    return suite;
}
