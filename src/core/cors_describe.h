/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_describe: a policy in the words an administrator would write it in.
 */
#ifndef CORS_DESCRIBE_H
#define CORS_DESCRIBE_H

#include <apr_tables.h>

#include "cors_policy.h"

/* One directive that is in effect. */
typedef struct cors_described_t {
    const char *directive;
    const char *value;       /* as it would be written */
    const cors_place_t *at;  /* NULL: the default, nobody wrote it */
    int origins;             /* of a source: how many it has; -1 otherwise */
    bool is_in_rule;         /* within the <CorsOrigin> before it */
} cors_described_t;

/*
 * All that is in effect, of cors_described_t, from p: the sources first, then
 * the other directives in the order of the manual. Each <CorsOrigin> comes
 * before the sources with what it sets itself; of a policy with a rule merged
 * into it, that rule's is the source. Long lists of origins are cut short;
 * origins says how many there are.
 */
apr_array_header_t *cors_describe(const cors_policy_t *policy, apr_pool_t *p);

#endif
