/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz: what the fuzz targets share.
 *
 * A target is a file fuzz_<what>.c with fuzz_one. Its input is text, mostly
 * lines of it, so that a corpus can be read and written by people. What does
 * not hold is said, and ends the process: a finding.
 */
#ifndef CORS_FUZZ_H
#define CORS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

/* Of the input that is looked at; gone with it. */
extern apr_pool_t *pool;

/* The target: look at one input. */
void fuzz_one(const char *bytes, size_t len);

/* One input, for libFuzzer and for replay.c. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A finding unless it holds: what and the two texts, escaped, are said. */
void fuzz_expect(bool holds, const char *what, const char *text,
                 const char *more);

/*
 * A copy that ends where its memory does, so that AddressSanitizer sees who
 * reads on; up to the first NUL, which what httpd hands on never has within.
 */
char *fuzz_copy(const char *bytes, size_t len);

/*
 * The next line of an input, as such a copy, without its newline; NULL at the
 * end. *bytes and *len are what is left.
 */
char *fuzz_line(const char **bytes, size_t *len);

/* The next word of a text that spaces separate, and its end made a NUL; NULL
 * for no more. *text is what is left. */
char *fuzz_word(char **text);

#endif
