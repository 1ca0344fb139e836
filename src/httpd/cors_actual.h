/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_actual: the output filter, through which every response of a URL with a
 * policy passes, and which has the last word on its CORS headers.
 */
#ifndef CORS_ACTUAL_H
#define CORS_ACTUAL_H

#include <httpd.h>

/* Register the filter; call it once, from the module's register_hooks. */
void cors_actual_register_filter(void);

/* Hook: insert_filter and insert_error_filter; and wherever else the filter may
 * be missing. */
void cors_actual_insert_filter(request_rec *r);

#endif
