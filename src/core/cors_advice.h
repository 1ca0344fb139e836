/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_advice: what to write so that a request that fails is allowed.
 *
 * Never a wildcard, and nothing that configtest would refuse without saying so.
 */
#ifndef CORS_ADVICE_H
#define CORS_ADVICE_H

#include <apr_tables.h>

#include "cors_browser.h"
#include "cors_decide.h"

typedef struct cors_advice_t {
    const char *line;        /* a directive; NULL where none would help */
    const char *where;       /* a sentence: where it goes, or what to do */
    const cors_place_t *at;  /* the directive to change or to stand beside;
                                NULL for none */
} cors_advice_t;

/*
 * What the policy, which is on, lacks for a page to be allowed what it asks
 * for, where this is the verdict; of cors_advice_t, from p.
 */
apr_array_header_t *cors_advise(const cors_policy_t *policy,
                                const cors_verdict_t *verdict,
                                const cors_facts_t *facts,
                                const cors_fetch_t *fetch, apr_pool_t *p);

/* Append what the policy lacks for the script to see the headers of the
 * response that it would read. */
void cors_advise_reads(apr_array_header_t *advice,
                       const cors_policy_t *policy, const cors_fetch_t *fetch,
                       apr_pool_t *p);

/* Append what would take the place of answers that nobody here can know: a
 * backend's, to preflights or with CORS headers of its own. */
void cors_advise_unknown(apr_array_header_t *advice,
                         const cors_policy_t *policy, bool is_preflight,
                         apr_pool_t *p);

/* What a URL without a policy lacks, or one where the CorsEngine at this place
 * (NULL: none) is Off. */
apr_array_header_t *cors_advise_policy(const cors_fetch_t *fetch,
                                       const cors_place_t *engine,
                                       apr_pool_t *p);

#endif
