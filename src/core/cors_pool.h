/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_pool: a pool that belongs to nobody else.
 *
 * It has no parent and an allocator of its own, so that any thread may destroy
 * it, and its memory does not stay behind in the allocator of that thread.
 */
#ifndef CORS_POOL_H
#define CORS_POOL_H

#include <apr_pools.h>

/* NULL where there is no memory. The caller destroys it. */
apr_pool_t *cors_pool_create(void);

#endif
