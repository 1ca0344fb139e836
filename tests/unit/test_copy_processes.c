/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/wait.h>

#include <apr_strings.h>

#include "cors_copy.h"
#include "support.h"

/* What the processes of a test share. */
typedef struct board_t {
    cors_copy_shared_t copy, other;
    atomic_bool is_over;
    atomic_int current, outdated;  /* reads that were, and that were not */
    atomic_int wrong;              /* and those that should not have been */
} board_t;

static board_t *board;
static cors_copies_t *copies;
static cors_copy_t *copy, *other;

static void make_copies(void)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    ck_assert_int_eq(cors_copies_create(&copies, pool), APR_SUCCESS);
    copy = cors_copy_create(copies, 0, &board->copy, pool);
    other = cors_copy_create(copies, 1, &board->other, pool);
}

static void forget_copies(void)
{
    (void)munmap(board, sizeof *board);
}

/*
 * Run by a process of its own, which ends with it: 0 for true. Nothing of Check
 * is for that process: they would write over each other's messages.
 */
static pid_t run(bool (*body)(void))
{
    const pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        _exit(body() ? 0 : 1);
    }
    return child;
}

static bool ended_well(pid_t child)
{
    int status;

    return waitpid(child, &status, 0) == child && WIFEXITED(status)
        && WEXITSTATUS(status) == 0;
}

static bool wait_for_signal(void)
{
    for (;;) {
        (void)pause();
    }
    return false;
}

/* -------------------------------------------------------------------- lock */

static bool can_lock(void)
{
    return cors_copy_lock(copy);
}

static bool cannot_lock(void)
{
    return !cors_copy_lock(copy);
}

START_TEST(one_process_has_the_lock)
{
    ck_assert(cors_copy_lock(copy));
    ck_assert(ended_well(run(cannot_lock)));
    ck_assert(ended_well(run(cannot_lock)));
    cors_copy_unlock(copy);
    ck_assert(ended_well(run(can_lock)));
    ck_assert(cors_copy_lock(copy));
}
END_TEST

static bool gets_the_second_turn(void)
{
    return cors_copies_take_turn(copies, 1) == -1
        && cors_copies_take_turn(copies, 2) == 1;
}

START_TEST(processes_take_turns)
{
    ck_assert_int_eq(cors_copies_take_turn(copies, 2), 0);
    ck_assert(ended_well(run(gets_the_second_turn)));
    ck_assert(ended_well(run(gets_the_second_turn)));
    ck_assert(ended_well(run(can_lock)));
    cors_copies_end_turn(copies, 0);
    ck_assert(!ended_well(run(gets_the_second_turn)));
    ck_assert_int_eq(cors_copies_take_turn(copies, 2), 0);
}
END_TEST

static bool can_lock_the_other(void)
{
    return cors_copy_lock(other) && !cors_copy_lock(copy);
}

static bool can_lock_neither(void)
{
    return !cors_copy_lock(other) && !cors_copy_lock(copy);
}

START_TEST(each_copy_has_a_lock)
{
    ck_assert(cors_copy_lock(copy));
    ck_assert(ended_well(run(can_lock_the_other)));
    ck_assert(cors_copy_lock(other));
    ck_assert(ended_well(run(can_lock_neither)));
    cors_copy_unlock(other);
    ck_assert(ended_well(run(can_lock_the_other)));
    cors_copy_unlock(copy);
}
END_TEST

/* What others do with the copy does not take the lock away. */
static bool write_and_save(void)
{
    cors_copy_begin(copy);
    cors_copy_put(copy, "a", 1);
    return cors_copy_commit(copy) == APR_SUCCESS
        && close(cors_copy_save(copy, pool)) == 0;
}

START_TEST(the_lock_stays_until_it_is_given_back)
{
    ck_assert(cors_copy_lock(copy));
    ck_assert(ended_well(run(write_and_save)));
    ck_assert(write_and_save());
    ck_assert(ended_well(run(cannot_lock)));
    cors_copy_unlock(copy);
}
END_TEST

static bool lock_and_wait(void)
{
    if (!cors_copy_lock(copy)) {
        return false;
    }
    atomic_store(&board->current, 1);
    return wait_for_signal();
}

START_TEST(the_lock_ends_with_the_process)
{
    const pid_t child = run(lock_and_wait);

    while (atomic_load(&board->current) == 0) {
        (void)usleep(100);
    }
    ck_assert(!cors_copy_lock(copy));
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert(!ended_well(child));
    ck_assert(cors_copy_lock(copy));
}
END_TEST

/* -------------------------------------------------------- many generations */

/* Each content says which it is, and how long it must be: "17 xxxx...". */
static const char *content(unsigned number, apr_pool_t *p)
{
    const unsigned len = number * 7919 % 40000;
    char *text = apr_palloc(p, len + 12);
    const int at = apr_snprintf(text, 12, "%010u ", number);

    memset(text + at, 'a' + (int)(number % 26), len);
    text[at + (int)len] = '\0';
    return text;
}

static void write_content(unsigned number, bool is_good, apr_pool_t *p)
{
    const char *text = content(number, p);

    cors_copy_begin(copy);
    cors_copy_put(copy, text, strlen(text));
    if (!is_good) {
        cors_copy_abandon(copy);
    }
    else if (cors_copy_commit(copy) != APR_SUCCESS) {
        atomic_fetch_add(&board->wrong, 1);
    }
}

/* Read all; was it the present content? Then it must be one as a whole. */
static bool read_once(apr_size_t piece, apr_pool_t *p)
{
    cors_copy_reader_t reader;
    char *text = apr_pcalloc(p, 50000);
    apr_size_t at = 0, len = piece;

    cors_copy_open(copy, &reader);
    while (cors_copy_read(&reader, text + at, &len) == APR_SUCCESS) {
        at += len;
        len = at + piece < 50000 ? piece : 50000 - 1 - at;
    }
    if (!cors_copy_was_current(&reader)) {
        return false;
    }
    if (reader.generation != 0
        && strcmp(text, content((unsigned)atoi(text), p)) != 0) {
        atomic_fetch_add(&board->wrong, 1);
    }
    return true;
}

static bool read_on(void)
{
    apr_pool_t *p;

    (void)apr_pool_create(&p, pool);
    for (apr_size_t i = 0; !atomic_load(&board->is_over); i++) {
        atomic_fetch_add(read_once(i % 3 == 0 ? 997 : 40000, p)
                         ? &board->current : &board->outdated, 1);
        apr_pool_clear(p);
    }
    return atomic_load(&board->wrong) == 0;
}

/* Generations pass 2^32 meanwhile; every third content is abandoned. */
START_TEST(what_is_read_is_one_content)
{
    enum { READERS = 3, CONTENTS = 3000 };
    pid_t readers[READERS];
    apr_pool_t *p;

    atomic_store(&board->copy.generation, UINT32_MAX - 1000);
    write_content(0, true, pool);
    ck_assert_int_eq(apr_pool_create(&p, pool), APR_SUCCESS);
    for (int i = 0; i < READERS; i++) {
        readers[i] = run(read_on);
    }
    for (unsigned i = 1; i < CONTENTS || atomic_load(&board->current) < 100;
         i++) {
        write_content(i, i % 3 != 0, p);
        apr_pool_clear(p);
    }
    atomic_store(&board->is_over, true);
    for (int i = 0; i < READERS; i++) {
        ck_assert(ended_well(readers[i]));
    }
    ck_assert_int_eq(atomic_load(&board->wrong), 0);
    ck_assert_int_gt(atomic_load(&board->outdated), 0);
    ck_assert_uint_lt(cors_copy_generation(copy), UINT32_MAX - 1000);
}
END_TEST

/* With the lock, from where the last one got to. */
static bool write_on(void)
{
    while (!cors_copy_lock(copy)) {
        (void)usleep(10);
    }
    for (unsigned i = cors_copy_generation(copy); ; i++) {
        apr_pool_t *p;

        (void)apr_pool_create(&p, pool);
        write_content(i, true, p);
        apr_pool_destroy(p);
    }
    return false;
}

static void sleep_microseconds(long microseconds)
{
    const struct timespec time = {.tv_nsec = microseconds * 1000};

    (void)nanosleep(&time, NULL);
}

/* Writers are killed, whatever they were at. On a busy machine they get more and
 * more time, until one has come to the end of a content. */
START_TEST(a_killed_writer_leaves_one_content)
{
    enum { WRITERS = 60 };
    uint32_t seed = 1;

    for (int i = 0; i < WRITERS || cors_copy_generation(copy) == 0; i++) {
        const pid_t writer = run(write_on);
        apr_pool_t *p;

        sleep_microseconds(300 + (long)support_random(&seed, 3000)
                           + 100L * (i / WRITERS));
        ck_assert_int_eq(kill(writer, SIGKILL), 0);
        ck_assert(!ended_well(writer));
        ck_assert_int_eq(apr_pool_create(&p, pool), APR_SUCCESS);
        ck_assert(read_once(40000, p));
        ck_assert(cors_copy_lock(copy));
        cors_copy_unlock(copy);
        apr_pool_destroy(p);
    }
    ck_assert_int_eq(atomic_load(&board->wrong), 0);
}
END_TEST

Suite *cors_suite_copy_processes(void)
{
    Suite *suite = suite_create("copy_processes");
    TCase *tests = support_case(suite, "copy_processes");

    tcase_add_checked_fixture(tests, make_copies, forget_copies);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, one_process_has_the_lock);
    tcase_add_test(tests, each_copy_has_a_lock);
    tcase_add_test(tests, processes_take_turns);
    tcase_add_test(tests, the_lock_stays_until_it_is_given_back);
    tcase_add_test(tests, the_lock_ends_with_the_process);
    tcase_add_test(tests, what_is_read_is_one_content);
    tcase_add_test(tests, a_killed_writer_leaves_one_content);
    return suite;
}
