/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_pool.h"

#include <apr_allocator.h>

apr_pool_t *cors_pool_create(void)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    if (apr_pool_create_unmanaged_ex(&pool, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    apr_pool_tag(pool, "mod_cors");
    return pool;
}
