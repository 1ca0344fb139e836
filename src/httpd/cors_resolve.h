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

#endif
