/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_tally: each request is counted once, when it is over.
 */
#ifndef CORS_TALLY_H
#define CORS_TALLY_H

#include <httpd.h>

/* log_transaction: count the verdict that the client got. */
int cors_tally_request(request_rec *r);

#endif
