/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_source.h"

cors_sources_t *cors_sources_create(const cors_place_t *at, apr_pool_t *p)
{
    cors_sources_t *sources = apr_pcalloc(p, sizeof *sources);

    sources->at = at;
    sources->list = apr_array_make(p, 1, sizeof(const cors_source_t *));
    return sources;
}

/* The group's own set, made a source of it when it is first needed. */
static cors_set_t *inline_set(cors_sources_t *sources, const cors_place_t *at)
{
    if (sources->inline_set == NULL) {
        cors_source_t *source = apr_pcalloc(sources->list->pool,
                                            sizeof *source);

        sources->inline_set = cors_set_create(sources->list->pool);
        source->kind = CORS_SOURCE_INLINE;
        source->at = at;
        source->set = sources->inline_set;
        APR_ARRAY_PUSH(sources->list, const cors_source_t *) = source;
    }
    return sources->inline_set;
}

void cors_sources_add_pattern(cors_sources_t *sources,
                              const cors_pattern_t *pattern,
                              const cors_place_t *at)
{
    cors_set_t *set = inline_set(sources, at);

    cors_set_add(set, pattern, at);
    sources->hazards |= cors_set_hazards(set);
}

void cors_sources_add_regex(cors_sources_t *sources, const cors_regex_t *regex,
                            const cors_place_t *at)
{
    cors_set_t *set = inline_set(sources, at);

    cors_set_add_regex(set, regex, at);
    sources->hazards |= cors_set_hazards(set);
}

void cors_sources_add(cors_sources_t *sources, const cors_source_t *source)
{
    APR_ARRAY_PUSH(sources->list, const cors_source_t *) = source;
    sources->hazards |= cors_set_hazards(source->set);
}

bool cors_sources_find(const cors_sources_t *sources,
                       const cors_origin_t *origin, cors_match_t *match)
{
    for (int i = 0; i < sources->list->nelts; i++) {
        const cors_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const cors_source_t *);

        if (cors_set_find(source->set, origin, match)) {
            return true;
        }
    }
    return false;
}
