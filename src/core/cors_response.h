/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_response: the headers of a verdict.
 *
 * Called by cors_decide.c only, when all but the headers is known. Values are
 * ready-made strings of the policy, or what the request asked for and the
 * policy has been found to allow.
 */
#ifndef CORS_RESPONSE_H
#define CORS_RESPONSE_H

#include "cors_decide.h"

/* Of an actual request or preflight that is allowed. */
void cors_response_allowed(cors_verdict_t *verdict, const cors_facts_t *facts);

/* Of a response for everybody, to a request without an Origin. */
void cors_response_any(cors_verdict_t *verdict);

/*
 * What an allowed preflight would have, up to the step that failed, which is
 * not one about the origin: browsers then name that step, and not the first
 * header that is missing.
 */
void cors_response_up_to_failure(cors_verdict_t *verdict,
                                 const cors_facts_t *facts);

#endif
