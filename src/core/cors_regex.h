/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_regex: a regular expression over whole origins (PCRE2).
 *
 * httpd's own wrapper, ap_regex, cannot anchor both ends: wrapping the text
 * in ^(?:...)$ is undone by what the text itself may contain, and looking at
 * the matched span afterwards misses the longer alternative in a|ab. PCRE2's
 * options can.
 */
#ifndef CORS_REGEX_H
#define CORS_REGEX_H

#include <stdbool.h>

#include <apr_pools.h>

typedef struct cors_regex_t cors_regex_t;

/*
 * Compile; case-sensitive. The result lives in p and keeps its own copy of
 * text. NULL where it does not compile, with *error (from p) saying why and
 * where.
 */
cors_regex_t *cors_regex_compile(const char *text, const char **error,
                                 apr_pool_t *p);

/*
 * Does it match all of the subject? Bounded: an expression that backtracks
 * without end does not match. Thread-safe.
 */
bool cors_regex_matches(const cors_regex_t *regex, const char *subject,
                        apr_size_t len);

/* As written. */
const char *cors_regex_text(const cors_regex_t *regex);

/*
 * An origin of no particular owner that the expression allows, or NULL: the
 * sign of an expression that allows arbitrary origins.
 */
const char *cors_regex_arbitrary(const cors_regex_t *regex);

/*
 * The offset of a dot that stands unescaped between letters or digits, as in
 * example.com, where it stands for any character; -1 where there is none.
 */
int cors_regex_unescaped_dot(const cors_regex_t *regex);

#endif
