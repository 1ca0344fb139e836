/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_file: an origin file, read in pieces, loaded, left for other processes
 * and loaded again from there; and its lines as the rows of a query.
 *
 * The first byte says how long pieces are, the second what the policies that
 * use the file may not have, and whether others take it (its highest bit: that
 * takes long); all that follows is the file.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_load.h"
#include "naive.h"

static const cors_place_t at = {.file = "corpus", .line = 1, .directive = "CorsOriginsFile"};

typedef struct pieces_t {
    const char *bytes;
    size_t len, most;
} pieces_t;

static apr_status_t read_piece(void *data, char *buffer, apr_size_t *len)
{
    pieces_t *pieces = data;
    size_t n = pieces->len < pieces->most ? pieces->len : pieces->most;

    n = n < *len ? n : *len;
    if (n == 0) {
        *len = 0;
        return APR_EOF;
    }
    memcpy(buffer, pieces->bytes, n);
    pieces->bytes += n;
    pieces->len -= n;
    *len = n;
    return APR_SUCCESS;
}

/* A line of the file, and how many there are that say something. */
typedef struct naive_t {
    const char *bytes;
    size_t len;
    int line, patterns, refused;
    const cors_load_t *load;
    unsigned forbidden;
} naive_t;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next line without comment, mark and blanks; false at the end. */
static bool next_line(naive_t *file, const char **text, size_t *len)
{
    size_t n = 0, rest = 0;

    if (file->len == 0) {
        return false;
    }
    while (n < file->len && file->bytes[n] != '\n') {
        n++;
    }
    *text = file->bytes;
    *len = n;
    rest = n + (n < file->len);
    file->bytes += rest;
    file->len -= rest;
    for (n = 0; n < *len && (*text)[n] != '#'; n++) {
    }
    *len = n;
    file->line++;
    return true;
}

static bool has_hazard(const char *pattern, unsigned forbidden)
{
    return (strcmp(pattern, "*") == 0 && (forbidden & CORS_HAZARD_ANY) != 0)
        || (strcmp(pattern, "null") == 0
            && (forbidden & CORS_HAZARD_NULL) != 0);
}

static void expect_member(naive_t *file, const char *text)
{
    cors_pattern_t pattern;
    cors_match_t match;

    if (file->patterns >= cors_load_size(file->load)) {
        fuzz_expect(false, "no good line is left out", text, NULL);
    }
    (void)cors_set_member(file->load->set, file->patterns, &pattern, &match);
    fuzz_expect(strcmp(match.text, text) == 0, "a line becomes a member",
                text, match.text);
    fuzz_expect(match.at.line == file->line, "and has its number", text, NULL);
    file->patterns++;
}

static void take_line(naive_t *file, const char *text, size_t len)
{
    const bool is_long = len > CORS_LINE_MAX;
    const bool has_nul = len > 0 && memchr(text, '\0', len) != NULL;
    char *copy;

    if (is_long || has_nul) {
        file->refused++;
        return;
    }
    if (file->line == 1 && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    while (len > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        len--;
    }
    if (len == 0) {
        return;
    }
    copy = apr_pstrmemdup(pool, text, len);
    if (naive_is_pattern(copy) && !has_hazard(copy, file->forbidden)) {
        expect_member(file, copy);
    }
    else {
        file->refused++;
    }
}

static void compare(const char *bytes, size_t len, const cors_load_t *load)
{
    naive_t file = {.bytes = bytes, .len = len, .load = load,
                    .forbidden = load->feed->forbidden};
    const char *text;
    size_t n;

    while (next_line(&file, &text, &n)) {
        take_line(&file, text, n);
    }
    fuzz_expect(cors_load_size(load) == file.patterns,
                "there is nothing besides the lines", NULL, NULL);
    fuzz_expect(load->refused == file.refused, "what is no pattern is refused",
                NULL, NULL);
    fuzz_expect(load->findings->nelts == file.refused,
                "what is refused is said", NULL, NULL);
}

static cors_copy_t *the_copy(void)
{
    static cors_copy_shared_t shared;
    static cors_copy_t *copy;

    if (copy == NULL) {
        cors_copies_t *copies;
        apr_pool_t *forever;

        if (apr_pool_create(&forever, NULL) != APR_SUCCESS
            || cors_copies_create(&copies, forever) != APR_SUCCESS) {
            abort();
        }
        copy = cors_copy_create(copies, 0, &shared, forever);
    }
    return copy;
}

static void begin(cors_load_t *load, cors_feed_kind_t kind, unsigned forbidden)
{
    cors_feed_t *feed = cors_feed_create(kind, "corpus", &at, pool);

    feed->forbidden = forbidden;
    cors_load_begin(load, feed, cors_findings_make(pool));
}

/* What another process takes is what this one has. */
static void take_copy(const cors_load_t *load, cors_lines_t *lines)
{
    cors_copy_reader_t reader;
    cors_load_t other;

    fuzz_expect(cors_load_leave(load, the_copy()) == APR_SUCCESS,
                "it can be left", NULL, NULL);
    begin(&other, CORS_FEED_FILE, load->feed->forbidden);
    cors_copy_open(the_copy(), &reader);
    cors_lines_begin(lines, cors_copy_read, &reader);
    fuzz_expect(cors_load_lines(&other, lines) == APR_SUCCESS
                && cors_copy_was_current(&reader), "it can be taken", NULL,
                NULL);
    fuzz_expect(other.refused == 0
                && cors_load_size(&other) == cors_load_size(load),
                "all of it is taken", NULL, NULL);
    for (int i = 0; i < cors_load_size(load); i++) {
        cors_pattern_t a, b;
        cors_match_t mine, its;

        (void)cors_set_member(load->set, i, &a, &mine);
        (void)cors_set_member(other.set, i, &b, &its);
        fuzz_expect(strcmp(mine.text, its.text) == 0
                    && mine.at.line == its.at.line, "as it was", mine.text,
                    its.text);
    }
    cors_load_drop(&other);
}

static void as_rows(const char *bytes, size_t len, unsigned forbidden)
{
    cors_load_t load;
    char *line;
    int rows = 0;

    begin(&load, CORS_FEED_QUERY, forbidden);
    while ((line = fuzz_line(&bytes, &len)) != NULL) {
        cors_load_row(&load, line);
        rows++;
    }
    fuzz_expect(cors_load_size(&load) + load.refused == rows,
                "a row is taken or refused", NULL, NULL);
    fuzz_expect(cors_load_finish(&load) == APR_SUCCESS, "they are in force",
                NULL, NULL);
}

void fuzz_one(const char *bytes, size_t len)
{
    static cors_lines_t lines;
    pieces_t pieces;
    cors_load_t load;
    unsigned forbidden;
    bool is_taken;

    if (len < 2) {
        return;
    }
    pieces.most = (size_t)(unsigned char)bytes[0] + 1;
    forbidden = (unsigned char)bytes[1] & (CORS_HAZARD_ANY | CORS_HAZARD_NULL);
    is_taken = ((unsigned char)bytes[1] & 0x80) != 0;
    pieces.bytes = bytes += 2;
    pieces.len = len -= 2;
    begin(&load, CORS_FEED_FILE, forbidden);
    cors_lines_begin(&lines, read_piece, &pieces);
    fuzz_expect(cors_load_lines(&load, &lines) == APR_SUCCESS, "it is read",
                NULL, NULL);
    compare(bytes, len, &load);
    if (is_taken) {
        take_copy(&load, &lines);
    }
    cors_load_drop(&load);
    as_rows(bytes, len, forbidden);
}
