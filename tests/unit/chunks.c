/* SPDX-License-Identifier: Apache-2.0 */
#include "chunks.h"

#include <string.h>

apr_status_t chunks_read(void *data, char *buffer, apr_size_t *len)
{
    chunks_t *chunks = data;
    apr_size_t n = chunks->len - chunks->at;

    chunks->reads++;
    if (n == 0) {
        *len = 0;
        return chunks->error != APR_SUCCESS ? chunks->error : APR_EOF;
    }
    n = n < *len ? n : *len;
    n = chunks->most != 0 && chunks->most < n ? chunks->most : n;
    for (apr_size_t i = 0; i + 1 < n && chunks->at + i < 64; i++) {
        if ((chunks->cuts >> (chunks->at + i) & 1) != 0) {
            n = i + 1;
        }
    }
    memcpy(buffer, chunks->bytes + chunks->at, n);
    chunks->at += n;
    *len = n;
    return APR_SUCCESS;
}
