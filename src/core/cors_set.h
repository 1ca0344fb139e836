/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_set: origins to compare with, compiled.
 *
 * A set is filled while a configuration is read, by one thread, and is
 * immutable from then on: any number of threads may look things up. The cost
 * of a look-up does not depend on how many patterns there are (regular
 * expressions are tried one by one, after everything else). What a set holds
 * outside its pool goes when the pool does.
 */
#ifndef CORS_SET_H
#define CORS_SET_H

#include <stdbool.h>

#include <apr_pools.h>

#include "cors_hazard.h"
#include "cors_origin.h"
#include "cors_pattern.h"
#include "cors_place.h"
#include "cors_regex.h"

typedef struct cors_set_t cors_set_t;

/* What allowed (or denied) an origin; points into the set. */
typedef struct cors_match_t {
    const char *text;          /* the pattern or regex, as written */
    cors_place_t at;
    const cors_regex_t *regex; /* NULL for a pattern */
    unsigned hazards;          /* of the set as a whole */
    char kept[CORS_ORIGIN_MAX + 1];  /* the text, where the set may go */
} cors_match_t;

/* An empty set, to live in p. */
cors_set_t *cors_set_create(apr_pool_t *p);

/*
 * Add a pattern. Its text, and the strings of the place, must live as long as
 * the set.
 */
void cors_set_add(cors_set_t *set, const cors_pattern_t *pattern,
                  const cors_place_t *at);

/*
 * The same, with a copy of the text that is the set's own. False where there is
 * no memory: the set is then what it was.
 */
bool cors_set_add_copy(cors_set_t *set, const cors_pattern_t *pattern,
                       const cors_place_t *at);

/* The same for a regular expression, which must live as long as the set. */
void cors_set_add_regex(cors_set_t *set, const cors_regex_t *regex,
                        const cors_place_t *at);

/* Give back what was reserved for more members. Nothing is added later. */
void cors_set_seal(cors_set_t *set);

/*
 * Is there something for this origin? *match, which may be NULL, says what.
 * Its kept text is left alone: that is for who cannot rely on the set to stay.
 */
bool cors_set_find(const cors_set_t *set, const cors_origin_t *origin,
                   cors_match_t *match);

/*
 * The same for what may be no origin, which is not parsed where a pattern
 * without wildcard is the same text. match is not NULL.
 */
bool cors_set_find_claim(const cors_set_t *set, cors_claim_t *claim,
                         cors_match_t *match);

/*
 * The number (see cors_set_member) of the first pattern for this origin, in the
 * order they were added, and in *match what it is; -1 if there is none. Takes
 * longer than cors_set_find, which is content with any. Not for expressions.
 */
int cors_set_find_first(const cors_set_t *set, const cors_origin_t *origin,
                        cors_match_t *match);

/* The number of the first "*"; -1 if there is none. */
int cors_set_any(const cors_set_t *set);

/* The hazards of all members, or-ed. */
unsigned cors_set_hazards(const cors_set_t *set);

/*
 * The first pattern or regular expression that has one of these hazards; false
 * where there is none. At the cost of a look-up.
 */
bool cors_set_hazard(const cors_set_t *set, unsigned hazards,
                     cors_match_t *match);

bool cors_set_has_regex(const cors_set_t *set);

/* How many patterns and regular expressions. */
int cors_set_size(const cors_set_t *set);

/*
 * The i-th member in the order they were added, patterns before regexes; its
 * hazards are returned. *pattern is set where match->regex is NULL.
 */
unsigned cors_set_member(const cors_set_t *set, int i, cors_pattern_t *pattern,
                         cors_match_t *match);

#endif
