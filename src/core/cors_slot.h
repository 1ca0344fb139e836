/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_slot: the set that is in force, while others replace it.
 *
 * Any number of threads look things up; one thread at a time replaces the set
 * and frees the old one when nobody looks at it any more. Readers neither wait
 * nor write to memory that they share: each says in a record of its own which
 * set it looks at ("hazard pointers": M. Michael, IEEE TPDS 15(6), 2004).
 *
 * A reference count would be one counter that all threads write to; a lock
 * would let a request wait.
 */
#ifndef CORS_SLOT_H
#define CORS_SLOT_H

#include <apr_pools.h>

#include "cors_set.h"

typedef struct cors_slot_t cors_slot_t;

/*
 * An empty slot, to live in p. The sets in it go when p does; by then no thread
 * may look at it.
 */
cors_slot_t *cors_slot_create(apr_pool_t *p);

/*
 * The set in force, which stays until cors_slot_leave; NULL if there has not
 * been one yet. Between the two a thread may not block, nor enter another slot.
 * Any thread.
 */
const cors_set_t *cors_slot_enter(cors_slot_t *slot);
void cors_slot_leave(void);

/* How many records of readers the process has; they are never freed. */
int cors_slot_readers(void);

/*
 * Put a set in force. It is the slot's from now on, with its pool, in which
 * there is nothing else and which has no parent. One thread at a time.
 */
void cors_slot_replace(cors_slot_t *slot, const cors_set_t *set,
                       apr_pool_t *own);

/*
 * Free the sets that were replaced and that nobody looks at; how many are left
 * for the next time. One thread at a time, the one that replaces.
 */
int cors_slot_reclaim(cors_slot_t *slot);

/*
 * The hazards of the set in force (CORS_HAZARD_*). It may have been replaced
 * when the caller looks at them: what counts is the set that an origin is found
 * in. Any thread.
 */
unsigned cors_slot_hazards(const cors_slot_t *slot);

#endif
