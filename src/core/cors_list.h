/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_list: the methods or header names of one directive, compiled.
 *
 * A list is complete and has its header value ready as soon as the
 * configuration is read; a request only points to it. Repeating the directive
 * in a section adds to the list.
 */
#ifndef CORS_LIST_H
#define CORS_LIST_H

#include <stdbool.h>

#include <apr_pools.h>
#include <apr_tables.h>

#include "cors_names.h"
#include "cors_place.h"

typedef enum cors_list_kind_t {
    CORS_LIST_METHODS,
    CORS_LIST_REQUEST_HEADERS,
    CORS_LIST_RESPONSE_HEADERS
} cors_list_kind_t;

typedef struct cors_list_t {
    cors_list_kind_t kind;
    const cors_place_t *at;     /* NULL for a default */
    apr_array_header_t *names;  /* const char *, those of the protocol first */
    apr_array_header_t *lengths; /* apr_size_t, of the names */
    bool any;                   /* "*" is among the arguments */
    const char *listed;         /* the names, joined; NULL if there are none */
    const char *value;          /* what to send without credentials */
} cors_list_t;

/*
 * A list with what the protocol always allows (the CORS-safelisted methods or
 * request-header names) and nothing else. at must live as long.
 */
cors_list_t *cors_list_create(cors_list_kind_t kind, const cors_place_t *at,
                              apr_pool_t *p);

/* Add a name, or "*"; the text must live as long as the list. */
cors_name_fault_t cors_list_add(cors_list_t *list, const char *name);

/* Make the header values anew after names were added. */
void cors_list_seal(cors_list_t *list, apr_pool_t *p);

/*
 * Is the name in the list, by itself or by "*"? "*" does not cover
 * Authorization (Fetch standard, "CORS non-wildcard request-header name").
 */
bool cors_list_covers(const cors_list_t *list, const char *name,
                      apr_size_t len);

#endif
