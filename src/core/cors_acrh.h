/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_acrh: Access-Control-Request-Headers against a list.
 *
 * Browsers send lower-case names, sorted, separated by a comma. Proxies and
 * hand-written clients do not always, so this takes any list that RFC 9110,
 * section 5.6.1, allows: any case and order, repeated header lines (which
 * httpd joins), spaces and tabs, empty elements. One pass, no memory.
 */
#ifndef CORS_ACRH_H
#define CORS_ACRH_H

#include <stdbool.h>

#include "cors_list.h"

/*
 * The longest value looked at: a browser's list of some hundred names. Longer
 * ones are an attempt to make the server work.
 */
#define CORS_ACRH_MAX 4096

/* A stretch of the value: the name that was not allowed. */
typedef struct cors_slice_t {
    const char *text;  /* not terminated; points into the value */
    apr_size_t len;
} cors_slice_t;

/*
 * Are all names of the value covered by the list? Where one is not, *refused
 * is that name (or, for a value that is too long, the whole of it).
 */
bool cors_acrh_is_covered(const char *value, const cors_list_t *list,
                          cors_slice_t *refused);

#endif
