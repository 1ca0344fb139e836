/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/wait.h>

#include <apr_strings.h>

#include "cors_seen.h"
#include "support.h"

/* In microseconds. */
enum { SECOND = 1000000 };

static const int64_t now = INT64_C(1700000000) * SECOND;

static cors_seen_t *seen;
static cors_seen_view_t *views;

/* What processes share. */
static void make_seen(void)
{
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(seen, MAP_FAILED);
    memset(seen->key, 0x5a, sizeof seen->key);
    views = apr_pcalloc(pool, sizeof *views * CORS_SEEN_MAX);
}

static void forget_seen(void)
{
    (void)munmap(seen, sizeof *seen);
}

static const cors_place_t first = {.file = "a.conf", .line = 1},
    second = {.file = "a.conf", .line = 2},
    elsewhere = {.file = "b.conf", .line = 7};

static cors_seen_item_t item_of(const char *value)
{
    const cors_seen_item_t item = {
        .want = CORS_WANT_ORIGIN, .value = value, .len = strlen(value),
        .at = &first
    };

    return item;
}

static void add_at(const char *value, int64_t at)
{
    const cors_seen_item_t item = item_of(value);

    cors_seen_add(seen, &item, at);
}

static void add_times(const char *value, int times)
{
    for (int i = 0; i < times; i++) {
        add_at(value, now);
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

/* "3 https://a,1 https://b": what is read. */
static const char *as_text(int64_t at)
{
    const int n = cors_seen_read(seen, views, at);
    const char *text = "";

    for (int i = 0; i < n; i++) {
        text = apr_psprintf(pool, "%s%s%d %s", text, i ? "," : "",
                            (int)views[i].count, views[i].value);
    }
    return text;
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
        add_at(APR_ARRAY_IDX(words, i, const char *), now);
    }
    support_same_text(order_rows[_i].name, as_text(now), order_rows[_i].read);
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
    add_at("a", now);
    cors_seen_add(seen, &same_rows[_i].item, now);
    support_same_number(same_rows[_i].name,
                        cors_seen_read(seen, views, now),
                        same_rows[_i].entries);
}
END_TEST

START_TEST(all_of_an_entry)
{
    const cors_seen_item_t item = {CORS_WANT_HEADER, "x-a, x-b", 3,
                                   &elsewhere, false, true};

    cors_seen_add(seen, &item, now);
    cors_seen_add(seen, &item, now + 5);
    ck_assert_int_eq(cors_seen_read(seen, views, now), 1);
    ck_assert_int_eq(views[0].want, CORS_WANT_HEADER);
    ck_assert(views[0].reported);
    ck_assert(!views[0].is_cut);
    ck_assert_uint_eq(views[0].count, 2);
    ck_assert_int_eq(views[0].first, now);
    ck_assert_int_eq(views[0].last, now + 5);
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
    support_same_number(name, cors_seen_read(seen, views, now), 1);
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
    ck_assert_int_eq(cors_seen_read(seen, views, now), 2);
    ck_assert_str_eq(views[0].value, views[1].value);
    ck_assert_uint_eq(views[0].count, 3);
    ck_assert_uint_eq(views[1].count, 2);
}
END_TEST

START_TEST(a_long_place_is_cut)
{
    cors_seen_item_t item = item_of("a");

    item.at = apr_pmemdup(pool, &(cors_place_t){
        .file = apr_pstrcat(pool, support_repeat('p', 999), "/a", NULL),
        .line = 12}, sizeof *item.at);
    cors_seen_add(seen, &item, now);
    ck_assert_int_eq(cors_seen_read(seen, views, now), 1);
    ck_assert_uint_eq(strlen(views[0].place), CORS_SEEN_PLACE - 1);
    ck_assert_str_eq(views[0].place + CORS_SEEN_PLACE - 6, "/a:12");
}
END_TEST

START_TEST(outside_of_a_section_is_another_place)
{
    cors_seen_item_t item = item_of("a");

    cors_seen_add(seen, &item, now);
    item.is_outside = true;
    cors_seen_add(seen, &item, now);
    cors_seen_add(seen, &item, now);
    ck_assert_int_eq(cors_seen_read(seen, views, now), 2);
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
        add_at(value, now);
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
    n = cors_seen_read(seen, views, now);
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
    view = find("https://late", cors_seen_read(seen, views, now));
    ck_assert_ptr_ne(view, NULL);
    ck_assert_uint_gt(view->count, 100);
}
END_TEST

enum { ROUNDS = 20000, SHARED = 10 };

static void add_rounds(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        char value[16];

        (void)apr_snprintf(value, sizeof value, "shared%d", i % SHARED);
        add_at(value, now);
    }
}

static void *add_in_thread(void *unused)
{
    add_rounds();
    return unused;
}

/* The entries are there, so that no two write one: no count is lost. */
static void check_shared(void)
{
    const int n = cors_seen_read(seen, views, now);

    ck_assert_int_eq(n, SHARED);
    for (int i = 0; i < n; i++) {
        ck_assert_uint_eq(views[i].count, 1 + 2 * ROUNDS / SHARED);
    }
}

static void add_shared(void)
{
    for (int i = 0; i < SHARED; i++) {
        add_at(apr_psprintf(pool, "shared%d", i), now);
    }
}

START_TEST(two_threads)
{
    pthread_t threads[2];

    add_shared();
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, add_in_thread,
                                        NULL), 0);
    }
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    check_shared();
}
END_TEST

/* In a process of its own, of which nothing is Check's. */
static pid_t run(void (*body)(void))
{
    const pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        body();
        _exit(0);
    }
    return child;
}

static void wait_for(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

START_TEST(two_processes)
{
    pid_t children[2];

    add_shared();
    for (int i = 0; i < 2; i++) {
        children[i] = run(add_rounds);
    }
    for (int i = 0; i < 2; i++) {
        wait_for(children[i]);
    }
    check_shared();
}
END_TEST

/* As if killed with every lock, at this time. */
static void lock_all(void)
{
    for (int i = 0; i < CORS_SEEN_ROWS; i++) {
        for (int j = 0; j < CORS_SEEN_WAYS; j++) {
            atomic_store(&seen->entries[i][j].locked_at,
                         (uint32_t)(now / SECOND) | 1);
        }
    }
}

static const struct {
    const char *name;
    int64_t after;
    const char *read, *read_at_last;
} lock_rows[] = {
    {"at once, nobody has it", 0, "", "2 old"},
    {"later, it is anybody's", 4 * SECOND, "2 old,1 new", "2 old,1 new"},
    {"much later", INT64_C(86400) * SECOND, "2 old,1 new", "2 old,1 new"},
};

/* Counting needs no lock, a new entry does. */
START_TEST(locks_of_the_killed)
{
    const int64_t later = now + lock_rows[_i].after;

    add_at("old", now);
    wait_for(run(lock_all));
    add_at("old", later);
    add_at("new", later);
    support_same_text(lock_rows[_i].name, as_text(later), lock_rows[_i].read);
    support_same_text(lock_rows[_i].name, as_text(later + 4 * SECOND),
                      lock_rows[_i].read_at_last);
}
END_TEST

Suite *cors_suite_seen(void)
{
    Suite *suite = suite_create("seen");
    TCase *tests = support_case(suite, "seen");

    tcase_add_checked_fixture(tests, make_seen, forget_seen);
    tcase_add_loop_test(tests, order, 0, ROWS(order_rows));
    tcase_add_loop_test(tests, what_is_the_same, 0, ROWS(same_rows));
    tcase_add_test(tests, all_of_an_entry);
    tcase_add_loop_test(tests, cut_values, 0, ROWS(cut_rows));
    tcase_add_test(tests, cut_values_are_told_apart);
    tcase_add_test(tests, a_long_place_is_cut);
    tcase_add_test(tests, outside_of_a_section_is_another_place);
    tcase_add_test(tests, heavy_hitters_stay);
    tcase_add_test(tests, a_newcomer_that_stays_is_seen);
    tcase_add_test(tests, two_threads);
    tcase_add_test(tests, two_processes);
    tcase_add_loop_test(tests, locks_of_the_killed, 0, ROWS(lock_rows));
    return suite;
}
