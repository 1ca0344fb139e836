/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <apr_strings.h>

#include "faults.h"
#include "files.h"
#include "look.h"
#include "support.h"

/* The list in force is one of a file that is another now, and has settled. */
static void begin(const char *text)
{
    look_put("https://old\n");
    look_read();
    look_put(text);
    support_same_text("not yet", look(), "unsettled");
}

/* A look came to nothing; the next one, when all is well again, does not. */
static void check_failed(const char *name, const char *got, const char *why)
{
    support_same_text(name, got, "failed");
    support_has(name, look_finding(look_findings->nelts - 1), why);
    support_same_text(name, look_members(), "1 https://old");
    support_same_text(name, look(), "loaded");
    support_same_number(name, look_findings->nelts, 0);
}

#define MANY 400

static const char *many_lines(void)
{
    char *text = support_repeat('\n', MANY * 32), *at = text;

    for (int i = 0; i < MANY; i++) {
        at += apr_snprintf(at, 32, "https://host-%d.example\n", i);
    }
    *at = '\0';
    return text;
}

/* ----------------------------------------------------------------- reading */

START_TEST(a_read_fails)
{
    begin("https://a\nhttps://b\n");
    faults_short_reads((apr_size_t)_i);
    faults_once(FAULT_READ, 1 + 20 / _i, EIO);
    check_failed("in the middle", look(), strerror(EIO));
    support_same_text("then", look_members(), "1 https://a,2 https://b");
}
END_TEST

START_TEST(reads_are_short)
{
    begin("# x\nhttps://a\r\n\nhttps://b");
    faults_short_reads((apr_size_t)_i);
    support_same_text("in pieces", look(), "loaded");
    support_same_text("in pieces", look_members(), "2 https://a,4 https://b");
}
END_TEST

/* -------------------------------------------------- memory and descriptors */

START_TEST(memory_ends)
{
    bool has_failed = true;
    int out_of_memory = 0;

    for (int nth = 1; has_failed; nth++) {
        const char *seen;

        begin(many_lines());
        faults_once(FAULT_BLOCK, nth, ENOMEM);
        seen = look();
        has_failed = faults_happened(FAULT_BLOCK);
        if (strcmp(seen, "failed") == 0) {
            ck_assert(has_failed);
            out_of_memory++;
            check_failed("no memory", seen, "Cannot allocate memory");
        }
        support_same_text("then", look(), "same");
    }
    ck_assert_int_gt(out_of_memory, 10);
}
END_TEST

START_TEST(no_memory_to_begin_with)
{
    begin("https://a\n");
    faults_once(FAULT_POOL, 1, ENOMEM);
    check_failed("no pool", look(), "Cannot allocate memory");
}
END_TEST

START_TEST(descriptors_are_exhausted)
{
    struct rlimit usual, limit;
    const char *seen;

    begin("https://a\n");
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &usual), 0);
    limit = usual;
    limit.rlim_cur = (rlim_t)files_next_descriptor(0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    seen = look();
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &usual), 0);
    check_failed("no descriptor", seen, strerror(EMFILE));
}
END_TEST

static const struct {
    const char *name;
    int error;
} copy_faults[] = {
    {"a full file system", ENOSPC},
    {"the writer's limit", EFBIG},
    {"a disk", EIO},
};

/* And it is said which, not that memory is short. */
START_TEST(the_copy_cannot_be_written)
{
    const int error = copy_faults[_i].error;

    begin("https://a\n");
    faults_once(FAULT_WRITE, 1, error);
    check_failed(copy_faults[_i].name, look(), strerror(error));
}
END_TEST

/* -------------------------------------------------------------- permission */

/* As nobody, if this is root, who may read everything. */
static const char *look_as_nobody(void)
{
    const bool is_root = geteuid() == 0;
    const char *seen;

    ck_assert(!is_root || seteuid(65534) == 0);
    seen = look();
    ck_assert(!is_root || seteuid(0) == 0);
    return seen;
}

START_TEST(a_file_that_may_not_be_read)
{
    look_put("https://old\n");
    look_read();
    ck_assert_int_eq(chmod(files_directory, 0711), 0);
    ck_assert_int_eq(chmod(files_path, 0), 0);
    support_same_text("its time has changed", look_as_nobody(), "unsettled");
    for (int i = 0; i < 2; i++) {
        support_same_text("no permission", look_as_nobody(), "failed");
        support_has("why", look_finding(0), strerror(EACCES));
        support_has("what to do", look_finding(0),
                    "; the server's child processes must be able to read it");
    }
    ck_assert_int_eq(chmod(files_path, 0644), 0);
    support_same_text("its time has changed", look_as_nobody(), "unsettled");
    support_same_text("permission", look_as_nobody(), "loaded");
    ck_assert_int_eq(chmod(files_directory, 0700), 0);
}
END_TEST

/* Its directory is closed, and opened again: the file is what it was. */
START_TEST(a_directory_that_may_not_be_searched)
{
    look_put("https://old\n");
    look_read();
    ck_assert_int_eq(chmod(files_directory, 0), 0);
    support_same_text("no permission", look_as_nobody(), "failed");
    support_has("why", look_finding(0), strerror(EACCES));
    ck_assert_int_eq(chmod(files_directory, 0711), 0);
    support_same_text("permission", look_as_nobody(), "same");
    ck_assert_int_eq(chmod(files_directory, 0700), 0);
}
END_TEST

/* ------------------------------------------------------------------ length */

static long most_memory(void)
{
    struct rusage usage;

    ck_assert_int_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* A gigabyte that is one line; on disk it is nothing. */
START_TEST(a_line_of_a_gigabyte)
{
    const long before = most_memory();

    begin("https://a\n");
    ck_assert_int_eq(truncate(files_path, 1L << 30), 0);
    support_same_text("it grows", look(), "unsettled");
    support_same_text("no pattern", look(), "bad");
    ck_assert_int_eq(look_findings->nelts, 1);
    ck_assert_int_eq(support_finding(look_findings, 0)->at.line, 2);
    support_has("why", look_finding(0), "is too long");
    support_same_text("known", look(), "refused");
    ck_assert_int_lt(most_memory() - before, 16 * 1024);
}
END_TEST

Suite *cors_suite_feed_faults(void)
{
    Suite *suite = suite_create("feed_faults");
    TCase *tests = support_case(suite, "feed_faults");

    files_add_directory(tests);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_read_fails, 1, 21);
    tcase_add_loop_test(tests, reads_are_short, 1, 27);
    tcase_add_test(tests, memory_ends);
    tcase_add_test(tests, no_memory_to_begin_with);
    tcase_add_test(tests, descriptors_are_exhausted);
    tcase_add_loop_test(tests, the_copy_cannot_be_written, 0,
                        ROWS(copy_faults));
    tcase_add_test(tests, a_file_that_may_not_be_read);
    tcase_add_test(tests, a_directory_that_may_not_be_searched);
    tcase_add_test(tests, a_line_of_a_gigabyte);
    return suite;
}
