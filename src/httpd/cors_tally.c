/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_tally.h"

#include "cors_request.h"
#include "cors_shm.h"
#include "cors_wants.h"

/* A denial is rare, or hostile; neither is counted at the expense of others. */
static void note_wants(cors_seen_t *seen, const cors_request_t *cors)
{
    cors_seen_item_t items[CORS_WANTS_MAX];
    const int n = cors_wants_of(items, &cors->verdict, cors->verdict.policy,
                                &cors->facts);

    for (int i = 0; i < n; i++) {
        cors_seen_add(seen, &items[i], apr_time_now());
    }
}

int cors_tally_request(request_rec *r)
{
    cors_request_t *cors = cors_request_get(r);
    cors_shm_t *shm = cors_shm();
    const cors_verdict_t *verdict;

    if (cors == NULL || cors->policy == NULL || !cors->is_decided) {
        return DECLINED;
    }
    cors_request_log(cors);
    if (shm == NULL) {
        return DECLINED;
    }
    verdict = &cors->verdict;
    cors_stats_count(&shm->stats,
                     cors_policy_is_report_only(cors->policy)
                     ? CORS_EFFECT_REPORTED : CORS_EFFECT_APPLIED,
                     verdict->kind, verdict->reason);
    if (cors_verdict_is_ruled(verdict)
        && (verdict->kind == CORS_KIND_PREFLIGHT
            || verdict->kind == CORS_KIND_ACTUAL)) {
        cors_rule_stats_count(&shm->rules, verdict->policy,
                              verdict->is_allowed);
    }
    if (verdict->reason != CORS_REASON_NONE) {
        if (verdict->kind == CORS_KIND_ACTUAL && cors->is_answered) {
            cors_stats_count(&shm->stats, CORS_EFFECT_REFUSED, verdict->kind,
                             verdict->reason);
        }
        note_wants(&shm->seen, cors);
    }
    return DECLINED;
}
