/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_ask: the query of a question what would happen (?explain=1&url=...).
 *
 * The parameters are url (a path, or a whole http or https URL), origin,
 * method, headers, reads, credentials=include, private-network=1. They come
 * from whoever may see the status page, so each is bounded and nothing of them
 * is said in a fault. Whose URL it is, httpd/cors_question.c finds out.
 */
#ifndef CORS_ASK_H
#define CORS_ASK_H

#include <apr_pools.h>
#include <apr_uri.h>

#include "cors_browser.h"

/* More than any URL, list of headers or origin that httpd would take. */
enum { CORS_ASK_MAX = 8192, CORS_ASK_METHOD_MAX = 256 };

/*
 * A parameter of a query, decoded, from p. NULL if it is not there, or has an
 * escape that is none, a NUL, or more than CORS_ASK_MAX bytes.
 */
const char *cors_ask_parameter(const char *query, const char *name,
                               apr_pool_t *p);

/*
 * What a query asks about: *url as it was asked for, and all of *fetch but its
 * URL. What is wrong with it, a sentence without a byte of it, or NULL.
 */
const char *cors_ask_read(const char **url, cors_fetch_t *fetch,
                          const char *query, apr_pool_t *p);

/* The parts of a path, or of a whole http or https URL; false for all else. */
bool cors_ask_parse_url(apr_uri_t *uri, const char *url, apr_pool_t *p);

#endif
