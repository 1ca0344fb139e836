/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include "cors_stats.h"
#include "support.h"

static const struct {
    const char *name;
    cors_effect_t effect;
    cors_kind_t kind;
    cors_reason_t reason;
    int times;
    int denied;
} count_rows[] = {
    {"allowed", CORS_EFFECT_APPLIED, CORS_KIND_ACTUAL, CORS_REASON_NONE, 3,
     0},
    {"the first reason", CORS_EFFECT_APPLIED, CORS_KIND_PREFLIGHT,
     CORS_REASON_ORIGIN_NOT_ALLOWED, 2, 2},
    {"the last reason", CORS_EFFECT_APPLIED, CORS_KIND_ACTUAL,
     CORS_REASON_UNSAFE_POLICY, 1, 1},
    {"reported only", CORS_EFFECT_REPORTED, CORS_KIND_PREFLIGHT,
     CORS_REASON_METHOD_NOT_ALLOWED, 4, 4},
    {"refused", CORS_EFFECT_REFUSED, CORS_KIND_ACTUAL,
     CORS_REASON_ORIGIN_MALFORMED, 5, 5},
    {"of the same origin", CORS_EFFECT_APPLIED, CORS_KIND_SAME_ORIGIN,
     CORS_REASON_NONE, 1, 0},
    {"no CORS request", CORS_EFFECT_REPORTED, CORS_KIND_NONE,
     CORS_REASON_NONE, 1, 0},
};

static long all_of(const cors_stats_t *stats)
{
    long sum = 0;

    for (int i = 0; i < CORS_EFFECTS; i++) {
        for (int j = 0; j < CORS_KINDS; j++) {
            for (int k = 0; k < CORS_REASONS; k++) {
                sum += (long)cors_stats_get(stats, (cors_effect_t)i,
                                            (cors_kind_t)j,
                                            (cors_reason_t)k);
            }
        }
    }
    return sum;
}

START_TEST(counts)
{
    cors_stats_t *stats = apr_pcalloc(pool, sizeof *stats);
    const char *name = count_rows[_i].name;
    const cors_effect_t effect = count_rows[_i].effect;
    const cors_kind_t kind = count_rows[_i].kind;

    for (int i = 0; i < count_rows[_i].times; i++) {
        cors_stats_count(stats, effect, kind, count_rows[_i].reason);
    }
    support_same_number(name, (long)cors_stats_get(stats, effect, kind,
                                                   count_rows[_i].reason),
                        count_rows[_i].times);
    support_same_number(name, (long)cors_stats_denied(stats, effect, kind),
                        count_rows[_i].denied);
    support_same_number(name, all_of(stats), count_rows[_i].times);
}
END_TEST

START_TEST(denied_for_all_reasons)
{
    cors_stats_t *stats = apr_pcalloc(pool, sizeof *stats);

    for (int reason = 0; reason < CORS_REASONS; reason++) {
        cors_stats_count(stats, CORS_EFFECT_APPLIED, CORS_KIND_PREFLIGHT,
                         (cors_reason_t)reason);
    }
    ck_assert_uint_eq(cors_stats_denied(stats, CORS_EFFECT_APPLIED,
                                        CORS_KIND_PREFLIGHT),
                      CORS_REASONS - 1);
    ck_assert_uint_eq(cors_stats_denied(stats, CORS_EFFECT_APPLIED,
                                        CORS_KIND_ACTUAL), 0);
    ck_assert_uint_eq(cors_stats_denied(stats, CORS_EFFECT_REPORTED,
                                        CORS_KIND_PREFLIGHT), 0);
}
END_TEST

Suite *cors_suite_stats(void)
{
    Suite *suite = suite_create("stats");
    TCase *tests = support_case(suite, "stats");

    tcase_add_loop_test(tests, counts, 0, ROWS(count_rows));
    tcase_add_test(tests, denied_for_all_reasons);
    return suite;
}
