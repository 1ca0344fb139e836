/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_lines: what is read, line by line, through a buffer of fixed size.
 *
 * A line that does not fit is not a reason to allocate: it is reported by its
 * length and dropped. Where the bytes come from is the caller's business.
 */
#ifndef CORS_LINES_H
#define CORS_LINES_H

#include <apr_errno.h>

/* The longest pattern, and then some blanks around it. */
enum { CORS_LINE_MAX = 2048 };

/*
 * Read up to *len bytes, set *len to how many there are. APR_EOF at the end,
 * any other error as it is.
 */
typedef apr_status_t cors_read_t(void *from, char *buffer, apr_size_t *len);

typedef struct cors_lines_t {
    cors_read_t *read;
    void *from;
    apr_size_t at, end;           /* of the buffer: what is not used yet */
    char line[CORS_LINE_MAX + 1];
    char buffer[64 * 1024];
} cors_lines_t;

/* Begin to read. The object is large: not one for the stack. */
void cors_lines_begin(cors_lines_t *lines, cors_read_t *read, void *from);

/*
 * The next line, without its newline and without what follows a '#'. *text is
 * ended by a NUL and valid until the next call. *len may be over CORS_LINE_MAX:
 * the line is then cut there. APR_EOF after the last line; another error if
 * reading failed, in which case what was read of the line is dropped.
 */
apr_status_t cors_lines_next(cors_lines_t *lines, char **text,
                             apr_size_t *len);

#endif
