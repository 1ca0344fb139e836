/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeing: what the tests of cors_seen share: an empty memory of what was denied,
 * as processes share it, for each test.
 */
#ifndef CORS_TEST_SEEING_H
#define CORS_TEST_SEEING_H

#include "cors_seen.h"
#include "support.h"

/* In microseconds. */
enum { SECOND = 1000000 };

#define SEEING_NOW (INT64_C(1700000000) * SECOND)

extern cors_seen_t *seen;
extern cors_seen_view_t *views;  /* room for all entries */

/* The fixture. */
void seeing_make(void);
void seeing_forget(void);

/* An origin that was denied, by line 1 of a.conf. */
cors_seen_item_t seeing_item(const char *value);

/* Count it. */
void seeing_add(const char *value, int64_t at);

/* "3 https://a,1 https://b": what is read. */
const char *seeing_text(int64_t at);

#endif
