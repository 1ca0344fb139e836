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
 * A thread has one of its own. It outlives the thread: there is no moment at
 * which it could be freed without a lock. Most threads of a server live as long
 * as the process, but mod_http2's come and go: after so many records a new
 * thread takes one that is not in use. Should its owner still live, either
 * finds it in use one day, and takes another.
 */
typedef struct reader_t {
    _Atomic(const snapshot_t *) looks_at;  /* NULL: not in use */
    struct reader_t *next;
} reader_t;

enum { READERS_MAX = 1024, CACHE_LINE = 64 };

/* What is looked at in an empty slot. */
static const snapshot_t nothing;

static _Atomic(reader_t *) readers;
static atomic_int readers_made;
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

static const snapshot_t *mark_of(const snapshot_t *snapshot)
{
    return snapshot != NULL ? snapshot : &nothing;
}

/* Use the record, if it is not in use. */
static bool claim(reader_t *reader, const snapshot_t *snapshot)
{
    const snapshot_t *unused = NULL;

    return atomic_compare_exchange_strong(&reader->looks_at, &unused,
                                          mark_of(snapshot));
}

/* On a cache line of its own: other threads' writes are not to slow it down. */
static reader_t *make(const snapshot_t *snapshot)
{
    reader_t *reader = aligned_alloc(CACHE_LINE, CACHE_LINE);

    if (reader == NULL) {
        abort();  /* as httpd has it for its pools */
    }
    atomic_init(&reader->looks_at, mark_of(snapshot));
    reader->next = atomic_load(&readers);
    while (!atomic_compare_exchange_weak(&readers, &reader->next, reader)) {
        /* reader->next is what came in between */
    }
    atomic_fetch_add(&readers_made, 1);
    return reader;
}

static reader_t *enroll(const snapshot_t *snapshot)
{
    reader_t *reader = NULL;

    if (atomic_load(&readers_made) >= READERS_MAX) {
        reader = atomic_load(&readers);
        while (reader != NULL && !claim(reader, snapshot)) {
            reader = reader->next;
        }
    }
    return reader != NULL ? reader : make(snapshot);
}

const cors_set_t *cors_slot_enter(cors_slot_t *slot)
{
    snapshot_t *snapshot = atomic_load(&slot->current), *seen = snapshot;

    /*
     * The order matters: say what is looked at, then see that it is still in
     * force. If so, whoever replaces it afterwards finds what was said.
     */
    if (self == NULL || !claim(self, snapshot)) {
        self = enroll(snapshot);
    }
    while ((snapshot = atomic_load(&slot->current)) != seen) {
        seen = snapshot;
        atomic_store(&self->looks_at, mark_of(seen));
    }
    return snapshot != NULL ? snapshot->set : NULL;
}

int cors_slot_readers(void)
{
    return atomic_load(&readers_made);
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
