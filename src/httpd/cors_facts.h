/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_facts: a request, as the core wants to know it.
 */
#ifndef CORS_FACTS_H
#define CORS_FACTS_H

#include <httpd.h>

#include "cors_decide.h"

/* What the headers say. facts are zeroed by the caller, and point into r. */
void cors_facts_read(cors_facts_t *facts, request_rec *r);

/* What this server is for the client: facts->own_*. */
void cors_facts_read_own(cors_facts_t *facts, request_rec *r);

#endif
