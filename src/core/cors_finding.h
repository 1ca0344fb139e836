/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_finding: something wrong or doubtful in a configuration, as a value.
 *
 * Parsers, loaders and lint append findings to a list and go on, so that one
 * run of configtest reports every fault. src/httpd prints them.
 */
#ifndef CORS_FINDING_H
#define CORS_FINDING_H

#include <apr_tables.h>

#include "cors_message.h"
#include "cors_place.h"

typedef struct cors_finding_t {
    cors_message_t id;
    cors_place_t at;
    const char *text;  /* what is wrong with which value, and the mend */
} cors_finding_t;

typedef apr_array_header_t cors_findings_t;  /* of cors_finding_t */

cors_findings_t *cors_findings_make(apr_pool_t *p);

/*
 * Append a finding; the text is formatted into the list's pool. at is copied,
 * the strings it points to are not.
 */
void cors_findings_add(cors_findings_t *list, cors_message_t id,
                       const cors_place_t *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
