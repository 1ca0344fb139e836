/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_quote: bytes of any kind made fit to be shown.
 */
#ifndef CORS_QUOTE_H
#define CORS_QUOTE_H

#include <apr_pools.h>

/* Printable ASCII; every other byte, and a backslash, as \xHH. From p. */
const char *cors_quote_printable(const char *text, apr_pool_t *p);

/* The value of a label in the text format of Prometheus, without its quotes:
 * backslash, quote and newline are escaped. From p. */
const char *cors_quote_label(const char *text, apr_pool_t *p);

#endif
