/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_request: what the module knows about a request, from the moment it is
 * read until its response has left.
 *
 * The state belongs to the request that the client made. Internal redirects
 * (error documents, front controllers, directory indexes) and subrequests
 * share it, which is how the policy stays that of the URL asked for.
 *
 * httpd replaces r->per_dir_config several times and, when a phase fails, goes
 * back to the virtual host's. So the policy is captured whenever a better one
 * is known, and never read where the response is made.
 */
#ifndef CORS_REQUEST_H
#define CORS_REQUEST_H

#include <httpd.h>

#include "cors_decide.h"

/* How much of the configuration the captured policy took into account. */
typedef enum cors_level_t {
    CORS_LEVEL_SERVER,    /* the virtual host */
    CORS_LEVEL_LOCATION,  /* and <Location>, <If> */
    CORS_LEVEL_FULL       /* and <Directory>, .htaccess, <Files>, <Proxy> */
} cors_level_t;

typedef struct cors_request_t {
    request_rec *first;           /* the request that the client made */
    cors_facts_t facts;
    cors_level_t level;
    const cors_policy_t *policy;  /* NULL: CORS is off, as far as known */
    bool is_decided;              /* is the verdict that of the policy? */
    bool is_preflight;
    bool is_answered;             /* the preflight's answer is on its way */
    cors_verdict_t verdict;
} cors_request_t;

/* The state; NULL where no policy can apply. */
cors_request_t *cors_request_get(const request_rec *r);

/* Decide, if that has not happened since the policy was captured; log it. */
void cors_request_decide(cors_request_t *cors);

/* Hooks: post_read_request, pre_translate_name, translate_name. */
int cors_request_begin(request_rec *r);
int cors_request_at_location(request_rec *r);

/* Capture the policy that is in force for r now. */
void cors_request_capture(cors_request_t *cors, const request_rec *r,
                          cors_level_t level);

#endif
