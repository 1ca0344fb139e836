/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <string.h>

#include <apr_strings.h>

#include "chunks.h"
#include "cors_load.h"
#include "faults.h"
#include "support.h"

/* One process has the list from outside, another from the copy. */
static cors_feed_t *here, *there;
static cors_copy_t *copy;

static void make(cors_feed_kind_t kind)
{
    const cors_place_t *at = support_place("CorsOrigins", 7);
    cors_copies_t *copies;

    here = cors_feed_create(kind, "x.origins", at, pool);
    there = cors_feed_create(kind, "x.origins", at, pool);
    ck_assert_int_eq(cors_copies_create(&copies, pool), APR_SUCCESS);
    copy = cors_copy_create(copies, 0, apr_pcalloc(pool,
                            sizeof(cors_copy_shared_t)), pool);
    support_replace(here->slot, "https://old");
    support_replace(there->slot, "https://old");
}

static const char *in_force(const cors_feed_t *feed)
{
    const char *members = support_members(cors_slot_enter(feed->slot));

    cors_slot_leave();
    return members;
}

static void load_text(cors_load_t *load, const char *text)
{
    cors_lines_t *lines = apr_palloc(pool, sizeof *lines);
    chunks_t chunks = {.bytes = text, .len = strlen(text)};

    cors_load_begin(load, here, cors_findings_make(pool));
    cors_lines_begin(lines, chunks_read, &chunks);
    ck_assert_int_eq(cors_load_lines(load, lines), APR_SUCCESS);
}

static void leave_and_finish(cors_load_t *load)
{
    ck_assert_int_eq(cors_load_leave(load, copy), APR_SUCCESS);
    ck_assert_int_eq(cors_load_finish(load), APR_SUCCESS);
}

static const char *content(void)
{
    cors_copy_reader_t reader;
    char *text = apr_pcalloc(pool, 100000);
    apr_size_t len = 100000 - 1;

    cors_copy_open(copy, &reader);
    (void)cors_copy_read(&reader, text, &len);
    ck_assert(cors_copy_was_current(&reader));
    return text;
}

static void load_copy(void)
{
    cors_copy_reader_t reader;
    cors_lines_t *lines = apr_palloc(pool, sizeof *lines);
    cors_load_t load;

    cors_copy_open(copy, &reader);
    cors_lines_begin(lines, cors_copy_read, &reader);
    cors_load_begin(&load, there, cors_findings_make(pool));
    ck_assert_int_eq(cors_load_lines(&load, lines), APR_SUCCESS);
    ck_assert(cors_copy_was_current(&reader));
    ck_assert_int_eq(load.refused, 0);
    ck_assert_int_eq(cors_load_finish(&load), APR_SUCCESS);
}

static const struct {
    const char *name;
    const char *text;
    const char *copied;
    const char *members;
} file_rows[] = {
    {"an empty file", "", "", ""},
    {"nothing but comments", "# x\n\n", "", ""},
    {"one line after the other", "https://a\nhttps://b\n",
     "https://a\nhttps://b\n", "1 https://a,2 https://b"},
    {"no newline at the end", "https://a\nhttps://b",
     "https://a\nhttps://b\n", "1 https://a,2 https://b"},
    {"lines stay the lines they were", "# x\n https://a # y\r\n\n\nhttps://b",
     "\nhttps://a\n\n\nhttps://b\n", "2 https://a,5 https://b"},
    {"a byte order mark", "\xef\xbb\xbfhttps://a\n", "https://a\n",
     "1 https://a"},
    {"every form", "*\nnull\nhttps://a:*\nhttps://*.a:81",
     "*\nnull\nhttps://a:*\nhttps://*.a:81\n",
     "1 *,2 null,3 https://a:*,4 https://*.a:81"},
    {"the same pattern twice", "https://a\n\nhttps://a\n",
     "https://a\n\nhttps://a\n", "1 https://a,3 https://a"},
};

START_TEST(a_file_and_its_copy)
{
    cors_load_t load;
    const char *name = file_rows[_i].name;

    make(CORS_FEED_FILE);
    load_text(&load, file_rows[_i].text);
    leave_and_finish(&load);
    support_same_text(name, in_force(here), file_rows[_i].members);
    support_same_text(name, content(), file_rows[_i].copied);
    load_copy();
    support_same_text(name, in_force(there), file_rows[_i].members);
}
END_TEST

/* Of a query, all patterns are on the line of the directive. */
START_TEST(a_query_and_its_copy)
{
    cors_load_t load;

    make(CORS_FEED_QUERY);
    cors_load_begin(&load, here, cors_findings_make(pool));
    cors_load_row(&load, "https://b");
    cors_load_row(&load, "no pattern");
    cors_load_row(&load, " https://a ");
    leave_and_finish(&load);
    support_same_text("copied", content(), "https://b\nhttps://a\n");
    load_copy();
    support_same_text("here", in_force(here), "7 https://b,7 https://a");
    support_same_text("there", in_force(there), "7 https://b,7 https://a");
}
END_TEST

static const char *random_text(uint32_t seed)
{
    static const char *const parts[] = {
        "\n", "\r\n", "# x\n", "\t\n", "https://a\n", " https://b # y\r\n",
        "https://*.c:*\n", "#\n\n\n",
    };
    const char *text = support_random(&seed, 2) ? "\xef\xbb\xbf" : "";

    for (unsigned n = support_random(&seed, 200); n > 0; n--) {
        text = apr_pstrcat(pool, text, parts[support_random(&seed,
                           (unsigned)ROWS(parts))], NULL);
    }
    return text;
}

START_TEST(any_file_and_its_copy)
{
    make(CORS_FEED_FILE);
    for (uint32_t seed = 0; seed < 50; seed++) {
        cors_load_t load;

        load_text(&load, random_text(seed));
        ck_assert_int_eq(load.refused, 0);
        leave_and_finish(&load);
        load_copy();
        support_same_text("the same", in_force(there), in_force(here));
    }
    ck_assert_uint_eq(cors_copy_generation(copy), 50);
}
END_TEST

/* What is left in the copy is in force nowhere yet. */
START_TEST(leaving_and_finishing_are_two_things)
{
    cors_load_t load;

    make(CORS_FEED_FILE);
    load_text(&load, "https://new\n");
    ck_assert_int_eq(cors_load_leave(&load, copy), APR_SUCCESS);
    support_same_text("left", content(), "https://new\n");
    support_same_text("not yet", in_force(here), "1 https://old");
    ck_assert_int_eq(cors_load_leave(&load, copy), APR_SUCCESS);
    ck_assert_uint_eq(cors_copy_generation(copy), 2);
    cors_load_drop(&load);
    support_same_text("not at all", in_force(here), "1 https://old");
    support_same_text("still left", content(), "https://new\n");
}
END_TEST

START_TEST(a_copy_that_cannot_be_written)
{
    static const int errors[] = {ENOSPC, EFBIG, EIO};
    cors_load_t load;
    int blocks;

    make(CORS_FEED_FILE);
    load_text(&load, "https://good\n");
    leave_and_finish(&load);
    (void)cors_slot_reclaim(here->slot);
    blocks = faults_blocks();
    load_text(&load, "https://new\n");
    faults_once(FAULT_WRITE, 1, errors[_i]);
    ck_assert_int_eq(cors_load_leave(&load, copy), errors[_i]);
    ck_assert(faults_happened(FAULT_WRITE));
    support_same_text("still", content(), "https://good\n");
    ck_assert_int_eq(cors_load_leave(&load, copy), APR_SUCCESS);
    support_same_text("then", content(), "https://new\n");
    cors_load_drop(&load);
    ck_assert_int_eq(faults_blocks(), blocks);
}
END_TEST

/* An incomplete load is not left to the others. */
START_TEST(memory_ends_before_the_copy)
{
    cors_load_t load;

    make(CORS_FEED_FILE);
    load_text(&load, "https://good\n");
    leave_and_finish(&load);
    load_text(&load, "https://new\n");
    load.error = APR_ENOMEM;
    ck_assert_int_eq(cors_load_leave(&load, copy), APR_ENOMEM);
    ck_assert_int_eq(cors_load_finish(&load), APR_ENOMEM);
    support_same_text("still", content(), "https://good\n");
    support_same_text("still", in_force(here), "1 https://good");
}
END_TEST

Suite *cors_suite_load_copy(void)
{
    Suite *suite = suite_create("load_copy");
    TCase *tests = support_case(suite, "load_copy");

    tcase_add_loop_test(tests, a_file_and_its_copy, 0, ROWS(file_rows));
    tcase_add_test(tests, a_query_and_its_copy);
    tcase_add_test(tests, any_file_and_its_copy);
    tcase_add_test(tests, leaving_and_finishing_are_two_things);
    tcase_add_loop_test(tests, a_copy_that_cannot_be_written, 0, 3);
    tcase_add_test(tests, memory_ends_before_the_copy);
    return suite;
}
