/* SPDX-License-Identifier: Apache-2.0 */
/*
 * naive: a matcher that works on the texts and shares nothing with the core, and
 * random origins and patterns to compare the core with it.
 *
 * Few labels, schemes and ports, so that near misses are the rule.
 */
#ifndef CORS_TEST_NAIVE_H
#define CORS_TEST_NAIVE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct naive_text_t {
    char text[128];
} naive_text_t;

/* Is the word, a pattern or an expression ("~"), for this origin? */
bool naive_match(const char *word, const char *origin);

void naive_random_origin(naive_text_t *origin, uint32_t *state);

/* An origin, some of its parts made wildcards, or an expression. */
void naive_random_word(naive_text_t *word, uint32_t *state);

#endif
