/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_source: where a policy's allowed origins come from.
 *
 * A source is what one directive names: the patterns and expressions of the
 * section itself, or a feed. Sources merge as one group (cors_sources_t): a
 * section that names any of its own replaces all inherited ones.
 */
#ifndef CORS_SOURCE_H
#define CORS_SOURCE_H

#include <stdbool.h>

#include <apr_tables.h>

#include "cors_feed.h"
#include "cors_set.h"

typedef struct cors_source_t {
    const cors_place_t *at;   /* the directive */
    cors_feed_t *feed;        /* NULL for the section's own set */
    const cors_set_t *set;    /* the section's own; NULL for a feed */
    bool is_production;       /* picked by default= or a name like prod... */
} cors_source_t;

struct cors_rules_t;

typedef struct cors_sources_t {
    const cors_place_t *at;        /* the first directive of the group */
    struct cors_rules_t *rules;    /* of <CorsOrigin>; NULL: none. They have
                                      origins of their own, see cors_rule.h */
    cors_set_t *inline_set;        /* NULL until a pattern or regex is added */
    apr_array_header_t *list;      /* of const cors_source_t * */
    unsigned inline_hazards;       /* of inline_set */
    bool has_feeds;
} cors_sources_t;

/* An empty group, to live in p. at must live as long. */
cors_sources_t *cors_sources_create(const cors_place_t *at, apr_pool_t *p);

/* Add to the group's own set; see cors_set_add and cors_set_add_regex. */
void cors_sources_add_pattern(cors_sources_t *sources,
                              const cors_pattern_t *pattern,
                              const cors_place_t *at);
void cors_sources_add_regex(cors_sources_t *sources, const cors_regex_t *regex,
                            const cors_place_t *at);

/* Add a feed, which other groups may have too, as the directive at names it. */
void cors_sources_add_feed(cors_sources_t *sources, cors_feed_t *feed,
                           bool is_production, const cors_place_t *at);

/*
 * What a further source is to be written beside: the first that does not belong
 * to <CorsOrigin>. Where all do: the first <CorsOrigin>, and *is_outside says
 * that it is to be written outside of that section.
 */
const cors_place_t *cors_sources_place(const cors_sources_t *sources,
                                       bool *is_outside);

/* The hazards of all feeds, or-ed, as they are now. */
unsigned cors_sources_feed_hazards(const cors_sources_t *sources);

/* The hazards of all sources, or-ed, as they are now. */
static inline unsigned cors_sources_hazards(const cors_sources_t *sources)
{
    return sources->inline_hazards
         | (sources->has_feeds ? cors_sources_feed_hazards(sources) : 0);
}

/*
 * Does any source of the group have something for this origin? *match, which
 * may be NULL, then says what, and stays what it is when the list is replaced.
 */
bool cors_sources_find(const cors_sources_t *sources,
                       const cors_origin_t *origin, cors_match_t *match);

/* The same for what may be no origin; see cors_set_find_claim. */
bool cors_sources_find_claim(const cors_sources_t *sources,
                             cors_claim_t *claim, cors_match_t *match);

/*
 * The source's set, NULL if it has none yet; see cors_slot_enter for what may
 * happen before cors_source_leave.
 */
const cors_set_t *cors_source_enter(const cors_source_t *source);
void cors_source_leave(const cors_source_t *source);

#endif
