/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_place: where something was written, so that every refusal and every
 * denial can say which line to change.
 *
 * A place is made once per directive (or per line of an origin file), lives in
 * the pool of the configuration it belongs to, and is shared by pointer.
 */
#ifndef CORS_PLACE_H
#define CORS_PLACE_H

#include <stdbool.h>

#include <apr_pools.h>

typedef struct cors_place_t {
    const char *file;       /* as httpd names it; a sentence under mod_macro */
    int line;               /* 1-based; 0 where there is no line */
    const char *directive;  /* "CorsAllowOrigin"; NULL for a line of a file */
    const void *section;    /* that it is in, or is, to compare; NULL: none */
} cors_place_t;

/* Are both in one section of one file, or in one file without a section? */
bool cors_place_is_beside(const cors_place_t *a, const cors_place_t *b);

/* "CorsMaxAge at conf/site.conf:12", or "file:line" for a file's; from p. */
const char *cors_place_text(const cors_place_t *place, apr_pool_t *p);

#endif
