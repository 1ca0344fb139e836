/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sys/socket.h>

enum { LINES_MAX = 64 };

/* What is known of a body before it is read. */
typedef struct body_t {
    long length;     /* -1: not said */
    bool is_chunked;
} body_t;

/* More bytes; those that are used make room for them. */
static received_t fill(stream_t *stream)
{
    ssize_t n;

    if (stream->start > 0) {
        memmove(stream->buffer, stream->buffer + stream->start,
                stream->end - stream->start);
        stream->end -= stream->start;
        stream->start = 0;
    }
    if (stream->end == sizeof stream->buffer) {
        return UNCLEAR;
    }
    do {
        n = recv(stream->fd, stream->buffer + stream->end,
                 sizeof stream->buffer - stream->end, 0);
    } while (n < 0 && errno == EINTR);
    if (n > 0) {
        stream->end += (size_t)n;
        return RECEIVED;
    }
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? SILENT : TORN;
}

/* A line without its end, to be used before the next. */
static received_t read_line(stream_t *stream, char **line)
{
    size_t seen = 0;

    for (;;) {
        char *begin = stream->buffer + stream->start;
        char *end = memchr(begin + seen, '\n',
                           stream->end - stream->start - seen);
        received_t received;

        if (end != NULL) {
            stream->start += (size_t)(end - begin) + 1;
            *end = '\0';
            if (end > begin && end[-1] == '\r') {
                end[-1] = '\0';
            }
            *line = begin;
            return RECEIVED;
        }
        seen = stream->end - stream->start;
        if ((received = fill(stream)) != RECEIVED) {
            return received;
        }
    }
}

static received_t skip(stream_t *stream, size_t bytes)
{
    while (stream->end - stream->start < bytes) {
        received_t received;

        bytes -= stream->end - stream->start;
        stream->start = stream->end;
        if ((received = fill(stream)) != RECEIVED) {
            return received;
        }
    }
    stream->start += bytes;
    return RECEIVED;
}

static received_t skip_chunks(stream_t *stream)
{
    for (;;) {
        received_t received;
        char *line;
        size_t size;

        if ((received = read_line(stream, &line)) != RECEIVED) {
            return received;
        }
        size = strtoul(line, NULL, 16);
        if (size > 0 && (received = skip(stream, size)) != RECEIVED) {
            return received;
        }
        if ((received = read_line(stream, &line)) != RECEIVED || size == 0) {
            return received;
        }
    }
}

/* ----------------------------------------------------------------- headers */

static bool is_about_cors(const char *name)
{
    return strncmp(name, "access-control-", 15) == 0
        || strcmp(name, "vary") == 0
        || strcmp(name, "timing-allow-origin") == 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct lines_t {
    char *lines[LINES_MAX];
    int n;
} lines_t;

/* false: memory has run out, or there are too many. */
static bool keep(lines_t *lines, const char *name, const char *value)
{
    const size_t size = strlen(name) + strlen(value) + 4;
    char *line = lines->n < LINES_MAX ? malloc(size) : NULL;

    if (line == NULL) {
        return false;
    }
    (void)snprintf(line, size, "%s: %s\n", name, value);
    lines->lines[lines->n++] = line;
    return true;
}

static received_t read_headers(answer_t *answer, stream_t *stream,
                               lines_t *lines, body_t *body)
{
    for (;;) {
        received_t received;
        char *line, *value;

        if ((received = read_line(stream, &line)) != RECEIVED
            || *line == '\0') {
            return received;
        }
        if ((value = strchr(line, ':')) == NULL) {
            return UNCLEAR;
        }
        *value++ = '\0';
        value += strspn(value, " \t");
        for (char *c = line; *c != '\0'; c++) {
            *c = (char)tolower((unsigned char)*c);
        }
        if (strcmp(line, "content-length") == 0) {
            body->length = strtol(value, NULL, 10);
        }
        body->is_chunked = body->is_chunked
            || strcmp(line, "transfer-encoding") == 0;
        answer->closes = answer->closes
            || (strcmp(line, "connection") == 0
                && strcasecmp(value, "close") == 0);
        if (is_about_cors(line) && !keep(lines, line, value)) {
            return UNCLEAR;
        }
    }
}

/* The text of the answer; the lines are freed. */
static bool write_text(answer_t *answer, lines_t *lines)
{
    int used = snprintf(answer->text, sizeof answer->text, "%d\n",
                        answer->status);
    bool fits = true;

    qsort(lines->lines, (size_t)lines->n, sizeof lines->lines[0], compare);
    for (int i = 0; i < lines->n; i++) {
        const size_t room = sizeof answer->text - (size_t)used;

        fits = fits && strlen(lines->lines[i]) < room;
        if (fits) {
            used += snprintf(answer->text + used, room, "%s",
                             lines->lines[i]);
        }
        free(lines->lines[i]);
    }
    return fits;
}

static received_t read_body(stream_t *stream, int status, const body_t *body)
{
    if (status == 204 || status == 304) {
        return RECEIVED;
    }
    if (body->is_chunked) {
        return skip_chunks(stream);
    }
    return body->length >= 0 ? skip(stream, (size_t)body->length) : UNCLEAR;
}

received_t answer_read(answer_t *answer, stream_t *stream)
{
    const bool is_new = stream->start == stream->end;
    lines_t lines = {.n = 0};
    body_t body = {.length = -1};
    received_t received;
    char *line;

    answer->closes = false;
    if (is_new && (received = fill(stream)) != RECEIVED) {
        return received == TORN ? LOST : received;
    }
    if ((received = read_line(stream, &line)) != RECEIVED) {
        return received;
    }
    if (sscanf(line, "HTTP/1.1 %d", &answer->status) != 1) {
        return UNCLEAR;
    }
    received = read_headers(answer, stream, &lines, &body);
    if (!write_text(answer, &lines) && received == RECEIVED) {
        received = UNCLEAR;
    }
    return received == RECEIVED ? read_body(stream, answer->status, &body)
                                : received;
}
