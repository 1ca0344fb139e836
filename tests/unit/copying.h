/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copying: a copy to write to and to read from, for the tests of cors_copy.
 */
#ifndef CORS_TEST_COPYING_H
#define CORS_TEST_COPYING_H

#include "cors_copy.h"

enum { COPYING_COPIES = 3 };

/* What a test has made; the shared part is zeroed then. */
extern cors_copies_t *copying_copies;
extern cors_copy_shared_t copying_shared[COPYING_COPIES];

/* Make a file of copies, and the first copy in it. */
cors_copy_t *copying_make(void);

void copying_put(cors_copy_t *copy, const char *text);

/* Write a text and commit it; the result of that. */
apr_status_t copying_write(cors_copy_t *copy, const char *text);

/* Up to so many bytes of what is left to read, terminated. */
const char *copying_read(cors_copy_reader_t *reader, apr_size_t most);

/* The present content; nobody may replace it meanwhile. */
const char *copying_content(const cors_copy_t *copy);

#endif
