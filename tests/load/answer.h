/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer: reads the answers of a server from a connection, one after the other,
 * however they arrive.
 */
#ifndef CORS_LOAD_ANSWER_H
#define CORS_LOAD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum { HEAD_MAX = 256 * 1024, TEXT_MAX = 128 * 1024 };

typedef enum received_t {
    RECEIVED,
    LOST,      /* hung up before a byte of the answer */
    TORN,      /* hung up within it */
    SILENT,    /* nothing came in time */
    UNCLEAR    /* is no answer */
} received_t;

typedef struct stream_t {
    int fd;
    size_t start, end;       /* of what has arrived and is not yet used */
    char buffer[HEAD_MAX];
} stream_t;

typedef struct answer_t {
    int status;
    bool closes;             /* the server hangs up behind it */
    char text[TEXT_MAX];     /* see answer_text */
} answer_t;

/*
 * Read an answer; its body is left out. `text` becomes the status and, in
 * order, the header lines whose names begin with Access-Control-, or are
 * Timing-Allow-Origin or Vary: "200\nvary: Origin\n", names in lower case.
 */
received_t answer_read(answer_t *answer, stream_t *stream);

#endif
