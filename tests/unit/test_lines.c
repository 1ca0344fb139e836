/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <errno.h>
#include <string.h>

#include <apr_strings.h>

#include "chunks.h"
#include "cors_lines.h"
#include "support.h"

#define TEXT(literal) literal, sizeof (literal) - 1

/* What the lines of a text are, in one string: "<a><b c><2050:xxx...>". */
static const char *lines_of(chunks_t *chunks, apr_status_t ends_with)
{
    cors_lines_t *lines = apr_palloc(pool, sizeof *lines);
    const char *all = "";
    apr_status_t rv;
    apr_size_t len;
    char *line;

    cors_lines_begin(lines, chunks_read, chunks);
    while ((rv = cors_lines_next(lines, &line, &len)) == APR_SUCCESS) {
        const apr_size_t kept = len < CORS_LINE_MAX ? len : CORS_LINE_MAX;

        ck_assert_int_eq(line[kept], '\0');
        for (apr_size_t i = 0; i < kept; i++) {
            line[i] = line[i] == '\0' ? '0' : line[i];
        }
        all = kept < 20 ? apr_psprintf(pool, "%s<%s>", all, line)
            : apr_psprintf(pool, "%s<%" APR_SIZE_T_FMT ":%.3s..%s>", all, len,
                           line, line + kept - 1);
    }
    ck_assert_int_eq(rv, ends_with);
    return all;
}

static const char *lines_in_one(const char *bytes, apr_size_t len)
{
    chunks_t chunks = {.bytes = bytes, .len = len};

    return lines_of(&chunks, APR_EOF);
}

typedef struct row_t {
    const char *name;
    const char *bytes;
    apr_size_t len;
    const char *lines;
} row_t;

static const row_t rows[] = {
    {"no byte", TEXT(""), ""},
    {"one line", TEXT("a\n"), "<a>"},
    {"no newline at the end", TEXT("a\nb"), "<a><b>"},
    {"newlines alone", TEXT("\n\n"), "<><>"},
    {"one byte", TEXT("a"), "<a>"},
    {"a newline is not the line's", TEXT("\na\n"), "<><a>"},
    {"blanks are the line's", TEXT(" a \n\tb\r\n"), "< a ><\tb\r>"},
    {"a comment", TEXT("a#b\nc"), "<a><c>"},
    {"a comment of the whole line", TEXT("#a\n#\nb"), "<><><b>"},
    {"a comment in a comment", TEXT("a#b#c\nd"), "<a><d>"},
    {"a comment at the end", TEXT("a\n#b"), "<a><>"},
    {"a comment without anything", TEXT("#"), "<>"},
    {"a NUL byte", TEXT("a\0b\n\0"), "<a0b><0>"},
    {"a NUL byte in a comment", TEXT("a#\0b\nc"), "<a><c>"},
};

START_TEST(read_rows)
{
    support_same_text(rows[_i].name,
                      lines_in_one(rows[_i].bytes, rows[_i].len),
                      rows[_i].lines);
}
END_TEST

/* Wherever reads may end: 2^(n-1) ways for n bytes. */
START_TEST(every_way_to_cut_a_text)
{
    const row_t *row = &rows[_i];
    const uint64_t ways = row->len > 0 ? UINT64_C(1) << (row->len - 1) : 1;

    for (uint64_t cuts = 0; cuts < ways; cuts++) {
        chunks_t chunks = {.bytes = row->bytes, .len = row->len,
                           .cuts = cuts};

        support_same_text(row->name, lines_of(&chunks, APR_EOF), row->lines);
    }
}
END_TEST

static const apr_size_t lengths[] = {
    2047, 2048, 2049, 4096, 65535, 65536, 65537, 131072, 200000,
};

/* A line, a comment and blanks, each as long, and lines between. */
static const char *long_text(apr_size_t len)
{
    return apr_pstrcat(pool, "a\n", support_repeat('x', len), "\nb\n#",
                       support_repeat('y', len), "\nc#d\n",
                       support_repeat(' ', len), "#\ne", NULL);
}

START_TEST(long_lines_are_counted_and_cut)
{
    const char *text = long_text(lengths[_i]);

    support_same_text("in one",
        lines_in_one(text, strlen(text)),
        apr_psprintf(pool, "<a><%" APR_SIZE_T_FMT ":xxx..x><b><><c><%"
                     APR_SIZE_T_FMT ":   .. ><e>", lengths[_i], lengths[_i]));
}
END_TEST

static const apr_size_t mosts[] = {1, 2, 3, 7, 2048, 4095, 65535, 65536};

START_TEST(long_lines_in_pieces)
{
    const char *text = long_text(lengths[_i]);
    const char *want = lines_in_one(text, strlen(text));

    for (int i = 0; i < ROWS(mosts); i++) {
        chunks_t chunks = {.bytes = text, .len = strlen(text),
                           .most = mosts[i]};

        support_same_text("in pieces", lines_of(&chunks, APR_EOF), want);
    }
}
END_TEST

/* The lines before it are good; what was read of the one it is in is not. */
START_TEST(an_error_anywhere)
{
    static const char text[] = "a\nbc\n\n#d\n  e";
    static const char *const lines[] = {
        "", "", "<a>", "<a>", "<a>", "<a><bc>", "<a><bc><>", "<a><bc><>",
        "<a><bc><>", "<a><bc><><>", "<a><bc><><>", "<a><bc><><>",
        "<a><bc><><>",
    };

    for (apr_size_t most = 0; most <= (apr_size_t)_i; most++) {
        chunks_t chunks = {.bytes = text, .len = (apr_size_t)_i,
                           .most = most, .error = EIO};

        support_same_text("until then", lines_of(&chunks, EIO), lines[_i]);
    }
}
END_TEST

static apr_status_t read_nothing(void *from, char *buffer, apr_size_t *len)
{
    (void)buffer;
    (*(int *)from)++;
    *len = 0;
    return APR_SUCCESS;
}

/* A read of no bytes is the end, not a reason to try for ever. */
START_TEST(nothing_read_is_the_end)
{
    cors_lines_t *lines = apr_palloc(pool, sizeof *lines);
    apr_size_t len;
    char *line;
    int reads = 0;

    cors_lines_begin(lines, read_nothing, &reads);
    ck_assert_int_eq(cors_lines_next(lines, &line, &len), APR_EOF);
    ck_assert_int_eq(reads, 1);
    ck_assert_int_eq(cors_lines_next(lines, &line, &len), APR_EOF);
}
END_TEST

/* A million bytes a line, and only the buffer to read them to. */
START_TEST(reads_are_as_large_as_the_buffer)
{
    char *text = support_repeat('x', 1000000);
    chunks_t chunks = {.bytes = text, .len = 1000000};

    (void)lines_of(&chunks, APR_EOF);
    ck_assert_int_le(chunks.reads, 1000000 / 65536 + 3);
}
END_TEST

Suite *cors_suite_lines(void)
{
    Suite *suite = suite_create("lines");
    TCase *tests = support_case(suite, "lines");

    tcase_add_loop_test(tests, read_rows, 0, ROWS(rows));
    tcase_add_loop_test(tests, every_way_to_cut_a_text, 0, ROWS(rows));
    tcase_add_loop_test(tests, long_lines_are_counted_and_cut, 0,
                        ROWS(lengths));
    tcase_add_loop_test(tests, long_lines_in_pieces, 0, ROWS(lengths));
    tcase_add_loop_test(tests, an_error_anywhere, 0, 13);
    tcase_add_test(tests, nothing_read_is_the_end);
    tcase_add_test(tests, reads_are_as_large_as_the_buffer);
    return suite;
}
