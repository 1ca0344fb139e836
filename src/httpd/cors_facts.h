/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_facts: a request, as the core wants to know it.
 */
#ifndef CORS_FACTS_H
#define CORS_FACTS_H

#include <httpd.h>

#include "cors_decide.h"

/* Fill in facts, zeroed by the caller; they point into r and its pool. */
void cors_facts_read(cors_facts_t *facts, request_rec *r);

#endif
