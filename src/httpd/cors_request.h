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
#include "cors_log.h"
#include "mod_cors.h"

/* How much of the configuration the captured policy took into account. */
typedef enum cors_level_t {
    CORS_LEVEL_SERVER,    /* the virtual host */
    CORS_LEVEL_LOCATION,  /* and <Location> */
    CORS_LEVEL_FULL       /* and <Directory>, .htaccess, <Files>, <Proxy>, <If>,
                             if there are any with a policy */
} cors_level_t;

typedef struct cors_request_t {
    request_rec *first;           /* the request that the client made */
    const server_rec *server;     /* whose policies these are */
    const char *hostname;         /* and the name it had for the client */
    const request_rec *subject;   /* whose phases show the policy: first, or the
                                     subrequest of a lookup */
    cors_facts_t facts;
    bool knows_site;              /* Sec-Fetch-Site has been read */
    cors_level_t level;
    const cors_policy_t *section; /* the policy captured, on or off */
    const cors_policy_t *policy;  /* the same; NULL: CORS is off */
    const char *asked_uri;        /* as it was before httpd translated it */
    bool is_borrowed;             /* the policy is that of an error page only */
    bool is_decided;              /* is the verdict that of the policy? */
    bool is_logged;               /* and has the error log got it? */
    bool is_settled;              /* nothing is left to do for this request but
                                     to write the headers */
    bool is_answered;             /* by the module itself */
    const request_rec *told;      /* the last to have the environment set */

    /* See cors_resolve.c. */
    struct cors_request_t *lookup; /* one that is about to begin */
    bool is_lookup;                /* this is one */
    const char *unwalkable;        /* it is for a directory above this file */

    cors_verdict_t verdict;        /* undefined until it is decided */
} cors_request_t;

/*
 * The state of the request that r is part of, or of the lookup; NULL where no
 * policy can apply.
 */
static inline cors_request_t *cors_request_get(const request_rec *r)
{
    cors_request_t *cors = NULL;

    while (r != NULL && cors == NULL) {
        cors = ap_get_module_config(r->request_config, &cors_module);
        r = r->main != NULL ? r->main : r->prev;
    }
    return cors;
}

/*
 * The same for r's hooks, of which those after the first have nothing to do
 * once a request is settled: NULL, too, for that request itself, but not for
 * what it is redirected to.
 */
static inline cors_request_t *cors_request_open(const request_rec *r)
{
    cors_request_t *cors =
        ap_get_module_config(r->request_config, &cors_module);

    if (cors != NULL) {
        return cors->is_settled ? NULL : cors;
    }
    return r->main == NULL && r->prev == NULL ? NULL : cors_request_get(r);
}

/* A state with nothing in it yet, from p. */
cors_request_t *cors_request_make(apr_pool_t *p);

/*
 * Decide, if that has not happened since the policy was captured, and tell it to
 * r's environment.
 */
void cors_request_decide(cors_request_t *cors, request_rec *r);

/*
 * Log what was decided, once. Not before post_perdir_config, unless the request
 * has ended: a LogLevel of the URL's sections may be for this very module, and
 * mod_remoteip may know better who the client is.
 */
static inline void cors_request_log(cors_request_t *cors)
{
    if (cors->is_decided && !cors->is_logged) {
        cors->is_logged = true;
        cors_log_verdict(cors->first, &cors->verdict);
    }
}

/*
 * Walk the <Location> and <If> sections of a path over what r has, capture the
 * complete policy if httpd permits the walk, and leave r as it was.
 */
void cors_request_walk(cors_request_t *cors, request_rec *r, char *path);

/*
 * Capture the complete policy, in post_perdir_config. It is that of the URL
 * asked for, wherever a rewrite or an internal redirect leads: its <Location>
 * over the directory of the file that is served. Only where all of that is
 * silent does the target's count.
 */
void cors_request_at_full(cors_request_t *cors, request_rec *r);

/*
 * The same after an internal redirect that made no new request (DirectoryIndex,
 * MultiViews), in fixups. True where there was one and its target counts.
 */
bool cors_request_at_redirect(cors_request_t *cors, request_rec *r);

/*
 * Hook: post_read_request. Read the request, see whether its policy may depend
 * on its URL, and decide if not.
 */
int cors_request_begin(request_rec *r);

/*
 * At the end of post_read_request: has another module given r to another virtual
 * host, or given that another name (as mod_rpaf does)? Then all begins again
 * with that one's policies, and what the client sent. The state, if its policy
 * is complete; else, or if there is none, NULL.
 */
cors_request_t *cors_request_at_host(request_rec *r);

/* Hooks: pre_translate_name and translate_name, map_to_storage. */
int cors_request_at_location(request_rec *r);
int cors_request_at_storage(request_rec *r);

#endif
