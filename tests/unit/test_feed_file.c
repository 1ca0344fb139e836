/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "cors_feed_file.h"
#include "files.h"
#include "support.h"

#define TEXT(literal) literal, sizeof (literal) - 1

static const cors_set_t *read_file(cors_findings_t *findings)
{
    const cors_place_t *at = support_place("CorsOriginsFile", 7);
    cors_feed_t *feed = cors_feed_create(CORS_FEED_FILE, files_path, at, pool);
    const cors_set_t *set;

    cors_feed_file_read(feed, at, findings, pool);
    set = cors_slot_enter(feed->slot);
    cors_slot_leave();
    return set;
}

/* The members with their lines; each must be a line of the file. */
static const char *members_of(const cors_set_t *set)
{
    for (int i = 0; i < cors_set_size(set); i++) {
        cors_pattern_t pattern;
        cors_match_t match;

        (void)cors_set_member(set, i, &pattern, &match);
        support_same_text("a line of the file", match.at.file, files_path);
        support_same_text("has no directive", match.at.directive, NULL);
    }
    return support_members(set);
}

/* "2 5": the lines that were found fault with. */
static const char *lines_of(const cors_findings_t *findings)
{
    const char *text = "";

    for (int i = 0; i < findings->nelts; i++) {
        const cors_finding_t *finding = support_finding(findings, i);

        ck_assert_int_eq(finding->id, CORS_MSG_FILE_LINE);
        support_same_text("in the file", finding->at.file, files_path);
        support_same_text("no directive", finding->at.directive, NULL);
        text = apr_psprintf(pool, "%s%s%d", text, i ? " " : "",
                            finding->at.line);
    }
    return text;
}

typedef struct row_t {
    const char *name;
    const char *bytes;
    size_t len;
    const char *members;
    const char *faulty;
} row_t;

#define BOM "\xef\xbb\xbf"

static const row_t rows[] = {
    {"an empty file", TEXT(""), "", ""},
    {"one line", TEXT("https://a\n"), "1 https://a", ""},
    {"no final newline", TEXT("https://a\nhttps://b"),
     "1 https://a,2 https://b", ""},
    {"blank lines and spaces", TEXT("\n \t\n  https://a \t\n\n"),
     "3 https://a", ""},
    {"comments", TEXT("# all\n https://a # one\n#https://b\nhttps://c#\n"),
     "2 https://a,4 https://c", ""},
    {"line ends of Windows", TEXT("https://a\r\n\r\n# x\r\nhttps://b\r\n"),
     "1 https://a,4 https://b", ""},
    {"a byte order mark", TEXT(BOM "https://a\nhttps://b\n"),
     "1 https://a,2 https://b", ""},
    {"a byte order mark before a comment", TEXT(BOM "# x\nhttps://a\n"),
     "2 https://a", ""},
    {"a byte order mark alone", TEXT(BOM), "", ""},
    {"a byte order mark on another line", TEXT("https://a\n" BOM "https://b"),
     "1 https://a", "2"},
    {"two byte order marks", TEXT(BOM BOM "https://a"), "", "1"},
    {"every form", TEXT("*\nnull\nhttps://a:*\nhttps://*.a:81\n"),
     "1 *,2 null,3 https://a:*,4 https://*.a:81", ""},
    {"a faulty line among good ones", TEXT("https://a\nb\nhttps://c\n"),
     "1 https://a,3 https://c", "2"},
    {"ten faulty lines",
     TEXT("a\nb/\n#\nhttps://c\nhttps://D\nhttps://e/\n\nhttps://f:443\n"
          "https://g h\nhttps://*\nhttps://127.1\nfile://\nhttps://[::1"),
     "4 https://c", "1 2 5 6 8 9 10 11 12 13"},
    {"two origins on a line", TEXT("https://a https://b\n"), "", "1"},
    {"line ends of old, which make one line", TEXT("https://a\rhttps://b\r"),
     "", "1"},
    {"a NUL byte", TEXT("https://a\0.evil\nhttps://b\n"), "2 https://b", "1"},
    {"a NUL byte in a comment, which is skipped", TEXT("https://a #\0\n"),
     "1 https://a", ""},
    {"a NUL byte at the end of a line", TEXT("https://a\0\n"), "", "1"},
    {"a NUL byte at the end of the file", TEXT("https://a\n\0"),
     "1 https://a", "2"},
    {"a text in UTF-16", TEXT("\xff\xfeh\0t\0"), "", "1"},
    {"no text at all", TEXT("\x7f" "ELF\x02\x01\x01\n"), "", "1"},
};

START_TEST(read_rows)
{
    const row_t *row = &rows[_i];
    cors_findings_t *findings = cors_findings_make(pool);
    const cors_set_t *set;

    files_write(row->bytes, row->len);
    set = read_file(findings);
    support_same_text(row->name, members_of(set), row->members);
    support_same_text(row->name, lines_of(findings), row->faulty);
}
END_TEST

static const struct {
    const char *name;
    const char *line;
    const char *text;
} text_rows[] = {
    {"a mend", "https://Example.com/",
     "'https://Example.com/' has a path or a trailing slash, which is no part "
     "of an origin; write 'https://example.com'"},
    {"advice", "https://a.*", "; write https://*.host"},
    {"spaces around the line are not quoted", "  b c\t", "'b c' has a space"},
    {"a comment is not quoted", "http://a:80 # x", "'http://a:80' names"},
};

START_TEST(finding_texts)
{
    cors_findings_t *findings = cors_findings_make(pool);

    files_write(text_rows[_i].line, strlen(text_rows[_i].line));
    (void)read_file(findings);
    support_has(text_rows[_i].name, support_finding(findings, 0)->text,
                text_rows[_i].text);
}
END_TEST

/* A pattern, and so much behind it that the line is as long as asked for. */
static void write_long_line(char filler, size_t len, const char *end)
{
    char *line = support_repeat(filler, len);

    memcpy(line, "https://a ", 10);
    line = apr_pstrcat(pool, line, end, NULL);
    files_write(line, strlen(line));
}

static const struct {
    const char *name;
    char filler;
    size_t len;
    const char *end;
    const char *members, *faulty;
} long_rows[] = {
    {"2048 bytes", ' ', 2048, "\nhttps://b", "1 https://a,2 https://b", ""},
    {"2049 bytes", ' ', 2049, "\nhttps://b", "2 https://b", "1"},
    {"2048 bytes at the end", ' ', 2048, "", "1 https://a", ""},
    {"2049 bytes at the end", ' ', 2049, "", "", "1"},
    {"a million bytes", 'x', 1000000, "\nhttps://b\nc\n", "2 https://b",
     "1 3"},
    {"a comment as long as one likes", '#', 1000000, "\nhttps://b",
     "1 https://a,2 https://b", ""},
};

START_TEST(long_lines)
{
    cors_findings_t *findings = cors_findings_make(pool);
    const cors_set_t *set;

    write_long_line(long_rows[_i].filler, long_rows[_i].len,
                    long_rows[_i].end);
    set = read_file(findings);
    support_same_text(long_rows[_i].name, members_of(set),
                      long_rows[_i].members);
    support_same_text(long_rows[_i].name, lines_of(findings),
                      long_rows[_i].faulty);
    if (findings->nelts > 0) {
        support_has(long_rows[_i].name, support_finding(findings, 0)->text,
                    "up to 2048 bytes");
    }
}
END_TEST

START_TEST(many_lines)
{
    enum { LINES = 20000 };
    cors_findings_t *findings = cors_findings_make(pool);
    char *text = support_repeat('\n', LINES * 17), *at = text;
    const cors_origin_t last = support_origin("https://h19999.a");

    for (int i = 0; i < LINES; i++) {
        at += apr_snprintf(at, 18, "https://h%05d.a\n", i);
    }
    files_write(text, (size_t)(at - text));
    ck_assert(cors_set_find(read_file(findings), &last, NULL));
    ck_assert_int_eq(findings->nelts, 0);
}
END_TEST

static void check_unreadable(const char *name, const char *why)
{
    cors_findings_t *findings = cors_findings_make(pool);
    const cors_set_t *set = read_file(findings);
    const cors_finding_t *finding = support_finding(findings, 0);

    ck_assert_ptr_null(set);
    support_same_number(name, findings->nelts, 1);
    support_same_number(name, finding->id, CORS_MSG_FILE);
    support_same_text(name, finding->at.directive, "CorsOriginsFile");
    support_same_number(name, finding->at.line, 7);
    support_has(name, finding->text, files_path);
    support_has(name, finding->text, why);
    support_has(name, finding->text, "; write ");
}

START_TEST(missing)
{
    (void)remove(files_path);
    check_unreadable("a missing file", "No such file");
}
END_TEST

START_TEST(a_directory)
{
    (void)remove(files_path);
    ck_assert_int_eq(mkdir(files_path, 0700), 0);
    check_unreadable("a directory", "not a regular file");
    ck_assert_int_eq(rmdir(files_path), 0);
}
END_TEST

/* Nobody writes into it: opening it to read would wait for ever. */
START_TEST(a_fifo)
{
    (void)remove(files_path);
    ck_assert_int_eq(mkfifo(files_path, 0600), 0);
    check_unreadable("a FIFO", "not a regular file");
}
END_TEST

START_TEST(a_device)
{
    (void)remove(files_path);
    ck_assert_int_eq(symlink("/dev/zero", files_path), 0);
    check_unreadable("a device behind a link", "not a regular file");
}
END_TEST

START_TEST(no_permission)
{
    files_write(TEXT("https://a\n"));
    ck_assert_int_eq(chmod(files_path, 0), 0);
    if (geteuid() != 0) {  /* root may read everything */
        check_unreadable("no permission", "Permission denied");
    }
}
END_TEST

Suite *cors_suite_feed_file(void)
{
    Suite *suite = suite_create("feed_file");
    TCase *tests = support_case(suite, "feed_file");

    files_add_directory(tests);
    tcase_add_loop_test(tests, read_rows, 0, ROWS(rows));
    tcase_add_loop_test(tests, finding_texts, 0, ROWS(text_rows));
    tcase_add_loop_test(tests, long_lines, 0, ROWS(long_rows));
    tcase_add_test(tests, many_lines);
    tcase_add_test(tests, missing);
    tcase_add_test(tests, a_directory);
    tcase_add_test(tests, a_fifo);
    tcase_add_test(tests, a_device);
    tcase_add_test(tests, no_permission);
    return suite;
}
