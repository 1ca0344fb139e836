/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_tally.h"

#include <apr_strings.h>

#include "cors_request.h"
#include "cors_shm.h"
#include "cors_wants.h"

/*
 * Where a directive for it would go: beside the sources; where another section
 * has the list, or says Off, beside that.
 */
static const cors_place_t *place_for(cors_want_t want,
                                     const cors_policy_t *policy)
{
    const cors_place_t *sources = policy->sources->at;
    const cors_place_t *at =
        want == CORS_WANT_METHOD ? cors_policy_methods(policy)->at
        : want == CORS_WANT_HEADER ? cors_policy_headers(policy)->at
        : want == CORS_WANT_PRIVATE_NETWORK ? policy->private_network.at
        : NULL;

    return at == NULL || cors_place_is_beside(at, sources) ? sources : at;
}

/* A denial is rare, or hostile; neither is counted at the expense of others. */
static void note_wants(cors_seen_t *seen, const cors_request_t *cors)
{
    const cors_policy_t *policy = cors->verdict.policy;
    cors_seen_item_t items[CORS_WANTS_MAX];
    const int n = cors_wants_of(items, &cors->verdict, policy,
                                &cors->facts, "");

    for (int i = 0; i < n; i++) {
        const cors_place_t *at = place_for(items[i].want, policy);

        items[i].place = apr_psprintf(cors->first->pool, "%s:%d", at->file,
                                      at->line);
        cors_seen_add(seen, &items[i], apr_time_now());
    }
}

int cors_tally_request(request_rec *r)
{
    const cors_request_t *cors = cors_request_get(r);
    cors_shm_t *shm = cors_shm();
    const cors_verdict_t *verdict;

    if (cors == NULL || shm == NULL || cors->policy == NULL
        || !cors->is_decided) {
        return DECLINED;
    }
    verdict = &cors->verdict;
    cors_stats_count(&shm->stats,
                     cors_policy_is_report_only(cors->policy)
                     ? CORS_EFFECT_REPORTED : CORS_EFFECT_APPLIED,
                     verdict->kind, verdict->reason);
    if (verdict->reason != CORS_REASON_NONE) {
        if (verdict->kind == CORS_KIND_ACTUAL && cors->is_answered) {
            cors_stats_count(&shm->stats, CORS_EFFECT_REFUSED, verdict->kind,
                             verdict->reason);
        }
        note_wants(&shm->seen, cors);
    }
    return DECLINED;
}
