/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_finding.h"

#include <stdarg.h>

#include <apr_strings.h>

/* A configuration seldom has more than a handful of faults. */
enum { EXPECTED_FINDINGS = 4 };

cors_findings_t *cors_findings_make(apr_pool_t *p)
{
    return apr_array_make(p, EXPECTED_FINDINGS, sizeof(cors_finding_t));
}

void cors_findings_add(cors_findings_t *list, cors_message_t id,
                       const cors_place_t *at, const char *fmt, ...)
{
    cors_finding_t *finding = apr_array_push(list);
    va_list args;

    finding->id = id;
    finding->at = *at;
    va_start(args, fmt);
    finding->text = apr_pvsprintf(list->pool, fmt, args);
    va_end(args);
}
