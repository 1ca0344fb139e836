/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_resolve: the policy of a URL whose request did not go through all
 * phases, because a cache answered it or a phase failed.
 *
 * httpd then leaves the virtual host's configuration in r->per_dir_config,
 * which may be far from what the URL's own sections say.
 */
#ifndef CORS_RESOLVE_H
#define CORS_RESOLVE_H

#include <http_request.h>

#include "cors_request.h"

/*
 * In translate_name and post_perdir_config, for the subrequest with which
 * cors_resolve asks httpd where a URL leads. self is the module's own hook.
 */
int cors_resolve_translate(request_rec *r, ap_HOOK_translate_name_t *self);
int cors_resolve_at_full(request_rec *r);

/* Merge what is known of a file that cannot be walked to; see there. */
void cors_resolve_directories(const cors_request_t *cors, request_rec *r);

/*
 * Capture the best policy that can still be known for r, whose response is
 * about to be made. Does nothing where the complete one is there already.
 */
void cors_resolve(cors_request_t *cors, request_rec *r);

/* A request that nobody has made. */
typedef struct cors_asked_t {
    server_rec *server;      /* the virtual host it would be for */
    const char *hostname;    /* as the client addresses it */
    const char *path;        /* as in a request line, without the query */
    const char *args;        /* the query; NULL for none */
    const char *method;
    apr_table_t *headers;    /* of the request, for <If> */
} cors_asked_t;

/*
 * The policy of a URL that r asks about, on or off, found as for a request to
 * it; NULL where no server has one. Lives as long as r, which is left as it
 * was. What other modules set when they read a request (SetEnvIf) is not known.
 */
const cors_policy_t *cors_resolve_asked(request_rec *r,
                                        const cors_asked_t *asked);

#endif
