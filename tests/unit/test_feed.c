/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include "cors_feed.h"
#include "support.h"

static cors_feed_t *make_feed(void)
{
    return cors_feed_create(CORS_FEED_QUERY, "SELECT origin FROM origins",
                            support_place("CorsOriginsQuery", 7), pool);
}

START_TEST(a_feed_has_nothing_yet)
{
    const cors_feed_t *feed = make_feed();

    ck_assert_int_eq(feed->kind, CORS_FEED_QUERY);
    support_same_text("what it is", feed->spec, "SELECT origin FROM origins");
    support_same_text("where", feed->at->directive, "CorsOriginsQuery");
    ck_assert_ptr_null(cors_slot_enter(feed->slot));
    cors_slot_leave();
    ck_assert_uint_eq(feed->forbidden, 0);
    for (int i = 0; i < CORS_HAZARDS; i++) {
        ck_assert_ptr_null(feed->forbidden_by[i]);
    }
}
END_TEST

enum { NEVER = 0, ONE = 1, OTHER = 2 };

/* Two policies, on lines 1 and 2 (0: no directive), and who is named. */
static const struct {
    const char *name;
    unsigned first;
    int first_by;
    unsigned second;
    int second_by;
    unsigned forbidden;
    int any_by, null_by;
} rows[] = {
    {"nothing is forbidden", 0, ONE, 0, OTHER, 0, NEVER, NEVER},
    {"one hazard", CORS_HAZARD_ANY, ONE, 0, OTHER, CORS_HAZARD_ANY, ONE,
     NEVER},
    {"each by one", CORS_HAZARD_ANY, ONE, CORS_HAZARD_NULL, OTHER,
     CORS_HAZARD_ANY | CORS_HAZARD_NULL, ONE, OTHER},
    {"the first is named", CORS_HAZARD_ANY, ONE,
     CORS_HAZARD_ANY | CORS_HAZARD_NULL, OTHER,
     CORS_HAZARD_ANY | CORS_HAZARD_NULL, ONE, OTHER},
    {"never permitted, whatever the second says", CORS_HAZARD_NULL, NEVER,
     CORS_HAZARD_NULL, OTHER, CORS_HAZARD_NULL, NEVER, NEVER},
    {"the last hazard, and none beyond",
     CORS_HAZARD_REGEX_ARBITRARY | 1u << CORS_HAZARDS, ONE, 0, NEVER,
     CORS_HAZARD_REGEX_ARBITRARY, NEVER, NEVER},
};

static const cors_place_t *by(int line)
{
    return line != NEVER ? support_place("CorsAllowCredentials", line) : NULL;
}

static int line_of(const cors_place_t *place)
{
    return place != NULL ? place->line : NEVER;
}

START_TEST(forbid)
{
    cors_feed_t *feed = make_feed();
    const char *name = rows[_i].name;

    cors_feed_forbid(feed, rows[_i].first, by(rows[_i].first_by));
    cors_feed_forbid(feed, rows[_i].second, by(rows[_i].second_by));
    support_same_number(name, (long)feed->forbidden, (long)rows[_i].forbidden);
    support_same_number(name, line_of(feed->forbidden_by[0]), rows[_i].any_by);
    support_same_number(name, line_of(feed->forbidden_by[1]),
                        rows[_i].null_by);
}
END_TEST

Suite *cors_suite_feed(void)
{
    Suite *suite = suite_create("feed");
    TCase *tests = support_case(suite, "feed");

    tcase_add_test(tests, a_feed_has_nothing_yet);
    tcase_add_loop_test(tests, forbid, 0, ROWS(rows));
    return suite;
}
