/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_lines.h"

#include <stdbool.h>
#include <string.h>

void cors_lines_begin(cors_lines_t *lines, cors_read_t *read, void *from)
{
    lines->read = read;
    lines->from = from;
    lines->at = lines->end = 0;
}

static apr_status_t fill(cors_lines_t *lines)
{
    apr_size_t len = sizeof lines->buffer;
    apr_status_t rv = lines->read(lines->from, lines->buffer, &len);

    lines->at = 0;
    lines->end = rv == APR_SUCCESS ? len : 0;
    return rv == APR_SUCCESS && len == 0 ? APR_EOF : rv;
}

/* What fits of these bytes goes to the line; the rest is only counted. */
static void take(cors_lines_t *lines, apr_size_t *len, const char *bytes,
                 apr_size_t n)
{
    if (*len < CORS_LINE_MAX) {
        const apr_size_t room = CORS_LINE_MAX - *len;

        memcpy(lines->line + *len, bytes, n < room ? n : room);
    }
    *len += n;
}

apr_status_t cors_lines_next(cors_lines_t *lines, char **text,
                             apr_size_t *len)
{
    bool is_empty = true, is_comment = false;

    *len = 0;
    for (;;) {
        const char *bytes, *newline, *comment;
        apr_size_t n;

        if (lines->at == lines->end) {
            apr_status_t rv = fill(lines);

            if (rv == APR_EOF && !is_empty) {
                break;
            }
            if (rv != APR_SUCCESS) {
                return rv;
            }
        }
        is_empty = false;
        bytes = lines->buffer + lines->at;
        newline = memchr(bytes, '\n', lines->end - lines->at);
        n = newline ? (apr_size_t)(newline - bytes) : lines->end - lines->at;
        lines->at += newline ? n + 1 : n;
        if (!is_comment) {
            comment = memchr(bytes, '#', n);
            is_comment = comment != NULL;
            take(lines, len, bytes,
                 comment ? (apr_size_t)(comment - bytes) : n);
        }
        if (newline != NULL) {
            break;
        }
    }
    lines->line[*len < CORS_LINE_MAX ? *len : CORS_LINE_MAX] = '\0';
    *text = lines->line;
    return APR_SUCCESS;
}
