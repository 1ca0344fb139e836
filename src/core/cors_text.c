/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_text.h"

#include <stdbool.h>
#include <string.h>

#include "cors_block.h"

/* A short list takes little; a long one, a few hundred mappings at most. */
static const size_t first_size = 4096, largest_size = (size_t)1 << 20;

struct cors_text_block_t {
    cors_text_block_t *next;
    size_t size, used;  /* with this head */
    char bytes[];
};

static bool add_block(cors_text_t *text, size_t need)
{
    cors_text_block_t *block;
    size_t size = text->blocks != NULL ? 2 * text->blocks->size : first_size;

    if (size > largest_size) {
        size = largest_size;
    }
    if (size < sizeof *block + need) {
        size = sizeof *block + need;
    }
    block = cors_block_alloc(size);
    if (block == NULL) {
        return false;
    }
    block->next = text->blocks;
    block->size = size;
    block->used = sizeof *block;
    text->blocks = block;
    return true;
}

const char *cors_text_keep(cors_text_t *text, const char *bytes, size_t len)
{
    char *copy;

    if ((text->blocks == NULL
         || text->blocks->size - text->blocks->used < len + 1)
        && !add_block(text, len + 1)) {
        return NULL;
    }
    copy = (char *)text->blocks + text->blocks->used;
    text->blocks->used += len + 1;
    memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

void cors_text_free(cors_text_t *text)
{
    while (text->blocks != NULL) {
        cors_text_block_t *block = text->blocks;

        text->blocks = block->next;
        cors_block_free(block, block->size);
    }
}
