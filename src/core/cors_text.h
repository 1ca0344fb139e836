/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_text: copies of many short strings, packed into few blocks.
 *
 * What a list read from outside keeps its patterns in; freed as a whole.
 */
#ifndef CORS_TEXT_H
#define CORS_TEXT_H

#include <stddef.h>

typedef struct cors_text_block_t cors_text_block_t;

/* Zeroed: nothing kept yet. */
typedef struct cors_text_t {
    cors_text_block_t *blocks;  /* the one in use first */
} cors_text_t;

/*
 * A copy of len bytes and a NUL behind them, to live as long as the text; NULL
 * where there is no memory.
 */
const char *cors_text_keep(cors_text_t *text, const char *bytes, size_t len);

void cors_text_free(cors_text_t *text);

#endif
