/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_answer: responses of the module's own: the answer to a preflight, and
 * the refusal of a request under "CorsDisallowed Reject".
 *
 * A hook ends the request as soon as its policy is complete, with a status
 * that httpd treats as an error without body or ErrorDocument; the output
 * filter then gives the response its real status, headers and body. Where
 * httpd ended a preflight before any hook could (a redirect in the translate
 * phase, a path that it refuses), or a cache answered a request that is to be
 * refused, the filter alone does it.
 */
#ifndef CORS_ANSWER_H
#define CORS_ANSWER_H

#include <util_filter.h>

#include "cors_request.h"

/*
 * At the end of post_read_request, for a policy that is complete already, so that
 * the later phases have nothing to do but for what is to be answered; that is
 * left to them: httpd would close the connection.
 */
void cors_answer_settle(cors_request_t *cors, request_rec *r);

/*
 * In translate_name. Answers where no directory, file or .htaccess could change
 * the policy, before the file system is touched.
 */
int cors_answer_at_location(request_rec *r);

/* Hook: post_perdir_config, before authentication and authorization. */
int cors_answer_at_full(request_rec *r);

/*
 * Hook: fixups. The same for the targets of internal redirects that make no
 * new request, where the URL asked for has no policy.
 */
int cors_answer_at_redirect(request_rec *r);

/* Is the response r, which something else made, to be replaced? */
bool cors_answer_is_due(const cors_request_t *cors, const request_rec *r);

/* Turn whatever response r has into ours, and send it. */
apr_status_t cors_answer_send(ap_filter_t *f, apr_bucket_brigade *bb,
                              cors_request_t *cors);

#endif
