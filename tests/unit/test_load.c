/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <string.h>

#include <apr_strings.h>

#include "chunks.h"
#include "cors_load.h"
#include "faults.h"
#include "support.h"

static cors_feed_t *make_feed(cors_feed_kind_t kind)
{
    return kind == CORS_FEED_FILE
        ? cors_feed_create(kind, "x.origins",
                           support_place("CorsOriginsFile", 7), pool)
        : cors_feed_create(kind, "SELECT 1",
                           support_place("CorsOriginsQuery", 7), pool);
}

static cors_load_t *begin(cors_feed_t *feed)
{
    cors_load_t *load = apr_palloc(pool, sizeof *load);

    cors_load_begin(load, feed, cors_findings_make(pool));
    return load;
}

static apr_status_t load_chunks(cors_load_t *load, chunks_t *chunks)
{
    cors_lines_t *lines = apr_palloc(pool, sizeof *lines);

    cors_lines_begin(lines, chunks_read, chunks);
    return cors_load_lines(load, lines);
}

static apr_status_t load_text(cors_load_t *load, const char *text)
{
    chunks_t chunks = {.bytes = text, .len = strlen(text)};

    return load_chunks(load, &chunks);
}

/* What is in force, with lines: "" for an empty set, NULL for none. */
static const char *in_force(const cors_feed_t *feed)
{
    const cors_set_t *set = cors_slot_enter(feed->slot);
    const char *members = set != NULL ? support_members(set) : NULL;

    cors_slot_leave();
    return members;
}

/* -------------------------------------------------------------------- rows */

static const struct {
    const char *name;
    const char *row;
    const char *members;
    const char *finding;  /* what it says; NULL: nothing is wrong */
} rows[] = {
    {"a pattern", "https://a", "7 https://a", NULL},
    {"blanks around it", " \thttps://*.a:81 \r\n", "7 https://*.a:81", NULL},
    {"any", "*", "7 *", NULL},
    {"no value", NULL, "", "CorsOriginsQuery: '' is empty"},
    {"an empty value", "", "", "CorsOriginsQuery: '' is empty"},
    {"blanks alone", " \t\r\n", "", "CorsOriginsQuery: '' is empty"},
    {"a mend", "https://A.example/", "", "write 'https://a.example'"},
    {"no comments", "# x", "", "CorsOriginsQuery: '# x'"},
    {"no comment behind a pattern", "https://a #", "", "'https://a #' has"},
    {"no byte order mark", "\xef\xbb\xbfhttps://a", "", "'\xef\xbb\xbf"},
    {"no two lines", "https://a\nhttps://b", "", "CorsOriginsQuery: '"},
};

START_TEST(take_a_row)
{
    cors_feed_t *feed = make_feed(CORS_FEED_QUERY);
    cors_load_t *load = begin(feed);
    const bool is_good = rows[_i].finding == NULL;

    cors_load_row(load, rows[_i].row);
    support_same_number(rows[_i].name, load->refused, !is_good);
    support_same_number(rows[_i].name, load->findings->nelts, !is_good);
    support_same_number(rows[_i].name, cors_load_size(load), is_good);
    if (!is_good) {
        const cors_finding_t *finding = support_finding(load->findings, 0);

        support_has(rows[_i].name, finding->text, rows[_i].finding);
        support_same_number(rows[_i].name, finding->id, CORS_MSG_ROW);
        support_same_number(rows[_i].name, finding->at.line, 7);
        support_same_text(rows[_i].name, finding->at.directive,
                          "CorsOriginsQuery");
    }
    ck_assert_int_eq(cors_load_finish(load), APR_SUCCESS);
    support_same_text(rows[_i].name, in_force(feed), rows[_i].members);
}
END_TEST

START_TEST(rows_have_a_length)
{
    cors_load_t *load = begin(make_feed(CORS_FEED_QUERY));
    char *row = support_repeat(' ', (apr_size_t)_i);

    memcpy(row, "https://a", 9);
    cors_load_row(load, row);
    ck_assert_int_eq(load->refused, _i > 2048);
    if (_i > 2048) {
        support_has("long", support_finding(load->findings, 0)->text,
                    "...' is too long; write one origin pattern a row, as "
                    "plain text of up to 2048 bytes");
        support_has("which", support_finding(load->findings, 0)->text,
                    "CorsOriginsQuery: the row 'https://a ");
    }
    cors_load_drop(load);
}
END_TEST

/* ------------------------------------------------------------------- lines */

START_TEST(an_error_ends_reading)
{
    static const char text[] = "https://a\nb\nhttps://c\n";
    static const char *const members[] = {
        [0] = "", [9] = "", [10] = "1 https://a", [21] = "1 https://a",
        [22] = "1 https://a,3 https://c"
    };
    cors_feed_t *feed = make_feed(CORS_FEED_FILE);
    cors_load_t *load = begin(feed);
    chunks_t chunks = {.bytes = text, .len = (apr_size_t)_i, .error = EIO};

    ck_assert_int_eq(load_chunks(load, &chunks), EIO);
    ck_assert_int_eq(load->error, APR_SUCCESS);
    ck_assert_int_eq(load->refused, _i > 11);
    if (members[_i] != NULL) {
        support_same_text("until then", support_members(load->set),
                          members[_i]);
    }
    cors_load_drop(load);
    support_same_text("nothing", in_force(feed), NULL);
    ck_assert_int_eq(cors_load_size(load), 0);
}
END_TEST

static const struct {
    const char *name;
    unsigned forbidden;
    const char *text;
    const char *members;
    cors_message_t id;   /* of the one finding */
    const char *part;
} forbidden_rows[] = {
    {"without TLS", CORS_HAZARD_INSECURE, "https://a\nhttp://b\n",
     "1 https://a", CORS_MSG_INSECURE,
     "CorsOriginsFile 'http://b' has no TLS"},
    {"any", CORS_HAZARD_ANY, "*\nhttps://a", "2 https://a",
     CORS_MSG_ANY_CREDENTIALS, "(CorsAllowCredentials at test.conf:3)"},
    {"a public suffix", CORS_HAZARD_PUBLIC_SUFFIX, "https://*.com\n", "",
     CORS_MSG_PUBLIC_SUFFIX, "'https://*.com' allows whoever registers"},
    {"the one that is forbidden of two",
     CORS_HAZARD_PUBLIC_SUFFIX | CORS_HAZARD_NULL, "http://*.com\nhttp://b",
     "2 http://b", CORS_MSG_PUBLIC_SUFFIX, "'http://*.com'"},
};

START_TEST(what_a_policy_may_not_have)
{
    cors_feed_t *feed = make_feed(CORS_FEED_FILE);
    cors_load_t *load;
    const char *name = forbidden_rows[_i].name;

    cors_feed_forbid(feed, forbidden_rows[_i].forbidden,
                     support_place("CorsAllowCredentials", 3));
    load = begin(feed);
    ck_assert_int_eq(load_text(load, forbidden_rows[_i].text), APR_SUCCESS);
    support_same_number(name, load->refused, 1);
    support_same_number(name, load->findings->nelts, 1);
    support_same_number(name, support_finding(load->findings, 0)->id,
                        forbidden_rows[_i].id);
    support_has(name, support_finding(load->findings, 0)->text,
                forbidden_rows[_i].part);
    support_same_text(name, support_members(load->set),
                      forbidden_rows[_i].members);
    ck_assert_uint_eq(cors_set_hazards(load->set)
                      & forbidden_rows[_i].forbidden, 0);
    cors_load_drop(load);
}
END_TEST

/* Of a query it is a row that is left out, and no error. */
START_TEST(a_row_that_a_policy_may_not_have)
{
    cors_feed_t *feed = make_feed(CORS_FEED_QUERY);
    cors_load_t *load;

    cors_feed_forbid(feed, CORS_HAZARD_NULL | CORS_HAZARD_INSECURE, NULL);
    load = begin(feed);
    load->findings = cors_findings_make(pool);
    cors_findings_add(load->findings, CORS_MSG_QUERY, feed->at, "%s", "first");
    cors_load_row(load, "null");
    cors_load_row(load, "http://a");
    ck_assert_int_eq(load->refused, 2);
    ck_assert_int_eq(load->findings->nelts, 3);
    ck_assert_int_eq(support_finding(load->findings, 0)->id, CORS_MSG_QUERY);
    for (int i = 1; i < 3; i++) {
        ck_assert_int_eq(support_finding(load->findings, i)->id,
                         CORS_MSG_ROW);
        ck_assert_int_eq(support_finding(load->findings, i)->at.line, 7);
    }
    ck_assert_int_eq(cors_load_size(load), 0);
    cors_load_drop(load);
}
END_TEST

/* Faults of every kind are counted alike: patterns, texts, hazards. */
START_TEST(findings_have_a_limit)
{
    cors_feed_t *feed = make_feed(CORS_FEED_FILE);
    cors_load_t *load;
    const char *text = "";

    cors_feed_forbid(feed, CORS_HAZARD_NULL, NULL);
    load = begin(feed);
    load->max_findings = _i;
    for (int i = 0; i < 4; i++) {
        text = apr_pstrcat(pool, text, "b\nnull\nhttps://a\n",
                           support_repeat('x', 3000), "\n", NULL);
    }
    ck_assert_int_eq(load_text(load, text), APR_SUCCESS);
    ck_assert_int_eq(load->refused, 12);
    ck_assert_int_eq(load->findings->nelts, _i == 0 || _i > 12 ? 12 : _i);
    ck_assert_int_eq(cors_load_size(load), 4);
    cors_load_drop(load);
}
END_TEST

/* ----------------------------------------------------------- end of a load */

START_TEST(a_dropped_load_changes_nothing)
{
    cors_feed_t *feed = make_feed(CORS_FEED_FILE);
    cors_load_t *load;

    support_replace(feed->slot, "https://old");
    load = begin(feed);
    ck_assert_int_eq(load_text(load, "https://new"), APR_SUCCESS);
    cors_load_drop(load);
    cors_load_drop(load);
    support_same_text("still", in_force(feed), "1 https://old");
    ck_assert_int_eq(cors_slot_reclaim(feed->slot), 0);
}
END_TEST

START_TEST(an_empty_list_is_a_list)
{
    cors_feed_t *feed = make_feed(CORS_FEED_FILE);
    cors_load_t *load;

    support_replace(feed->slot, "https://old");
    load = begin(feed);
    ck_assert_int_eq(load_text(load, "# nobody\n"), APR_SUCCESS);
    ck_assert_int_eq(cors_load_finish(load), APR_SUCCESS);
    support_same_text("nobody", in_force(feed), "");
}
END_TEST

/* The next list of a feed, many lines of it, through cors_load or rows. */
static apr_status_t load_many(cors_load_t *load, bool are_rows)
{
    enum { MANY = 600 };
    char *text = support_repeat('\n', MANY * 40), *at = text;

    for (int i = 0; i < MANY; i++) {
        char *line = apr_psprintf(pool, "https://host-%d.example", i);

        if (are_rows) {
            cors_load_row(load, line);
        }
        at += apr_snprintf(at, 40, "%s\n", line);
    }
    return are_rows ? load->error : load_text(load, text);
}

/* The nth piece of memory is not to be had, in turn. */
START_TEST(memory_ends_in_a_load)
{
    cors_feed_t *feed = make_feed(CORS_FEED_FILE);
    bool has_failed = true;
    int out_of_memory = 0;

    support_replace(feed->slot, "https://old");
    for (int nth = 1; has_failed; nth++) {
        cors_load_t *load = begin(feed);
        const int blocks = faults_blocks();

        faults_once(FAULT_BLOCK, nth, ENOMEM);
        if (load_many(load, _i) == APR_SUCCESS) {
            /* Then it was for what sealing gives back, if at all. */
            ck_assert_int_eq(cors_load_finish(load), APR_SUCCESS);
            ck_assert_int_eq(load->findings->nelts, 0);
            has_failed = faults_happened(FAULT_BLOCK);
            continue;
        }
        out_of_memory++;
        ck_assert(faults_happened(FAULT_BLOCK));
        ck_assert_int_eq(load->error, APR_ENOMEM);
        ck_assert_int_eq(cors_load_finish(load), APR_ENOMEM);
        ck_assert_int_eq(faults_blocks(), blocks);
        support_same_text("still", in_force(feed), "1 https://old");
    }
    ck_assert_int_gt(out_of_memory, 10);
    support_has("at last", in_force(feed), "https://host-599.example");
}
END_TEST

START_TEST(no_memory_to_begin_with)
{
    cors_feed_t *feed = make_feed(CORS_FEED_FILE);
    chunks_t chunks = {.bytes = "https://a", .len = 9};
    cors_load_t *load;

    support_replace(feed->slot, "https://old");
    faults_once(FAULT_POOL, 1, ENOMEM);
    load = begin(feed);
    ck_assert_int_eq(load->error, APR_ENOMEM);
    ck_assert_int_eq(load_chunks(load, &chunks), APR_ENOMEM);
    ck_assert_int_eq(chunks.reads, 0);
    cors_load_row(load, "https://b");
    cors_load_row(load, "b");
    ck_assert_int_eq(cors_load_size(load), 0);
    ck_assert_int_eq(cors_load_finish(load), APR_ENOMEM);
    cors_load_drop(load);
    support_same_text("still", in_force(feed), "1 https://old");
}
END_TEST

Suite *cors_suite_load(void)
{
    Suite *suite = suite_create("load");
    TCase *tests = support_case(suite, "load");

    tcase_add_loop_test(tests, take_a_row, 0, ROWS(rows));
    tcase_add_loop_test(tests, rows_have_a_length, 2046, 2051);
    tcase_add_loop_test(tests, an_error_ends_reading, 0, 23);
    tcase_add_loop_test(tests, what_a_policy_may_not_have, 0,
                        ROWS(forbidden_rows));
    tcase_add_test(tests, a_row_that_a_policy_may_not_have);
    tcase_add_loop_test(tests, findings_have_a_limit, 0, 15);
    tcase_add_test(tests, a_dropped_load_changes_nothing);
    tcase_add_test(tests, an_empty_list_is_a_list);
    tcase_add_loop_test(tests, memory_ends_in_a_load, false, true + 1);
    tcase_add_test(tests, no_memory_to_begin_with);
    return suite;
}
