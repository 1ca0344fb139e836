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

#include "cors_request.h"

/*
 * Capture the best policy that can still be known for r, whose response is
 * about to be made. Does nothing where the complete one is there already.
 */
void cors_resolve(cors_request_t *cors, request_rec *r);

#endif
