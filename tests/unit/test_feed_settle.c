/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <stdio.h>

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

static void change(const char *mode, const char *text)
{
    FILE *file = fopen(files_path, mode);

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    look_stamp(files_path);
}

static void touch_nothing(void)
{
}

static void append_to_it(void)
{
    change("a", "https://c\n");
}

static void empty_it(void)
{
    change("w", "");
}

static void write_it_again(void)
{
    change("r+", "https://c\n");
}

static void touch_it(void)
{
    look_stamp(files_path);
}

static void replace_it(void)
{
    look_put("https://d\n");
}

static void remove_it(void)
{
    (void)remove(files_path);
}

/* What happens to "https://a\nb\n" after so many bytes have been read. */
static const struct {
    const char *name;
    void (*act)(void);
    const char *after[4];   /* looks, from the one in which it happens */
    const char *members;    /* at the end */
} changes[] = {
    {"it grows", append_to_it, {"unsettled", "bad", "refused"}, NULL},
    {"it is emptied", empty_it, {"unsettled", "loaded", "same"}, ""},
    {"it has other bytes", write_it_again, {"unsettled", "bad", "refused"},
     NULL},
    {"it has other times", touch_it, {"unsettled", "bad", "refused"}, NULL},
    {"it is another", replace_it, {"unsettled", "unsettled", "loaded"},
     "1 https://d"},
    {"it is gone", remove_it, {"unsettled", "failed", "failed"}, NULL},
};

START_TEST(changed_while_it_is_read)
{
    const char *name = changes[_i].name;

    for (int reads = 1; reads < 4; reads++) {
        begin("https://a\nb\n");
        faults_short_reads(8);
        faults_after(FAULT_READ, reads, changes[_i].act);
        support_same_text(name, look(), changes[_i].after[0]);
        support_same_number(name, look_findings->nelts, 0);
        support_same_text(name, look_members(), "1 https://old");
        support_same_text(name, look(), changes[_i].after[1]);
        support_same_text(name, look(), changes[_i].after[2]);
        support_same_text(name, look_members(), changes[_i].members != NULL
                          ? changes[_i].members : "1 https://old");
    }
}
END_TEST

/* It changes while the configuration is read: then it is read again. */
START_TEST(changed_while_the_server_starts)
{
    look_put("https://a\n");
    look_begin();
    faults_after(FAULT_READ, 1, write_it_again);
    cors_feed_file_read(look_feed, look_feed->at, look_findings, pool);
    ck_assert_int_eq(look_findings->nelts, 0);
    support_same_text("as it is", look_members(), "1 https://c");
    support_same_text("no change", look(), "same");
}
END_TEST

/* A start does not read what was written a moment ago by halves. */
START_TEST(half_written_when_the_server_starts)
{
    look_begin();
    files_write("https://a.example.co", 20);
    faults_after(FAULT_SLEEP, 1, append_to_it);
    cors_feed_file_read(look_feed, look_feed->at, look_findings, pool);
    support_same_number("one bad line", look_findings->nelts, 1);
    support_has("which", look_finding(0), "https://a.example.cohttps://c");
}
END_TEST

/* It is no file any more when it is opened: nobody waits for a writer. */
static void put_a_fifo_there(void)
{
    (void)remove(files_path);
    ck_assert_int_eq(mkfifo(files_path, 0600), 0);
}

START_TEST(a_fifo_takes_its_place)
{
    begin("https://a\n");
    faults_after(FAULT_STAT, 1, put_a_fifo_there);
    support_same_text("after it was looked at", look(), "failed");
    support_has("and why", look_finding(0), files_path);
    look_put("https://a\n");
    support_same_text("a file again", look(), "unsettled");
    support_same_text("a file again", look(), "loaded");
}
END_TEST

/* --------------------------------------------- it changes from look to look */

/* Renamed over before each look; the third such file is held open. */
static void begin_to_rename(void)
{
    begin("https://a\n");
    look_put("https://b\n");
    support_same_text("the second", look(), "unsettled");
    look_put("https://c\n");
}

/* What happens to the file that is held open, and what comes of it. */
static const struct {
    const char *name;
    void (*act)(void);
    const char *after[3];
    const char *members[3];
} held_rows[] = {
    {"nothing", touch_nothing, {"loaded", "same", "same"},
     {"1 https://c", "1 https://c", "1 https://c"}},
    {"it is another by now", replace_it, {"loaded", "loaded", "same"},
     {"1 https://c", "1 https://d", "1 https://d"}},
    {"it is gone", remove_it, {"loaded", "failed", "failed"},
     {"1 https://c", "1 https://c", "1 https://c"}},
    {"it grows", append_to_it, {"unsettled", "loaded", "same"},
     {"1 https://old", "1 https://c,2 https://c", "1 https://c,2 https://c"}},
    {"it is emptied", empty_it, {"unsettled", "loaded", "same"},
     {"1 https://old", "", ""}},
    {"it has other times", touch_it, {"unsettled", "loaded", "same"},
     {"1 https://old", "1 https://c", "1 https://c"}},
};

START_TEST(held_open)
{
    begin_to_rename();
    faults_after(FAULT_SLEEP, 1, held_rows[_i].act);
    for (int i = 0; i < 3; i++) {
        support_same_text(held_rows[_i].name, look(), held_rows[_i].after[i]);
        support_same_text(held_rows[_i].name, look_members(),
                          held_rows[_i].members[i]);
    }
}
END_TEST

/* It is renamed over all the time, and inodes come back: nothing to say. */
START_TEST(renamed_all_the_time)
{
    begin_to_rename();
    for (int i = 0; i < 40; i++) {
        (i % 3 == 1 ? touch_it : replace_it)();
        ck_assert_str_ne(look(), "failed");
    }
    support_same_text("in force", look_members(), "1 https://d");
}
END_TEST

/* A writer that takes its time: a part of a file is never the list. */
START_TEST(growing_from_look_to_look)
{
    static const char *const parts[] = {
        "m\nhttps://b", ".example\n", "https://c.exam", "ple\nhttps://d",
    };

    begin("https://example.co");
    for (int i = 0; i < ROWS(parts); i++) {
        change("a", parts[i]);
        support_same_text("a part", look(), "unsettled");
        support_same_text("a part", look_members(), "1 https://old");
    }
    support_same_text("the whole", look(), "loaded");
    support_same_text("the whole", look_members(), "1 https://example.com,"
                      "2 https://b.example,3 https://c.example,4 https://d");
}
END_TEST

/* It grows, or is renamed over by what grows while it is held open. */
static void (*const endless[])(void) = {append_to_it, replace_it};

START_TEST(it_changes_all_the_time)
{
    begin("https://a\n");
    for (int i = 2; i < 20; i++) {
        endless[_i]();
        faults_after(FAULT_SLEEP, 1, append_to_it);
        support_same_text("again", look(), i < 10 ? "unsettled" : "failed");
        support_same_text("again", look_members(), "1 https://old");
        ck_assert_int_eq(look_findings->nelts, i < 10 ? 0 : 1);
    }
    support_has("why", look_finding(0), ": it changes all the time; the "
                "server's child processes must be able to read it, and it "
                "must stay as it is for a moment");
    look_put("https://b\n");
    (void)look();
    (void)look();
    support_same_text("at last", look(), "same");
    support_same_text("at last", look_members(), "1 https://b");
}
END_TEST

Suite *cors_suite_feed_settle(void)
{
    Suite *suite = suite_create("feed_settle");
    TCase *tests = support_case(suite, "feed_settle");

    files_add_directory(tests);
    tcase_add_loop_test(tests, changed_while_it_is_read, 0, ROWS(changes));
    tcase_add_test(tests, changed_while_the_server_starts);
    tcase_add_test(tests, half_written_when_the_server_starts);
    tcase_add_test(tests, a_fifo_takes_its_place);
    tcase_add_loop_test(tests, held_open, 0, ROWS(held_rows));
    tcase_add_test(tests, renamed_all_the_time);
    tcase_add_test(tests, growing_from_look_to_look);
    tcase_add_loop_test(tests, it_changes_all_the_time, 0, ROWS(endless));
    return suite;
}
