/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_apply: a verdict becomes headers and environment variables.
 *
 * The only place of the module that writes CORS response headers.
 */
#ifndef CORS_APPLY_H
#define CORS_APPLY_H

#include <httpd.h>

#include "cors_decide.h"

/*
 * Make the verdict's headers the only ones of their kind in the response,
 * whoever has set others; merge Vary. Applying twice changes nothing.
 */
void cors_apply_headers(request_rec *r, const cors_verdict_t *verdict);

/* Does the policy keep the CORS headers that somebody else gave r? */
bool cors_apply_keeps_upstream(const request_rec *r,
                               const cors_policy_t *policy);

/* Merge into the response's Vary; NULL for nothing. */
void cors_apply_vary(request_rec *r, const char *vary);

/* Set CORS_REQUEST, CORS_VERDICT and CORS_REASON. */
void cors_apply_environment(request_rec *r, const cors_verdict_t *verdict);

#endif
