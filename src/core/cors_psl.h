/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_psl: is a domain a public suffix?
 *
 * Under a public suffix (com, co.uk, github.io) anybody may register a name.
 * The list is libpsl's.
 */
#ifndef CORS_PSL_H
#define CORS_PSL_H

#include <stdbool.h>

#include <apr_pools.h>

/*
 * Choose the newest list on this machine. Not thread-safe: call it before
 * threads start. The list is given back when p is cleared; without this call,
 * and after that, the list compiled into libpsl serves.
 */
void cors_psl_init(apr_pool_t *p);

/*
 * Is the host, a lower-case name with or without a final dot, a public suffix
 * by an explicit rule? Unlisted top-level names are taken for internal ones
 * (corp, lan), under which only their owner registers. Thread-safe.
 */
bool cors_psl_is_public_suffix(const char *host, apr_size_t len);

#endif
