/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_feed.h"

cors_feed_t *cors_feed_create(cors_feed_kind_t kind, const char *spec,
                              const cors_place_t *at, apr_pool_t *p)
{
    cors_feed_t *feed = apr_pcalloc(p, sizeof *feed);

    feed->kind = kind;
    feed->spec = spec;
    feed->at = at;
    feed->slot = cors_slot_create(p);
    return feed;
}

void cors_feed_forbid(cors_feed_t *feed, unsigned hazards,
                      const cors_place_t *by)
{
    for (int i = 0; i < CORS_HAZARDS; i++) {
        const unsigned bit = 1u << i;

        if ((hazards & bit & ~feed->forbidden) != 0) {
            feed->forbidden |= bit;
            feed->forbidden_by[i] = by;
        }
    }
}
