/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunks: a text that comes in pieces, for cors_lines, and may end in an error.
 */
#ifndef CORS_TEST_CHUNKS_H
#define CORS_TEST_CHUNKS_H

#include <stdint.h>

#include <apr_errno.h>

typedef struct chunks_t {
    const char *bytes;
    apr_size_t len;
    apr_size_t most;     /* so many bytes a read at most; 0: no limit */
    uint64_t cuts;       /* bit i: a read ends behind byte i */
    apr_status_t error;  /* at the end; APR_SUCCESS: APR_EOF */
    apr_size_t at;
    int reads;
} chunks_t;

/* A cors_read_t, for a chunks_t. */
apr_status_t chunks_read(void *chunks, char *buffer, apr_size_t *len);

#endif
