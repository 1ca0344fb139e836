/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_stats: how many requests, by kind and outcome, in memory that all
 * processes of a server share.
 *
 * Plain counters, added to one by one; a reader sees each as it is at that
 * moment.
 */
#ifndef CORS_STATS_H
#define CORS_STATS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cors_decide.h"

enum { CORS_KINDS = CORS_KIND_SAME_ORIGIN + 1 };

/* What policies do with what they decide. */
typedef enum cors_effect_t {
    CORS_EFFECT_APPLIED,
    CORS_EFFECT_REPORTED,  /* CorsEngine ReportOnly */
    CORS_EFFECT_REFUSED,   /* CorsDisallowed Reject: 403 for an actual request;
                              counted as applied, too */
    CORS_EFFECTS
} cors_effect_t;

/* By kind, and by reason; CORS_REASON_NONE is "allowed". */
typedef struct cors_stats_t {
    _Atomic uint64_t requests[CORS_EFFECTS][CORS_KINDS][CORS_REASONS];
} cors_stats_t;

/* Count a verdict once more. */
void cors_stats_count(cors_stats_t *stats, cors_effect_t effect,
                      cors_kind_t kind, cors_reason_t reason);

/* The counter; how many were allowed, for CORS_REASON_NONE. */
uint64_t cors_stats_get(const cors_stats_t *stats, cors_effect_t effect,
                        cors_kind_t kind, cors_reason_t reason);

/* All of a kind that were denied, for whatever reason. */
uint64_t cors_stats_denied(const cors_stats_t *stats, cors_effect_t effect,
                           cors_kind_t kind);

#endif
