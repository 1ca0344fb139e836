/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_log: the one place where the module speaks to the error log.
 *
 * Every line begins with the message's stable id (src/core/cors_message.h) and
 * names a place. Client bytes are escaped and cut.
 */
#ifndef CORS_LOG_H
#define CORS_LOG_H

#include <httpd.h>

#include "cors_decide.h"
#include "cors_finding.h"

/*
 * Print a finding of the start-up checks: to the terminal while httpd starts
 * or tests its configuration, to the main error log on later passes.
 */
void cors_log_finding(const cors_finding_t *finding, server_rec *s);

/* A finding as one line: "CORS0101: conf/x.conf:7: ..."; from p. */
const char *cors_log_finding_text(const cors_finding_t *finding,
                                  apr_pool_t *p);

/* A request's verdict: denials at info, allowed requests at debug. */
void cors_log_verdict(request_rec *r, const cors_verdict_t *verdict,
                      const cors_policy_t *policy);

#endif
