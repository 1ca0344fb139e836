/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "seeing.h"

static const cors_place_t first = {.file = "a.conf", .line = 1},
    second = {.file = "a.conf", .line = 2},
    elsewhere = {.file = "b.conf", .line = 7};

static void add_times(const char *value, int times)
{
    for (int i = 0; i < times; i++) {
        seeing_add(value, SEEING_NOW);
    }
}

static const cors_seen_view_t *find(const char *value, int n)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(views[i].value, value) == 0) {
            return &views[i];
        }
    }
    return NULL;
}

static const struct {
    const char *name;
    const char *words;
    const char *read;
} order_rows[] = {
    {"nothing", "", ""},
    {"one", "a", "1 a"},
    {"one, again and again", "a a a", "3 a"},
    {"the most frequent first", "a b b c c c", "3 c,2 b,1 a"},
    {"whenever it came", "c a c b c b", "3 c,2 b,1 a"},
    {"the same count, by the alphabet", "c a b", "1 a,1 b,1 c"},
    {"count before alphabet", "b a c c", "2 c,1 a,1 b"},
    {"case is kept apart", "x-a X-A x-a", "2 x-a,1 X-A"},
};

START_TEST(order)
{
    const apr_array_header_t *words = support_words(order_rows[_i].words);

    for (int i = 0; i < words->nelts; i++) {
        seeing_add(APR_ARRAY_IDX(words, i, const char *), SEEING_NOW);
    }
    support_same_text(order_rows[_i].name, seeing_text(SEEING_NOW),
                      order_rows[_i].read);
}
END_TEST

/* Against {ORIGIN, "a", "a.conf:1"}: is it one entry with it? */
static const struct {
    const char *name;
    cors_seen_item_t item;
    int entries;
} same_rows[] = {
    {"all the same", {CORS_WANT_ORIGIN, "a", 1, &first, false, false}, 1},
    {"as a part of a text",
     {CORS_WANT_ORIGIN, "ab", 1, &first, false, false}, 1},
    {"another value", {CORS_WANT_ORIGIN, "b", 1, &first, false, false}, 2},
    {"a longer value", {CORS_WANT_ORIGIN, "ab", 2, &first, false, false}, 2},
    {"nothing", {CORS_WANT_ORIGIN, "", 0, &first, false, false}, 2},
    {"another want", {CORS_WANT_METHOD, "a", 1, &first, false, false}, 2},
    {"another place", {CORS_WANT_ORIGIN, "a", 1, &second, false, false}, 2},
    {"outside", {CORS_WANT_ORIGIN, "a", 1, &first, true, false}, 2},
    {"only reported", {CORS_WANT_ORIGIN, "a", 1, &first, false, true}, 2},
};

START_TEST(what_is_the_same)
{
    seeing_add("a", SEEING_NOW);
    cors_seen_add(seen, &same_rows[_i].item, SEEING_NOW);
    support_same_number(same_rows[_i].name,
                        cors_seen_read(seen, views, SEEING_NOW),
                        same_rows[_i].entries);
}
END_TEST

START_TEST(all_of_an_entry)
{
    const cors_seen_item_t item = {CORS_WANT_HEADER, "x-a, x-b", 3,
                                   &elsewhere, false, true};

    cors_seen_add(seen, &item, SEEING_NOW);
    cors_seen_add(seen, &item, SEEING_NOW + 5);
    ck_assert_int_eq(cors_seen_read(seen, views, SEEING_NOW), 1);
    ck_assert_int_eq(views[0].want, CORS_WANT_HEADER);
    ck_assert(views[0].reported);
    ck_assert(!views[0].is_cut);
    ck_assert_uint_eq(views[0].count, 2);
    ck_assert_int_eq(views[0].first, SEEING_NOW);
    ck_assert_int_eq(views[0].last, SEEING_NOW + 5);
    ck_assert_str_eq(views[0].value, "x-a");
    ck_assert_str_eq(views[0].place, "b.conf:7");
}
END_TEST

static const struct {
    const char *name;
    apr_size_t len;
    bool is_cut;
} cut_rows[] = {
    {"short", 10, false},
    {"just not cut", CORS_SEEN_VALUE - 1, false},
    {"just cut", CORS_SEEN_VALUE, true},
    {"long", 5000, true},
};

START_TEST(cut_values)
{
    const char *name = cut_rows[_i].name;
    const char *text = support_repeat('a', cut_rows[_i].len);
    const char *kept = text;

    if (cut_rows[_i].is_cut) {
        kept = apr_pstrcat(pool, support_repeat('a', CORS_SEEN_VALUE - 4),
                           "...", NULL);
    }
    add_times(text, 2);
    support_same_number(name, cors_seen_read(seen, views, SEEING_NOW), 1);
    support_same_number(name, (long)views[0].count, 2);
    support_same_number(name, views[0].is_cut, cut_rows[_i].is_cut);
    support_same_text(name, views[0].value, kept);
}
END_TEST

START_TEST(cut_values_are_told_apart)
{
    const char *long_one = support_repeat('a', 1000);

    add_times(apr_pstrcat(pool, long_one, "x", NULL), 3);
    add_times(apr_pstrcat(pool, long_one, "y", NULL), 2);
    ck_assert_int_eq(cors_seen_read(seen, views, SEEING_NOW), 2);
    ck_assert_str_eq(views[0].value, views[1].value);
    ck_assert_uint_eq(views[0].count, 3);
    ck_assert_uint_eq(views[1].count, 2);
}
END_TEST

START_TEST(a_long_place_is_cut)
{
    cors_seen_item_t item = seeing_item("a");

    item.at = apr_pmemdup(pool, &(cors_place_t){
        .file = apr_pstrcat(pool, support_repeat('p', 999), "/a", NULL),
        .line = 12}, sizeof *item.at);
    cors_seen_add(seen, &item, SEEING_NOW);
    ck_assert_int_eq(cors_seen_read(seen, views, SEEING_NOW), 1);
    ck_assert_uint_eq(strlen(views[0].place), CORS_SEEN_PLACE - 1);
    ck_assert_str_eq(views[0].place + CORS_SEEN_PLACE - 6, "/a:12");
}
END_TEST

START_TEST(outside_of_a_section_is_another_place)
{
    cors_seen_item_t item = seeing_item("a");

    cors_seen_add(seen, &item, SEEING_NOW);
    item.is_outside = true;
    cors_seen_add(seen, &item, SEEING_NOW);
    cors_seen_add(seen, &item, SEEING_NOW);
    ck_assert_int_eq(cors_seen_read(seen, views, SEEING_NOW), 2);
    ck_assert_str_eq(views[0].place, "a.conf:1, outside of <CorsOrigin>");
    ck_assert_str_eq(views[1].place, "a.conf:1");
}
END_TEST

/* More by far than there is room for, each of which comes once. */
static void add_strangers(int many)
{
    for (int i = 0; i < many; i++) {
        char value[40];

        (void)apr_snprintf(value, sizeof value, "https://x%d.evil", i);
        seeing_add(value, SEEING_NOW);
    }
}

START_TEST(heavy_hitters_stay)
{
    const char *names[20];
    int n;

    for (int i = 0; i < ROWS(names); i++) {
        names[i] = apr_psprintf(pool, "https://heavy%d", i);
        add_times(names[i], 500);
    }
    add_strangers(100000);
    n = cors_seen_read(seen, views, SEEING_NOW);
    ck_assert_int_le(n, CORS_SEEN_MAX);
    for (int i = 0; i < ROWS(names); i++) {
        const cors_seen_view_t *view = find(names[i], n);

        ck_assert_ptr_ne(view, NULL);
        ck_assert_uint_eq(view->count, 500);
        ck_assert_str_eq(views[i].place, "a.conf:1");
        ck_assert_ptr_ne(strstr(views[i].value, "heavy"), NULL);
    }
}
END_TEST

START_TEST(a_newcomer_that_stays_is_seen)
{
    const cors_seen_view_t *view;

    add_strangers(100000);
    add_times("https://late", 200);
    view = find("https://late", cors_seen_read(seen, views, SEEING_NOW));
    ck_assert_ptr_ne(view, NULL);
    ck_assert_uint_gt(view->count, 100);
}
END_TEST
Suite *cors_suite_seen(void)
{
    Suite *suite = suite_create("seen");
    TCase *tests = support_case(suite, "seen");

    tcase_add_checked_fixture(tests, seeing_make, seeing_forget);
    tcase_add_loop_test(tests, order, 0, ROWS(order_rows));
    tcase_add_loop_test(tests, what_is_the_same, 0, ROWS(same_rows));
    tcase_add_test(tests, all_of_an_entry);
    tcase_add_loop_test(tests, cut_values, 0, ROWS(cut_rows));
    tcase_add_test(tests, cut_values_are_told_apart);
    tcase_add_test(tests, a_long_place_is_cut);
    tcase_add_test(tests, outside_of_a_section_is_another_place);
    tcase_add_test(tests, heavy_hitters_stay);
    tcase_add_test(tests, a_newcomer_that_stays_is_seen);
    return suite;
}
