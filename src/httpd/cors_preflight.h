/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_preflight: answering preflights, instead of whatever would have handled
 * the request.
 */
#ifndef CORS_PREFLIGHT_H
#define CORS_PREFLIGHT_H

#include "cors_request.h"

#include <util_filter.h>

/*
 * Hook: post_perdir_config, where the policy is complete and neither
 * authentication nor authorization has run.
 */
int cors_preflight_answer(request_rec *r);

/*
 * Is this the preflight's last chance: did an earlier phase (a redirect, a
 * file that cannot be) end it before cors_preflight_answer could?
 */
bool cors_preflight_is_unanswered(const cors_request_t *cors,
                                  const request_rec *r);

/* Called by the output filter: turn whatever response r has into the answer,
 * and send it. */
apr_status_t cors_preflight_send(ap_filter_t *f, apr_bucket_brigade *bb,
                                 cors_request_t *cors);

#endif
