/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <stdio.h>
#include <unistd.h>

#include <sys/stat.h>

#include <apr_strings.h>

#include "files.h"
#include "look.h"
#include "support.h"

/* ------------------------------------------------ what is done to the file */

static void gone(const char *unused)
{
    (void)unused;
    (void)remove(files_path);
}

static void write_to(const char *path, const char *mode, const char *text)
{
    FILE *file = fopen(path, mode);

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    look_stamp(path);
}

/* The same file, with other bytes of as many, or with more. */
static void rewrite(const char *text)
{
    write_to(files_path, "r+", text);
}

static void append(const char *text)
{
    write_to(files_path, "a", text);
}

static void touch(const char *unused)
{
    (void)unused;
    look_stamp(files_path);
}

/* Complete at once, as deployments do it. */
static void move_to(const char *text)
{
    const char *other = apr_pstrdup(pool, files_other("new"));

    write_to(other, "w", text);
    ck_assert_int_eq(rename(other, files_path), 0);
}

/* Files beside it, which links may lead to. */
static void make_a(const char *text)
{
    write_to(files_other("a"), "w", text);
}

static void make_b(const char *text)
{
    write_to(files_other("b"), "w", text);
}

static void link_to(const char *name)
{
    gone(NULL);
    ck_assert_int_eq(symlink(name, files_path), 0);
}

static void directory(const char *unused)
{
    gone(unused);
    ck_assert_int_eq(mkdir(files_path, 0700), 0);
}

static void fifo(const char *unused)
{
    gone(unused);
    ck_assert_int_eq(mkfifo(files_path, 0600), 0);
}

static void utf_16(const char *unused)
{
    (void)unused;
    files_write("\xff\xfeh\0t\0", 6);
}

static void zeros(const char *unused)
{
    gone(unused);
    files_write("https://a\n", 10);
    ck_assert_int_eq(truncate(files_path, 20), 0);
}

/* --------------------------------------------------------------- scenarios */

typedef struct step_t {
    void (*act)(const char *text);  /* NULL: nothing happens */
    const char *text;
    const char *seen;     /* the look after it; NULL: the scenario is over */
    const char *members;  /* then in force; NULL: as before */
    const char *finding;  /* part of the only one */
} step_t;

typedef struct scenario_t {
    const char *name;
    const char *at_start;  /* the file; NULL: none was read */
    step_t steps[12];
} scenario_t;

#define A "https://a\n"
#define B "https://b\n"
#define IN_A "1 https://a"
#define IN_B "1 https://b"
#define NO_FILE "No such file or directory; the server's child processes must"
#define NOT_REGULAR "': not a regular file; the server's child processes must"
#define NO_SCHEME "'b' "

static const scenario_t scenarios[] = {
    {"nothing happens", A, {{NULL, NULL, "same", IN_A, NULL},
                            {NULL, NULL, "same", NULL, NULL}}},
    {"nothing was read at start", NULL, {
        {NULL, NULL, "failed", NULL, NO_FILE},
        {look_put, A, "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_A, NULL},
        {NULL, NULL, "same", NULL, NULL}}},
    {"another file", A, {{look_put, B, "unsettled", NULL, NULL},
                         {NULL, NULL, "loaded", IN_B, NULL},
                         {NULL, NULL, "same", NULL, NULL},
                         {look_put, A, "unsettled", NULL, NULL},
                         {NULL, NULL, "loaded", IN_A, NULL}}},
    {"complete at once", A, {{move_to, B, "unsettled", NULL, NULL},
                             {NULL, NULL, "loaded", IN_B, NULL}}},
    {"other bytes of the same file", A, {
        {rewrite, B, "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_B, NULL}}},
    {"the same content, but who knows", A, {
        {touch, NULL, "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_A, NULL},
        {NULL, NULL, "same", NULL, NULL}}},
    {"it grows for a while", A, {
        {append, "https", "unsettled", NULL, NULL},
        {append, "://b\n", "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", "1 https://a,2 https://b", NULL}}},
    {"it is another at each look, and so complete", A, {
        {move_to, B, "unsettled", NULL, NULL},
        {move_to, A, "unsettled", NULL, NULL},
        {move_to, B, "loaded", IN_B, NULL},
        {move_to, A, "loaded", IN_A, NULL},
        {move_to, "b", "bad", NULL, NO_SCHEME},
        {NULL, NULL, "refused", NULL, NULL},
        {move_to, B, "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_B, NULL}}},
    {"it is emptied and written again", A, {
        {look_put, "", "unsettled", NULL, NULL},
        {append, B, "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_B, NULL}}},
    {"it is empty", A, {{look_put, "", "unsettled", NULL, NULL},
                        {NULL, NULL, "loaded", "", NULL},
                        {NULL, NULL, "same", NULL, NULL}}},
    {"lines keep their numbers", A, {
        {look_put, "\xef\xbb\xbf# x\r\n\r\nhttps://a # y\r\n\nhttps://b",
         "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", "3 https://a,5 https://b", NULL}}},
    {"bad content", A, {{look_put, B "b\n", "unsettled", NULL, NULL},
                        {NULL, NULL, "bad", NULL, NO_SCHEME},
                        {NULL, NULL, "refused", NULL, NULL},
                        {NULL, NULL, "refused", NULL, NULL},
                        {touch, NULL, "unsettled", NULL, NULL},
                        {NULL, NULL, "bad", NULL, NO_SCHEME},
                        {look_put, B, "unsettled", NULL, NULL},
                        {NULL, NULL, "loaded", IN_B, NULL}}},
    {"bad content that is gone meanwhile", A, {
        {make_b, "b", "same", NULL, NULL},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, NO_SCHEME},
        {gone, NULL, "failed", NULL, NO_FILE},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, NO_SCHEME}}},
    {"what a policy may not have", A, {
        {look_put, "null\n", "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, "CorsOriginsFile 'null' is the origin of"},
        {NULL, NULL, "refused", NULL, NULL}}},
    {"a text in UTF-16", A, {
        {utf_16, NULL, "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, "has a NUL byte"}}},
    {"zeros at the end, as after a crash", A, {
        {zeros, NULL, "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, "has a NUL byte"}}},
    {"gone", A, {{gone, NULL, "failed", NULL, NO_FILE},
                 {NULL, NULL, "failed", NULL, NO_FILE},
                 {look_put, B, "unsettled", NULL, NULL},
                 {NULL, NULL, "loaded", IN_B, NULL}}},
    {"gone, and back as it was", NULL, {
        {make_a, A, "failed", NULL, NO_FILE},
        {link_to, "a", "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_A, NULL},
        {gone, NULL, "failed", NULL, NO_FILE},
        {link_to, "a", "same", NULL, NULL},
        {NULL, NULL, "same", NULL, NULL}}},
    {"gone before it had settled", A, {
        {make_b, B, "same", NULL, NULL},
        {link_to, "b", "unsettled", NULL, NULL},
        {gone, NULL, "failed", NULL, NO_FILE},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_B, NULL}}},
    {"links to one file and another", NULL, {
        {make_a, A, "failed", NULL, NO_FILE},
        {make_b, B, "failed", NULL, NO_FILE},
        {link_to, "a", "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_A, NULL},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_B, NULL},
        {link_to, "a", "unsettled", NULL, NULL},
        {link_to, "b", "same", NULL, NULL},
        {link_to, "nowhere", "failed", NULL, NO_FILE}}},
    {"a directory", A, {{directory, NULL, "failed", NULL, NOT_REGULAR},
                        {NULL, NULL, "failed", NULL, NOT_REGULAR},
                        {look_put, B, "unsettled", NULL, NULL},
                        {NULL, NULL, "loaded", IN_B, NULL}}},
    {"a FIFO, which nobody writes to", A, {
        {fifo, NULL, "failed", NULL, NOT_REGULAR},
        {look_put, B, "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_B, NULL}}},
    {"a device", A, {{link_to, "/dev/zero", "failed", NULL, NOT_REGULAR},
                     {link_to, "/dev/null", "failed", NULL, NOT_REGULAR}}},
    {"back from what is bad: it is said again when it comes again", NULL, {
        {make_a, A, "failed", NULL, NO_FILE},
        {make_b, "b", "failed", NULL, NO_FILE},
        {link_to, "a", "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_A, NULL},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, NO_SCHEME},
        {link_to, "a", "same", NULL, NULL},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, NO_SCHEME}}},
    {"the same where the good one is new", A, {
        {make_b, "b", "same", NULL, NULL},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, NO_SCHEME},
        {look_put, A, "unsettled", NULL, NULL},
        {NULL, NULL, "loaded", IN_A, NULL},
        {link_to, "b", "unsettled", NULL, NULL},
        {NULL, NULL, "bad", NULL, NO_SCHEME}}},
};

static void check(const char *name, const step_t *step, const char *members)
{
    if (step->act != NULL) {
        step->act(step->text);
    }
    support_same_text(name, look(), step->seen);
    support_same_number(name, look_findings->nelts, step->finding != NULL);
    if (step->finding != NULL) {
        support_has(name, look_finding(0), step->finding);
    }
    support_same_text(name, look_members(), members);
}

START_TEST(look_again)
{
    const scenario_t *scenario = &scenarios[_i];
    const char *members = NULL;
    int i = 0;

    (void)remove(files_path);
    if (scenario->at_start != NULL) {
        look_put(scenario->at_start);
        look_read();
        members = IN_A;
    }
    else {
        look_begin();
    }
    cors_feed_forbid(look_feed, CORS_HAZARD_NULL, NULL);
    for (const step_t *step = scenario->steps; step->seen != NULL; step++) {
        members = step->members != NULL ? step->members : members;
        check(apr_psprintf(pool, "%s, step %d", scenario->name, ++i), step,
              members);
    }
}
END_TEST

/* A file with a fault on every line is no reason for a log of that length. */
START_TEST(so_many_findings_and_no_more)
{
    char *text = support_repeat('\n', 300);

    for (int i = 0; i < 300; i += 2) {
        text[i] = 'b';
    }
    look_put(A);
    look_read();
    look_put(text);
    support_same_text("new", look(), "unsettled");
    support_same_text("settled", look(), "bad");
    ck_assert_int_eq(look_tally.refused, 150);
    ck_assert_int_eq(look_tally.good, 0);
    ck_assert_int_eq(look_findings->nelts, CORS_LOAD_FINDINGS_MAX);
    ck_assert_int_eq(support_finding(look_findings, 99)->at.line, 100);
}
END_TEST

Suite *cors_suite_feed_look(void)
{
    Suite *suite = suite_create("feed_look");
    TCase *tests = support_case(suite, "feed_look");

    files_add_directory(tests);
    tcase_add_loop_test(tests, look_again, 0, ROWS(scenarios));
    tcase_add_test(tests, so_many_findings_and_no_more);
    return suite;
}
