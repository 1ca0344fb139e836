/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_psl.h"

#include <string.h>

#include <libpsl.h>

#include "cors_host.h"

static psl_ctx_t *newest;

static apr_status_t forget(void *unused)
{
    (void)unused;
    psl_free(newest);
    newest = NULL;
    return APR_SUCCESS;
}

void cors_psl_init(apr_pool_t *p)
{
    if (newest == NULL) {
        newest = psl_latest(NULL);
        apr_pool_cleanup_register(p, NULL, forget, apr_pool_cleanup_null);
    }
}

bool cors_psl_is_public_suffix(const char *host, apr_size_t len)
{
    const psl_ctx_t *list = newest ? newest : psl_builtin();
    char name[CORS_HOST_MAX + 2];

    if (len > 0 && host[len - 1] == '.') {
        len--;
    }
    if (list == NULL || len >= sizeof name) {
        return false;
    }
    memcpy(name, host, len);
    name[len] = '\0';
    return psl_is_public_suffix2(list, name,
                                 PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
}
