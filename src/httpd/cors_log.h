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
#include "cors_feed.h"
#include "cors_finding.h"

/*
 * Print a finding of the start-up checks: to the terminal while httpd starts
 * or tests its configuration, to the main error log on later passes.
 */
void cors_log_finding(const cors_finding_t *finding, server_rec *s);

/* A finding as one line: "CORS0101: conf/x.conf:7: ..."; from p. */
const char *cors_log_finding_text(const cors_finding_t *finding,
                                  apr_pool_t *p);

/*
 * A feed's list has been replaced, at notice: from so many origins to so many;
 * before is -1 where there was none. has_recovered: after it could not be had.
 */
void cors_log_loaded(server_rec *s, const cors_feed_t *feed, int before,
                     int now, bool has_recovered, apr_pool_t *p);

/*
 * A feed's list cannot be had, for this reason and more others; so many origins
 * stay in force, or -1 where there has been no list yet.
 */
void cors_log_load_failed(server_rec *s, const cors_feed_t *feed,
                          const cors_finding_t *why, int more, int in_force,
                          apr_pool_t *p);

/* This process has no memory for the list that others have. */
void cors_log_no_room(server_rec *s, const cors_feed_t *feed, apr_pool_t *p);

/* This process ends in the middle of a query. */
void cors_log_given_up(server_rec *s);

/* What processes would share cannot be made. */
void cors_log_not_shared(server_rec *s, apr_status_t rv, bool goes_on);

/* There is no shared memory for counters. */
void cors_log_not_counted(server_rec *s, apr_status_t rv);

/* The feeds at this place, and others, are not looked at again. */
void cors_log_no_reload(server_rec *s, const cors_place_t *at);

/* A request's verdict: denials at info, allowed requests at debug. */
void cors_log_verdict(request_rec *r, const cors_verdict_t *verdict);

#endif
