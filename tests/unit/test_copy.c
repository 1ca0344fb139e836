/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <string.h>

#include <sys/stat.h>

#include <apr_strings.h>

#include "copying.h"
#include "faults.h"
#include "files.h"
#include "support.h"

START_TEST(a_copy_is_empty_at_first)
{
    cors_copy_t *copy = copying_make();

    ck_assert_uint_eq(cors_copy_generation(copy), 0);
    support_same_text("empty", copying_content(copy), "");
    ck_assert_int_eq(cors_copy_save(copy, pool), -1);
}
END_TEST

START_TEST(contents_follow_each_other)
{
    cors_copy_t *copy = copying_make();

    for (uint32_t i = 1; i < 20; i++) {
        const char *text = support_repeat('x', 1000 * (i % 7));

        ck_assert_int_eq(copying_write(copy, text), APR_SUCCESS);
        ck_assert_uint_eq(cors_copy_generation(copy), i);
        support_same_text("the last", copying_content(copy), text);
    }
}
END_TEST

/* Around the 4 KB that are written at once. */
static const apr_size_t lengths[] = {
    1, 4095, 4096, 4097, 8192, 100000, 1000000,
};

/* However many puts, and however few bytes the system takes or gives. */
START_TEST(content_of_any_length)
{
    static const apr_size_t pieces[] = {1, 7, 4096, 5000, 1000000};
    cors_copy_t *copy = copying_make();
    char *text = support_repeat('a', lengths[_i]);

    for (apr_size_t i = 0; i < lengths[_i]; i++) {
        text[i] = (char)('a' + (i * i / 7) % 26);
    }
    for (int i = 0; i < ROWS(pieces); i++) {
        faults_short_writes(i % 2 == 1 ? 3000 : 0);
        cors_copy_begin(copy);
        for (apr_size_t at = 0; at < lengths[_i]; at += pieces[i]) {
            const apr_size_t left = lengths[_i] - at;

            cors_copy_put(copy, text + at, left < pieces[i] ? left
                                                            : pieces[i]);
        }
        ck_assert_int_eq(cors_copy_commit(copy), APR_SUCCESS);
        ck_assert_str_eq(copying_content(copy), text);
    }
}
END_TEST

START_TEST(what_is_abandoned_never_was)
{
    cors_copy_t *copy = copying_make();
    cors_copy_reader_t reader;

    ck_assert_int_eq(copying_write(copy, "good"), APR_SUCCESS);
    cors_copy_open(copy, &reader);
    for (int i = 0; i < 3; i++) {
        cors_copy_begin(copy);
        copying_put(copy, support_repeat('x', 50000));
        cors_copy_abandon(copy);
        cors_copy_begin(copy);  /* and another one, which is not ended */
        copying_put(copy, support_repeat('y', 50000));
    }
    support_same_text("still", copying_content(copy), "good");
    support_same_text("also to who reads", copying_read(&reader, 9), "good");
    ck_assert(cors_copy_was_current(&reader));
    ck_assert_uint_eq(cors_copy_generation(copy), 1);
    ck_assert_int_eq(copying_write(copy, "new"), APR_SUCCESS);
    support_same_text("and then", copying_content(copy), "new");
}
END_TEST

/* The content is replaced so many times after so many bytes were read. */
START_TEST(replaced_while_it_is_read)
{
    const int times = _i % 4;
    const apr_size_t before = (apr_size_t)_i / 4;
    cors_copy_t *copy = copying_make();
    cors_copy_reader_t reader;
    const char *begin;

    ck_assert_int_eq(copying_write(copy, "first"), APR_SUCCESS);
    cors_copy_open(copy, &reader);
    begin = copying_read(&reader, before);
    ck_assert_int_eq(strncmp("first", begin, before), 0);
    for (int i = 0; i < times; i++) {
        ck_assert_int_eq(copying_write(copy, "later"), APR_SUCCESS);
    }
    (void)copying_read(&reader, 100);
    ck_assert_int_eq(cors_copy_was_current(&reader), times == 0);
}
END_TEST

/* What was read is not all: nothing to put in force. */
START_TEST(half_read_is_not_read)
{
    cors_copy_t *copy = copying_make();
    cors_copy_reader_t reader;

    ck_assert_int_eq(copying_write(copy, "first"), APR_SUCCESS);
    cors_copy_open(copy, &reader);
    (void)copying_read(&reader, (apr_size_t)_i);
    ck_assert_int_eq(cors_copy_was_current(&reader), _i == 5);
}
END_TEST

START_TEST(copies_in_one_file_do_not_mix)
{
    cors_copy_t *all[COPYING_COPIES];
    uint32_t seed = 1;
    char last[COPYING_COPIES] = {0};

    all[0] = copying_make();
    for (int i = 1; i < COPYING_COPIES; i++) {
        all[i] = cors_copy_create(copying_copies, i, &copying_shared[i], pool);
    }
    for (int round = 0; round < 60; round++) {
        const unsigned i = support_random(&seed, COPYING_COPIES);

        last[i] = (char)('a' + round % 26);
        ck_assert_int_eq(copying_write(all[i], support_repeat(last[i], 10000)),
                         APR_SUCCESS);
        for (int k = 0; k < COPYING_COPIES; k++) {
            const char *want = support_repeat(last[k], last[k] ? 10000 : 0);

            support_same_text("its own", copying_content(all[k]), want);
        }
    }
}
END_TEST

/* In bytes, what the file takes that the next descriptor is of. */
static long taken(int fd)
{
    struct stat info;

    ck_assert_int_eq(fstat(fd, &info), 0);
    return (long)info.st_blocks * 512;
}

/* What a million lines took is the system's again when there are ten. */
START_TEST(old_content_takes_nothing)
{
    enum { LARGE = 8 << 20 };
    const int fd = files_next_descriptor(0);
    cors_copy_t *copy = copying_make();
    const char *large = support_repeat('x', LARGE);

    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(copying_write(copy, large), APR_SUCCESS);
        ck_assert_int_ge(taken(fd), LARGE);
        ck_assert_int_lt(taken(fd), LARGE / 2 * 3);
        cors_copy_begin(copy);
        copying_put(copy, large);
        cors_copy_abandon(copy);
        ck_assert_int_lt(taken(fd), LARGE / 2 * 3);
        ck_assert_int_eq(copying_write(copy, "small"), APR_SUCCESS);
        ck_assert_int_lt(taken(fd), LARGE / 2);
    }
}
END_TEST

/* Where it cannot be given back it is written over. */
START_TEST(a_system_that_punches_no_holes)
{
    cors_copy_t *copy = copying_make();

    faults_from(FAULT_PUNCH, 1, EOPNOTSUPP);
    for (apr_size_t len = 50000; len > 0; len /= 3) {
        const char *text = support_repeat('x', len);

        ck_assert_int_eq(copying_write(copy, text), APR_SUCCESS);
        support_same_text("written over", copying_content(copy), text);
        cors_copy_begin(copy);
        copying_put(copy, support_repeat('y', 60000));
        cors_copy_abandon(copy);
        support_same_text("still", copying_content(copy), text);
    }
    ck_assert(faults_happened(FAULT_PUNCH));
}
END_TEST

/* After 2^32 - 1 comes no 0, which would be no content. */
START_TEST(generations_begin_again)
{
    cors_copy_t *copy = copying_make();
    cors_copy_reader_t reader;

    atomic_store(&copying_shared[0].generation, UINT32_MAX - 3);
    for (int i = 0; i < 8; i++) {
        const char *text = apr_psprintf(pool, "content %d", i);
        const uint32_t before = cors_copy_generation(copy);

        cors_copy_open(copy, &reader);
        ck_assert_int_eq(copying_write(copy, text), APR_SUCCESS);
        ck_assert_uint_ne(cors_copy_generation(copy), 0);
        ck_assert_uint_ne(cors_copy_generation(copy), before);
        support_same_text("the last", copying_content(copy), text);
        (void)copying_read(&reader, 100);
        ck_assert(!cors_copy_was_current(&reader));
    }
    ck_assert_uint_lt(cors_copy_generation(copy), 10);
}
END_TEST

Suite *cors_suite_copy(void)
{
    Suite *suite = suite_create("copy");
    TCase *tests = support_case(suite, "copy");

    tcase_add_test(tests, a_copy_is_empty_at_first);
    tcase_add_test(tests, contents_follow_each_other);
    tcase_add_loop_test(tests, content_of_any_length, 0, ROWS(lengths));
    tcase_add_test(tests, what_is_abandoned_never_was);
    tcase_add_loop_test(tests, replaced_while_it_is_read, 0, 4 * 6);
    tcase_add_loop_test(tests, half_read_is_not_read, 0, 6);
    tcase_add_test(tests, copies_in_one_file_do_not_mix);
    tcase_add_test(tests, old_content_takes_nothing);
    tcase_add_test(tests, a_system_that_punches_no_holes);
    tcase_add_test(tests, generations_begin_again);
    return suite;
}
