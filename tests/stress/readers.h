/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readers: what a request does with a policy, and whether it is told what one
 * of the lists says, from beginning to end.
 */
#ifndef CORS_STRESS_READERS_H
#define CORS_STRESS_READERS_H

#include "lists.h"

/* The ith look of a thread; any thread. */
void readers_look(stage_t *stage, unsigned i);

/* The same at the feed that is replaced in a rush, many times. */
void readers_rush(stage_t *stage);

#endif
