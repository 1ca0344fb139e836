/* SPDX-License-Identifier: Apache-2.0 */
/* test_finding: findings, and the places that they name. */
#include "suites.h"

#include <apr_strings.h>

#include "cors_finding.h"
#include "support.h"

static const struct {
    const char *name;
    cors_place_t place;
    const char *text;
} place_rows[] = {
    {"a directive", {.file = "conf/a.conf", .line = 12, .directive = "CorsMaxAge"},
     "CorsMaxAge at conf/a.conf:12"},
    {"a line of a file", {.file = "a.origins", .line = 3, .directive = NULL}, "a.origins:3"},
};

START_TEST(place)
{
    support_same_text(place_rows[_i].name,
                      cors_place_text(&place_rows[_i].place, pool),
                      place_rows[_i].text);
}
END_TEST

START_TEST(findings_are_kept_in_order)
{
    enum { MANY = 100 };
    cors_findings_t *findings = cors_findings_make(pool);

    ck_assert_int_eq(findings->nelts, 0);
    for (int i = 0; i < MANY; i++) {
        /* A place that is gone when the finding is read. */
        cors_place_t at = {
            .file = "a.conf", .line = i, .directive = "CorsMaxAge"
        };

        cors_findings_add(findings, CORS_MSG_VALUE, &at, "'%d' is %s", i,
                          "odd");
    }
    ck_assert_int_eq(findings->nelts, MANY);
    for (int i = 0; i < MANY; i++) {
        const cors_finding_t *finding = support_finding(findings, i);

        ck_assert_int_eq(finding->id, CORS_MSG_VALUE);
        ck_assert_int_eq(finding->at.line, i);
        support_same_text("the text is formatted", finding->text,
                          apr_psprintf(pool, "'%d' is odd", i));
    }
}
END_TEST

Suite *cors_suite_finding(void)
{
    Suite *suite = suite_create("finding");
    TCase *tests = support_case(suite, "finding");

    tcase_add_loop_test(tests, place, 0, ROWS(place_rows));
    tcase_add_test(tests, findings_are_kept_in_order);
    return suite;
}
