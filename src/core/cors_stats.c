/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_stats.h"

void cors_stats_count(cors_stats_t *stats, cors_effect_t effect,
                      cors_kind_t kind, cors_reason_t reason)
{
    atomic_fetch_add_explicit(&stats->requests[effect][kind][reason], 1,
                              memory_order_relaxed);
}

uint64_t cors_stats_get(const cors_stats_t *stats, cors_effect_t effect,
                        cors_kind_t kind, cors_reason_t reason)
{
    return atomic_load_explicit(&stats->requests[effect][kind][reason],
                                memory_order_relaxed);
}

uint64_t cors_stats_denied(const cors_stats_t *stats, cors_effect_t effect,
                           cors_kind_t kind)
{
    uint64_t denied = 0;

    for (int reason = CORS_REASON_NONE + 1; reason < CORS_REASONS; reason++) {
        denied += cors_stats_get(stats, effect, kind, (cors_reason_t)reason);
    }
    return denied;
}
