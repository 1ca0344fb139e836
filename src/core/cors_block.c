/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE  /* MAP_ANONYMOUS, mremap */
#endif

#include "cors_block.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

/*
 * ThreadSanitizer does not know mremap: it would go on to count what others
 * have read there when the place was another block's.
 */
#if defined(__SANITIZE_THREAD__)
#define MOVES_PAGES 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MOVES_PAGES 0
#endif
#endif
#if !defined(MOVES_PAGES) && defined(__linux__)
#define MOVES_PAGES 1
#endif

/* From here on a block is worth whole pages. */
static const size_t mapped_min = 64 * 1024;

static bool is_mapped(size_t size)
{
    return size >= mapped_min;
}

void *cors_block_alloc(size_t size)
{
    void *block;

    if (!is_mapped(size)) {
        return calloc(1, size);
    }
    block = mmap(NULL, size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return block != MAP_FAILED ? block : NULL;
}

static void *move(void *block, size_t old_size, size_t new_size)
{
    void *moved = cors_block_alloc(new_size);

    if (moved != NULL) {
        memcpy(moved, block, old_size < new_size ? old_size : new_size);
        cors_block_free(block, old_size);
    }
    return moved;
}

void *cors_block_resize(void *block, size_t old_size, size_t new_size)
{
    if (!is_mapped(old_size) && !is_mapped(new_size)) {
        return realloc(block, new_size);
    }
#if MOVES_PAGES
    if (is_mapped(old_size) && is_mapped(new_size)) {
        void *moved = mremap(block, old_size, new_size, MREMAP_MAYMOVE);

        return moved != MAP_FAILED ? moved : NULL;
    }
#endif
    return move(block, old_size, new_size);
}

void cors_block_free(void *block, size_t size)
{
    if (is_mapped(size)) {
        (void)munmap(block, size);
    }
    else {
        free(block);
    }
}
