/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_wants: all that a policy would have to allow for a request that it
 * denies.
 *
 * A decision stops at the first step that fails, as browsers do. Who wants to
 * mend a policy must know the others too.
 */
#ifndef CORS_WANTS_H
#define CORS_WANTS_H

#include "cors_decide.h"
#include "cors_seen.h"

/* More header names than that in one request are not looked at. */
enum { CORS_WANTS_MAX = 16 };

/*
 * What the request, which has this verdict, would want of the policy, and where
 * it would go; how many. The items point into the facts and to the policy's
 * places. None for a policy that is unsafe: nothing that is added to it helps.
 */
int cors_wants_of(cors_seen_item_t items[CORS_WANTS_MAX],
                  const cors_verdict_t *verdict, const cors_policy_t *policy,
                  const cors_facts_t *facts);

#endif
