/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_slot.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct snapshot_t {
    const cors_set_t *set;
    apr_pool_t *own;            /* has the set, and this */
    struct snapshot_t *next;    /* replaced before this one */
} snapshot_t;

struct cors_slot_t {
    _Atomic(snapshot_t *) current;
    atomic_uint hazards;
    snapshot_t *replaced;       /* of the thread that replaces */
};

/*
 * One for each thread that ever entered a slot. It outlives the thread: there
 * is no moment at which it could be freed without a lock, and a server's
 * threads live as long as the process does.
 */
typedef struct reader_t {
    _Atomic(const snapshot_t *) looks_at;
    struct reader_t *next;
} reader_t;

static _Atomic(reader_t *) readers;
static _Thread_local reader_t *self;

static apr_status_t destroy(void *data)
{
    cors_slot_t *slot = data;
    snapshot_t *snapshot = atomic_exchange(&slot->current, NULL);

    while (slot->replaced != NULL) {
        snapshot_t *next = slot->replaced->next;

        apr_pool_destroy(slot->replaced->own);
        slot->replaced = next;
    }
    if (snapshot != NULL) {
        apr_pool_destroy(snapshot->own);
    }
    return APR_SUCCESS;
}

cors_slot_t *cors_slot_create(apr_pool_t *p)
{
    cors_slot_t *slot = apr_pcalloc(p, sizeof *slot);

    atomic_init(&slot->current, NULL);
    atomic_init(&slot->hazards, 0);
    apr_pool_cleanup_register(p, slot, destroy, apr_pool_cleanup_null);
    return slot;
}

/* ------------------------------------------------------------------ readers */

static reader_t *enroll(void)
{
    reader_t *reader = calloc(1, sizeof *reader);

    if (reader == NULL) {
        abort();  /* as httpd has it for its pools */
    }
    reader->next = atomic_load(&readers);
    while (!atomic_compare_exchange_weak(&readers, &reader->next, reader)) {
        /* reader->next is what came in between */
    }
    return self = reader;
}

const cors_set_t *cors_slot_enter(cors_slot_t *slot)
{
    reader_t *reader = self != NULL ? self : enroll();
    snapshot_t *snapshot = atomic_load(&slot->current), *seen;

    /*
     * The order matters: say what is looked at, then see that it is still in
     * force. If so, whoever replaces it afterwards finds what was said.
     */
    do {
        seen = snapshot;
        atomic_store(&reader->looks_at, seen);
        snapshot = atomic_load(&slot->current);
    } while (snapshot != seen);
    return snapshot != NULL ? snapshot->set : NULL;
}

void cors_slot_leave(void)
{
    atomic_store_explicit(&self->looks_at, NULL, memory_order_release);
}

unsigned cors_slot_hazards(const cors_slot_t *slot)
{
    return atomic_load_explicit(&slot->hazards, memory_order_relaxed);
}

/* ---------------------------------------------------- the one who replaces */

void cors_slot_replace(cors_slot_t *slot, const cors_set_t *set,
                       apr_pool_t *own)
{
    snapshot_t *snapshot = apr_pcalloc(own, sizeof *snapshot), *old;

    snapshot->set = set;
    snapshot->own = own;
    atomic_store(&slot->hazards, cors_set_hazards(set));
    old = atomic_exchange(&slot->current, snapshot);
    if (old != NULL) {
        old->next = slot->replaced;
        slot->replaced = old;
    }
}

static bool is_looked_at(const snapshot_t *snapshot)
{
    for (reader_t *reader = atomic_load(&readers); reader != NULL;
         reader = reader->next) {
        if (atomic_load(&reader->looks_at) == snapshot) {
            return true;
        }
    }
    return false;
}

int cors_slot_reclaim(cors_slot_t *slot)
{
    snapshot_t **link = &slot->replaced;
    int left = 0;

    while (*link != NULL) {
        snapshot_t *snapshot = *link;

        if (is_looked_at(snapshot)) {
            link = &snapshot->next;
            left++;
            continue;
        }
        *link = snapshot->next;
        apr_pool_destroy(snapshot->own);
    }
    return left;
}
