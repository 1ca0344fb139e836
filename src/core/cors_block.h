/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_block: memory of any size, of which the large pieces are the system's
 * again as soon as they are freed.
 *
 * A list of a million origins is replaced while the server runs. malloc would
 * keep what the old one took for itself, in every process. Pools would too.
 */
#ifndef CORS_BLOCK_H
#define CORS_BLOCK_H

#include <stddef.h>

/* size bytes, zeroed; NULL where there is no memory. size is not 0. */
void *cors_block_alloc(size_t size);

/*
 * The block with another size; what it has grown by is not initialized. NULL
 * where there is no memory: the block is then what it was. Like cors_block_free
 * it must be told the size asked for last.
 */
void *cors_block_resize(void *block, size_t old_size, size_t new_size);

void cors_block_free(void *block, size_t size);

#endif
