/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_sample: a text that a regular expression matches, made from how the
 * expression is written.
 *
 * What an expression allows besides what was meant (cors_regex_arbitrary) is
 * found out by changing something that it allows. This knows the constructs
 * that expressions over origins are made of, and gives up at others; what it
 * makes may not match, and has to be tried.
 */
#ifndef CORS_SAMPLE_H
#define CORS_SAMPLE_H

#include <apr_pools.h>

/* So many choices make different texts: alternatives, what is optional. */
enum { CORS_SAMPLES = 8 };

/* The text for a choice in 0 .. CORS_SAMPLES - 1, from p; NULL for none. */
const char *cors_sample_make(const char *regex, unsigned choice,
                             apr_pool_t *p);

/* From "[" to its "]", or the NUL: a "]" in front, and [:alpha:], do not end a
 * class. */
const char *cors_sample_skip_class(const char *at);

/* From "\\" to the end of what it makes literal. */
const char *cors_sample_skip_escape(const char *at);

#endif
