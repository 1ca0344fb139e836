/* SPDX-License-Identifier: Apache-2.0 */
#include "copying.h"

#include <string.h>

#include "support.h"

cors_copy_shared_t copying_shared[COPYING_COPIES];
cors_copies_t *copying_copies;

cors_copy_t *copying_make(void)
{
    memset(&copying_shared, 0, sizeof copying_shared);
    ck_assert_int_eq(cors_copies_create(&copying_copies, pool), APR_SUCCESS);
    return cors_copy_create(copying_copies, 0, &copying_shared[0], pool);
}

void copying_put(cors_copy_t *copy, const char *text)
{
    cors_copy_put(copy, text, strlen(text));
}

apr_status_t copying_write(cors_copy_t *copy, const char *text)
{
    cors_copy_begin(copy);
    copying_put(copy, text);
    return cors_copy_commit(copy);
}

const char *copying_read(cors_copy_reader_t *reader, apr_size_t most)
{
    char *text = apr_pcalloc(pool, most + 1);
    apr_size_t at = 0, len = most;

    while (at < most
           && cors_copy_read(reader, text + at, &len) == APR_SUCCESS) {
        ck_assert_uint_gt(len, 0);
        at += len;
        len = most - at;
    }
    return text;
}

const char *copying_content(const cors_copy_t *copy)
{
    cors_copy_reader_t reader;
    const char *text;

    cors_copy_open(copy, &reader);
    text = copying_read(&reader, (apr_size_t)reader.length + 1);
    ck_assert(cors_copy_was_current(&reader));
    return text;
}
