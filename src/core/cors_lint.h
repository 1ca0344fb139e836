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

/* Append what is wrong with a policy that is on. */
void cors_lint_errors(const cors_policy_t *policy, cors_findings_t *findings);

/* Append what is doubtful about a policy that is on. */
void cors_lint_warnings(const cors_policy_t *policy,
                        cors_findings_t *findings);

#endif
