/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_dump: "apachectl -t -D DUMP_CORS".
 *
 * Every policy with its place, what it says and how many origins it has; the
 * warnings; and what is left of recipes that the module replaces.
 */
#ifndef CORS_DUMP_H
#define CORS_DUMP_H

#include <httpd.h>

/* test_config: print to standard output, if DUMP_CORS is defined. */
void cors_dump(apr_pool_t *pconf, server_rec *s);

#endif
