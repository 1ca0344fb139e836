/* SPDX-License-Identifier: Apache-2.0 */
/*
 * naive: what the manual says of origins and patterns, once more.
 *
 * Written from the rules and not from the code, simple rather than quick, and
 * sharing nothing with src/core: where the two disagree, one of them is wrong.
 */
#ifndef CORS_FUZZ_NAIVE_H
#define CORS_FUZZ_NAIVE_H

#include <stdbool.h>
#include <stddef.h>

/* A serialized origin, or "null"? */
bool naive_is_origin(const char *text);

/* One of the patterns that may be written? */
bool naive_is_pattern(const char *text);

/* Does the pattern stand for the origin? Both must be what they are. */
bool naive_matches(const char *pattern, const char *origin);

/* Does all of the origin match the expression, which compiles? Never "null". */
bool naive_regex_matches(const char *regex, const char *origin);

/* A token (RFC 9110, section 5.6.2)? */
bool naive_is_token(const char *text, size_t len);

/* The same name, whatever the case? */
bool naive_same_name(const char *a, size_t a_len, const char *b, size_t b_len);

/* Is this host, of an origin, of this machine: localhost, 127/8, [::1]? */
bool naive_is_loopback(const char *origin);

#endif
