/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_seen_shared: several threads and processes count at the same time, and
 * some are killed.
 */
#include "suites.h"

#include <pthread.h>
#include <unistd.h>

#include <sys/wait.h>

#include <apr_strings.h>

#include "seeing.h"

enum { ROUNDS = 20000, SHARED = 10 };

static void add_rounds(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        char value[16];

        (void)apr_snprintf(value, sizeof value, "shared%d", i % SHARED);
        seeing_add(value, SEEING_NOW);
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
    const int n = cors_seen_read(seen, views, SEEING_NOW);

    ck_assert_int_eq(n, SHARED);
    for (int i = 0; i < n; i++) {
        ck_assert_uint_eq(views[i].count, 1 + 2 * ROUNDS / SHARED);
    }
}

static void add_shared(void)
{
    for (int i = 0; i < SHARED; i++) {
        seeing_add(apr_psprintf(pool, "shared%d", i), SEEING_NOW);
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
                         (uint32_t)(SEEING_NOW / SECOND) | 1);
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
    const int64_t later = SEEING_NOW + lock_rows[_i].after;

    seeing_add("old", SEEING_NOW);
    wait_for(run(lock_all));
    seeing_add("old", later);
    seeing_add("new", later);
    support_same_text(lock_rows[_i].name, seeing_text(later),
                      lock_rows[_i].read);
    support_same_text(lock_rows[_i].name, seeing_text(later + 4 * SECOND),
                      lock_rows[_i].read_at_last);
}
END_TEST

Suite *cors_suite_seen_shared(void)
{
    Suite *suite = suite_create("seen_shared");
    TCase *tests = support_case(suite, "seen_shared");

    tcase_add_checked_fixture(tests, seeing_make, seeing_forget);
    tcase_add_test(tests, two_threads);
    tcase_add_test(tests, two_processes);
    tcase_add_loop_test(tests, locks_of_the_killed, 0, ROWS(lock_rows));
    return suite;
}
