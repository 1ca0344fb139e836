/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_source.h"

#include <string.h>

cors_sources_t *cors_sources_create(const cors_place_t *at, apr_pool_t *p)
{
    cors_sources_t *sources = apr_pcalloc(p, sizeof *sources);

    sources->at = at;
    sources->list = apr_array_make(p, 1, sizeof(const cors_source_t *));
    return sources;
}

static cors_source_t *add(cors_sources_t *sources, const cors_place_t *at)
{
    cors_source_t *source = apr_pcalloc(sources->list->pool, sizeof *source);

    source->at = at;
    APR_ARRAY_PUSH(sources->list, const cors_source_t *) = source;
    return source;
}

/* The group's own set, made a source of it when it is first needed. */
static cors_set_t *inline_set(cors_sources_t *sources, const cors_place_t *at)
{
    if (sources->inline_set == NULL) {
        sources->inline_set = cors_set_create(sources->list->pool);
        add(sources, at)->set = sources->inline_set;
    }
    return sources->inline_set;
}

void cors_sources_add_pattern(cors_sources_t *sources,
                              const cors_pattern_t *pattern,
                              const cors_place_t *at)
{
    cors_set_add(inline_set(sources, at), pattern, at);
    sources->inline_hazards = cors_set_hazards(sources->inline_set);
}

void cors_sources_add_regex(cors_sources_t *sources, const cors_regex_t *regex,
                            const cors_place_t *at)
{
    cors_set_add_regex(inline_set(sources, at), regex, at);
    sources->inline_hazards = cors_set_hazards(sources->inline_set);
}

void cors_sources_add_feed(cors_sources_t *sources, cors_feed_t *feed,
                           bool is_production, const cors_place_t *at)
{
    cors_source_t *source = add(sources, at);

    source->feed = feed;
    source->is_production = is_production;
    sources->has_feeds = true;
}

static const cors_source_t *source_at(const cors_sources_t *sources, int i)
{
    return APR_ARRAY_IDX(sources->list, i, const cors_source_t *);
}

const cors_place_t *cors_sources_place(const cors_sources_t *sources,
                                       bool *is_outside)
{
    *is_outside = sources->rules != NULL && sources->list->nelts == 0;
    return sources->rules != NULL && sources->list->nelts > 0
         ? source_at(sources, 0)->at : sources->at;
}

unsigned cors_sources_feed_hazards(const cors_sources_t *sources)
{
    unsigned hazards = 0;

    for (int i = 0; i < sources->list->nelts; i++) {
        const cors_feed_t *feed = source_at(sources, i)->feed;

        hazards |= feed != NULL ? cors_slot_hazards(feed->slot) : 0;
    }
    return hazards;
}

const cors_set_t *cors_source_enter(const cors_source_t *source)
{
    return source->feed != NULL ? cors_slot_enter(source->feed->slot)
                                : source->set;
}

void cors_source_leave(const cors_source_t *source)
{
    if (source->feed != NULL) {
        cors_slot_leave();
    }
}

/* What a feed has may be gone as soon as it is left. */
static void keep(cors_match_t *match)
{
    match->text = memcpy(match->kept, match->text, strlen(match->text) + 1);
}

/* found, in the source's set, which has been entered; leave it. */
static bool leave(const cors_source_t *source, bool is_found,
                  cors_match_t *match)
{
    if (is_found && match != NULL) {
        keep(match);
    }
    cors_source_leave(source);
    return is_found;
}

static bool find_in_feed(const cors_source_t *source,
                         const cors_origin_t *origin, cors_match_t *match)
{
    const cors_set_t *set = cors_source_enter(source);

    return leave(source, set != NULL && cors_set_find(set, origin, match),
                 match);
}

static bool find_claim_in_feed(const cors_source_t *source,
                               cors_claim_t *claim, cors_match_t *match)
{
    const cors_set_t *set = cors_source_enter(source);

    return leave(source, set != NULL
                 && cors_set_find_claim(set, claim, match), match);
}

bool cors_sources_find(const cors_sources_t *sources,
                       const cors_origin_t *origin, cors_match_t *match)
{
    for (int i = 0; i < sources->list->nelts; i++) {
        const cors_source_t *source = source_at(sources, i);

        if (source->feed == NULL ? cors_set_find(source->set, origin, match)
                                 : find_in_feed(source, origin, match)) {
            return true;
        }
    }
    return false;
}

bool cors_sources_find_claim(const cors_sources_t *sources,
                             cors_claim_t *claim, cors_match_t *match)
{
    for (int i = 0; i < sources->list->nelts; i++) {
        const cors_source_t *source = source_at(sources, i);

        if (source->feed == NULL
            ? cors_set_find_claim(source->set, claim, match)
            : find_claim_in_feed(source, claim, match)) {
            return true;
        }
    }
    return false;
}
