/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_actual: the output filter, through which every response of a URL with a
 * policy passes, and which has the last word on its CORS headers.
 */
#ifndef CORS_ACTUAL_H
#define CORS_ACTUAL_H

#include <httpd.h>

#include "cors_request.h"

/* Register the filter; call it once, from the module's register_hooks. */
void cors_actual_register_filter(void);

/* Put the filter in line, as soon as the request is read: for modules that write
 * a response before any handler. */
void cors_actual_begin(cors_request_t *cors, request_rec *r);

/* Hooks: insert_filter and insert_error_filter, where it may be missing again. */
void cors_actual_insert_filter(request_rec *r);

#endif
