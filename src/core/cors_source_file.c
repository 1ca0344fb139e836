/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_source_file: a file with one origin pattern a line.
 *
 * '#' starts a comment; blank lines, CRLF and a leading UTF-8 byte order mark
 * are fine. Lines are read through a buffer of fixed size: a line that does
 * not fit is a fault, not a reason to allocate.
 */
#include "cors_source.h"

#include <string.h>

#include <apr_file_io.h>
#include <apr_strings.h>

/* The longest pattern, and then some blanks around it. */
enum { LINE_MAX_BYTES = 2048, QUOTED_MAX = 200, ERROR_MAX = 120 };

typedef struct reader_t {
    cors_set_t *set;
    cors_findings_t *findings;
    apr_pool_t *pool;
    cors_place_t at;  /* file and line of what is being read */
} reader_t;

static const char *const open_mend =
    "; write the path of a file that the user who starts httpd can read";

static void report(cors_findings_t *findings, const cors_place_t *at,
                   const char *path, apr_status_t rv)
{
    char why[ERROR_MAX];

    cors_findings_add(findings, CORS_MSG_FILE, at, "%s: cannot read '%s': %s%s",
                      at->directive, path, apr_strerror(rv, why, sizeof why),
                      open_mend);
}

/* Regular files only: a FIFO would stop the server, a device never end. */
static apr_file_t *open_file(const char *path, const cors_place_t *at,
                             cors_findings_t *findings, apr_pool_t *p)
{
    apr_file_t *file = NULL;
    apr_finfo_t info;
    apr_status_t rv = apr_stat(&info, path, APR_FINFO_TYPE, p);

    if (rv == APR_SUCCESS && info.filetype != APR_REG) {
        cors_findings_add(findings, CORS_MSG_FILE, at,
                          "%s: cannot read '%s': not a regular file%s",
                          at->directive, path, open_mend);
        return NULL;
    }
    if (rv == APR_SUCCESS) {
        rv = apr_file_open(&file, path,
                           APR_FOPEN_READ | APR_FOPEN_BUFFERED, 0, p);
    }
    if (rv != APR_SUCCESS) {
        report(findings, at, path, rv);
        return NULL;
    }
    return file;
}

static char *trim(char *text)
{
    char *end;

    text += strspn(text, " \t");
    end = text + strlen(text);
    while (end > text && strchr(" \t\r\n", end[-1]) != NULL) {
        end--;
    }
    *end = '\0';
    return text;
}

static void add_line(reader_t *reader, const char *text)
{
    cors_pattern_t pattern;
    cors_pattern_fault_t fault = cors_pattern_parse(&pattern, text);

    if (fault != CORS_PATTERN_OK) {
        cors_findings_add(reader->findings, CORS_MSG_FILE_LINE, &reader->at,
                          "'%.*s' %s; write %s", QUOTED_MAX, text,
                          cors_pattern_fault_text(fault),
                          cors_pattern_mend(fault, text,
                                            reader->findings->pool));
        return;
    }
    pattern.text = apr_pstrmemdup(reader->pool, text, pattern.len);
    cors_set_add(reader->set, &pattern, &reader->at);
}

/* A line as read, its length apart: it may contain NUL. */
static void take_line(reader_t *reader, char *line, apr_size_t len)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";

    line[len] = '\0';
    if (strlen(line) != len) {
        cors_findings_add(reader->findings, CORS_MSG_FILE_LINE, &reader->at,
                          "the line has a NUL byte; write one origin pattern "
                          "a line, as plain text");
        return;
    }
    if (reader->at.line == 1
        && strncmp(line, byte_order_mark, sizeof byte_order_mark - 1) == 0) {
        line += sizeof byte_order_mark - 1;
    }
    line = trim(line);
    if (*line != '\0') {
        add_line(reader, line);
    }
}

/*
 * Read up to the next newline, without what follows a '#'. Bytes past the
 * buffer are dropped, and *len then exceeds what fits.
 */
static apr_status_t read_line(apr_file_t *file, char *line, apr_size_t *len)
{
    bool is_comment = false, is_empty = true;
    apr_status_t rv;
    char c;

    *len = 0;
    while ((rv = apr_file_getc(&c, file)) == APR_SUCCESS && c != '\n') {
        is_empty = false;
        is_comment |= c == '#';
        if (is_comment) {
            continue;
        }
        if (*len < LINE_MAX_BYTES) {
            line[*len] = c;
        }
        ++*len;
    }
    return rv == APR_EOF && !is_empty ? APR_SUCCESS : rv;
}

const cors_set_t *cors_source_read_file(const char *path,
                                        const cors_place_t *at,
                                        cors_findings_t *findings,
                                        apr_pool_t *p)
{
    reader_t reader = {cors_set_create(p), findings, p, {path, 0, NULL}};
    apr_pool_t *scratch;
    apr_file_t *file;
    apr_status_t rv = APR_SUCCESS;
    char line[LINE_MAX_BYTES + 1];
    apr_size_t len;

    reader.at.file = apr_pstrdup(p, path);
    apr_pool_create(&scratch, p);
    if ((file = open_file(reader.at.file, at, findings, scratch)) != NULL) {
        while ((rv = read_line(file, line, &len)) == APR_SUCCESS) {
            reader.at.line++;
            if (len > LINE_MAX_BYTES) {
                cors_findings_add(findings, CORS_MSG_FILE_LINE, &reader.at,
                                  "the line is over %d bytes; write one "
                                  "origin pattern a line", LINE_MAX_BYTES);
                continue;
            }
            take_line(&reader, line, len);
        }
        if (rv != APR_EOF) {
            report(findings, at, path, rv);
        }
    }
    apr_pool_destroy(scratch);
    cors_set_seal(reader.set);
    return reader.set;
}
