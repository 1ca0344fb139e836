/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>

#include "copying.h"
#include "faults.h"
#include "files.h"
#include "support.h"

/* ------------------------------------------------------------------ errors */

static const struct {
    const char *name;
    fault_t fault;
    int nth;
    int error;
} faults[] = {
    {"the first write", FAULT_WRITE, 1, ENOSPC},
    {"the second write", FAULT_WRITE, 2, ENOSPC},
    {"a write that was short before", FAULT_WRITE, 5, ENOSPC},
    {"the last write", FAULT_WRITE, 25, EIO},
};

START_TEST(an_error_while_writing)
{
    cors_copy_t *copy = copying_make();
    const char *text = support_repeat('x', 50000);

    ck_assert_int_eq(copying_write(copy, "good"), APR_SUCCESS);
    faults_short_writes(2100);
    faults_once(faults[_i].fault, faults[_i].nth, faults[_i].error);
    support_same_number(faults[_i].name, copying_write(copy, text),
                        faults[_i].error);
    ck_assert(faults_happened(faults[_i].fault));
    support_same_text(faults[_i].name, copying_content(copy), "good");
    ck_assert_uint_eq(cors_copy_generation(copy), 1);
    support_same_number(faults[_i].name, copying_write(copy, text),
                        APR_SUCCESS);
    support_same_text(faults[_i].name, copying_content(copy), text);
}
END_TEST

START_TEST(a_write_that_is_interrupted)
{
    cors_copy_t *copy = copying_make();

    faults_once(FAULT_WRITE, 1, EINTR);
    ck_assert_int_eq(copying_write(copy, "good"), APR_SUCCESS);
    ck_assert(faults_happened(FAULT_WRITE));
    support_same_text("written all the same", copying_content(copy), "good");
}
END_TEST

/* So many bytes more than a place has, and not one goes beyond it. */
START_TEST(content_that_is_too_large)
{
    const uint64_t len = CORS_COPY_MAX + (uint64_t)_i - 1;
    const char *piece = support_repeat('x', 1 << 20);
    cors_copy_t *copy = copying_make();
    apr_status_t rv;

    ck_assert_int_eq(copying_write(copy, "good"), APR_SUCCESS);
    ck_assert_int_eq(copying_write(copy, "good"), APR_SUCCESS);
    faults_begin_to_pretend();
    cors_copy_begin(copy);
    for (uint64_t at = 0; at < len; at += 1 << 20) {
        cors_copy_put(copy, piece, len - at < 1 << 20 ? (apr_size_t)(len - at)
                                                      : 1 << 20);
    }
    rv = cors_copy_commit(copy);
    ck_assert_int_le(faults_end_to_pretend(), (int64_t)CORS_COPY_MAX);
    ck_assert_int_eq(rv, _i <= 1 ? APR_SUCCESS : EFBIG);
    if (rv != APR_SUCCESS) {
        support_same_text("still", copying_content(copy), "good");
    }
}
END_TEST

/* The system's own limit, with its signal ignored as httpd does. */
START_TEST(a_file_that_may_not_be_so_large)
{
    cors_copy_t *copy = copying_make();
    struct rlimit before, limit;

    ck_assert_int_eq(copying_write(copy, "good"), APR_SUCCESS);
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 20000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(copying_write(copy, support_repeat('x', 50000)), EFBIG);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    support_same_text("still", copying_content(copy), "good");
}
END_TEST

/* --------------------------------------------------------------- the files */

static apr_status_t create_and_destroy(void)
{
    cors_copies_t *made;
    apr_pool_t *p;
    apr_status_t rv;

    ck_assert_int_eq(apr_pool_create(&p, pool), APR_SUCCESS);
    rv = cors_copies_create(&made, p);
    apr_pool_destroy(p);
    return rv;
}

START_TEST(one_descriptor_that_goes_with_the_pool)
{
    const int before = files_descriptors();

    ck_assert_int_eq(create_and_destroy(), APR_SUCCESS);
    ck_assert_int_eq(files_descriptors(), before);
    (void)copying_make();
    ck_assert_int_eq(files_descriptors(), before + 1);
    for (int i = 1; i < 100; i++) {
        (void)cors_copy_create(copying_copies, i, &copying_shared[1], pool);
    }
    ck_assert_int_eq(files_descriptors(), before + 1);
}
END_TEST

START_TEST(descriptors_are_exhausted)
{
    const int before = files_descriptors();
    struct rlimit usual, limit;
    apr_status_t rv;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &usual), 0);
    limit = usual;
    limit.rlim_cur = (rlim_t)files_next_descriptor(_i);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    rv = create_and_destroy();
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &usual), 0);
    ck_assert_int_eq(rv, _i < 1 ? EMFILE : APR_SUCCESS);
    ck_assert_int_eq(files_descriptors(), before);
}
END_TEST

static const struct {
    const char *name;
    int error;
    bool is_tried;  /* another way */
} memfd_rows[] = {
    {"an old kernel", ENOSYS, true},
    {"a sandbox", EPERM, true},
    {"another sandbox", EACCES, true},
    {"no descriptor", EMFILE, false},
    {"no file", ENFILE, false},
    {"no memory", ENOMEM, false},
};

/* What is wrong with the system is said, and not what comes of it. */
START_TEST(memfd_create_fails)
{
    const char *name = memfd_rows[_i].name;

    faults_once(FAULT_MEMFD, 1, memfd_rows[_i].error);
    support_same_number(name, create_and_destroy(), memfd_rows[_i].is_tried
                        ? APR_SUCCESS : memfd_rows[_i].error);
}
END_TEST

/* A file in $TMPDIR, without a name. */
START_TEST(without_memfd_create)
{
    const int before = files_descriptors();
    cors_copy_t *copy;
    int saved;

    ck_assert_int_eq(setenv("TMPDIR", files_directory, 1), 0);
    faults_from(FAULT_MEMFD, 1, ENOSYS);
    copy = copying_make();
    ck_assert(faults_happened(FAULT_MEMFD));
    ck_assert_int_eq(files_descriptors(), before + 1);
    ck_assert_int_eq(files_count(), 0);
    ck_assert(cors_copy_lock(copy));
    ck_assert_int_eq(copying_write(copy, "one"), APR_SUCCESS);
    ck_assert_int_eq(copying_write(copy, "other"), APR_SUCCESS);
    support_same_text("written", copying_content(copy), "other");
    saved = cors_copy_save(copy, pool);
    ck_assert_int_ge(saved, 0);
    ck_assert_int_eq(fcntl(saved, F_GETFD), FD_CLOEXEC);
    (void)close(saved);
    cors_copy_unlock(copy);
    ck_assert_int_eq(files_count(), 0);
    ck_assert_int_eq(unsetenv("TMPDIR"), 0);
}
END_TEST

/* ------------------------------------------------------------------ saving */

static const apr_size_t lengths[] = {1, 4095, 4096, 4097, 100000};

START_TEST(a_saved_copy_stays)
{
    const char *text = support_repeat('x', lengths[_i]);
    char *saved = support_repeat('y', lengths[_i] + 1);
    cors_copy_t *copy = copying_make();
    int fd;

    ck_assert_int_eq(copying_write(copy, text), APR_SUCCESS);
    fd = cors_copy_save(copy, pool);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(copying_write(copy, "new"), APR_SUCCESS);
    ck_assert_int_eq(copying_write(copy, "newer"), APR_SUCCESS);
    ck_assert_int_eq(read(fd, saved, lengths[_i] + 1),
                     (ssize_t)lengths[_i]);
    ck_assert_int_eq(memcmp(saved, text, lengths[_i]), 0);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(a_copy_that_cannot_be_saved)
{
    cors_copy_t *copy = copying_make();
    const int before = files_descriptors();

    ck_assert_int_eq(copying_write(copy, support_repeat('x', 10000)),
                     APR_SUCCESS);
    for (int nth = 1; nth <= 3; nth++) {
        faults_once(FAULT_WRITE, nth, ENOSPC);
        ck_assert_int_eq(cors_copy_save(copy, pool), -1);
        ck_assert_int_eq(files_descriptors(), before);
    }
}
END_TEST

Suite *cors_suite_copy_faults(void)
{
    Suite *suite = suite_create("copy_faults");
    TCase *tests = support_case(suite, "copy_faults");

    files_add_directory(tests);
    tcase_add_loop_test(tests, an_error_while_writing, 0, ROWS(faults));
    tcase_add_test(tests, a_write_that_is_interrupted);
    tcase_add_loop_test(tests, content_that_is_too_large, 0, 4);
    tcase_add_test(tests, a_file_that_may_not_be_so_large);
    tcase_add_test(tests, one_descriptor_that_goes_with_the_pool);
    tcase_add_loop_test(tests, descriptors_are_exhausted, 0, 2);
    tcase_add_loop_test(tests, memfd_create_fails, 0, ROWS(memfd_rows));
    tcase_add_test(tests, without_memfd_create);
    tcase_add_loop_test(tests, a_saved_copy_stays, 0, ROWS(lengths));
    tcase_add_test(tests, a_copy_that_cannot_be_saved);
    return suite;
}
