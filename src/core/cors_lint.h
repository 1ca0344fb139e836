/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_lint: what is unsafe or doubtful about a whole policy.
 *
 * Single values are checked where they are parsed; this looks at combinations.
 * The errors are exactly those for which cors_policy_hazards is not 0.
 */
#ifndef CORS_LINT_H
#define CORS_LINT_H

#include "cors_finding.h"
#include "cors_policy.h"

/*
 * What has been said already, for a configuration whose sections share sources:
 * each source is looked through once for each way it is used.
 */
typedef struct cors_lint_memory_t cors_lint_memory_t;

cors_lint_memory_t *cors_lint_memory_make(apr_pool_t *p);

/* Append all that is wrong with a policy that is on. memory may be NULL. */
void cors_lint_errors(const cors_policy_t *policy, cors_lint_memory_t *memory,
                      cors_findings_t *findings);

/* Append what is doubtful about a policy that is on. memory may be NULL. */
void cors_lint_warnings(const cors_policy_t *policy,
                        cors_lint_memory_t *memory,
                        cors_findings_t *findings);

/*
 * Append why a member that a feed would have is not permitted in a policy that
 * uses it: hazards are those of the member that feed->forbidden has too.
 */
void cors_lint_forbidden(const cors_feed_t *feed, const cors_match_t *member,
                         unsigned hazards, cors_findings_t *findings);

/*
 * Append one finding that says why a policy allows nobody, or why it does not
 * allow the origin that match stands for; for a request, so at the cost of a
 * look-up. match->text is NULL where no origin was looked for.
 */
void cors_lint_example(const cors_policy_t *policy, const cors_match_t *match,
                       cors_findings_t *findings);

#endif
