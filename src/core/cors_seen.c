/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_seen.h"

#include <stdlib.h>
#include <string.h>

#include <apr_siphash.h>
#include <apr_strings.h>

/*
 * A process that is killed while it writes would keep its entry for ever. So
 * the lock is the time it was taken, in seconds from 1, and is anybody's after
 * so many.
 */
enum { LOCK_EXPIRES = 2 };

/* The place belongs to it: the same origin may be denied in two policies. */
static uint64_t hash_of(const cors_seen_t *seen, const cors_seen_item_t *item)
{
    const uint64_t kind = (uint64_t)item->at->line << 8
        | (uint64_t)item->want << 2 | (item->is_outside ? 2u : 0u)
        | (item->reported ? 1u : 0u);
    uint64_t hash;

    hash = apr_siphash24(item->value, item->len, seen->key);
    hash ^= apr_siphash24(item->at->file, strlen(item->at->file), seen->key)
            << 1;
    hash += (kind + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return hash != 0 ? hash : 1;
}

/* xorshift64*: good enough to draw lots, and each thread has its own. */
static uint64_t draw(uint64_t below)
{
    static _Thread_local uint64_t state;

    if (state == 0) {
        state = (uint64_t)(uintptr_t)&state | 1;
    }
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(0x2545f4914f6cdd1d) >> 11) % below;
}

static bool lock(cors_seen_entry_t *entry, int64_t now)
{
    const uint32_t seconds = (uint32_t)(now / 1000000) + 1;
    uint32_t locked_at = atomic_load(&entry->locked_at);

    if (locked_at != 0 && seconds - locked_at <= LOCK_EXPIRES) {
        return false;
    }
    return atomic_compare_exchange_strong(&entry->locked_at, &locked_at,
                                          seconds);
}

static void unlock(cors_seen_entry_t *entry)
{
    atomic_store(&entry->locked_at, 0);
}

static void copy_text(char *to, size_t size, const char *from, size_t len)
{
    const size_t n = len < size ? len : size - 1;

    memcpy(to, from, n);
    memset(to + n, 0, size - n);
    if (len >= size) {
        memcpy(to + size - 4, "...", 3);
    }
}

/* "file:line", and words on it. Of a long one the end says most. */
static void copy_place(char *to, size_t size, const cors_seen_item_t *item)
{
    char end[64];
    const char *file = item->at->file;
    const size_t len = strlen(file);
    const size_t end_len = (size_t)apr_snprintf(
        end, sizeof end, ":%d%s", item->at->line,
        item->is_outside ? ", outside of <CorsOrigin>" : "");
    const size_t room = size - 1 - end_len;
    const size_t n = len < room ? len : room;

    memset(to, 0, size);
    memcpy(to, file + len - n, n);
    memcpy(to + n, end, end_len);
    if (n < len) {
        memcpy(to, "...", 3);
    }
}

/*
 * With the lock: the entry is the item's from now on. It is free until all of
 * it is written, should the process be killed in between.
 */
static void write_entry(cors_seen_entry_t *entry,
                        const cors_seen_item_t *item, uint64_t hash,
                        int64_t now)
{
    atomic_store(&entry->hash, 0);
    atomic_store(&entry->count, 0);
    entry->want = item->want;
    entry->reported = item->reported;
    entry->is_cut = item->len >= sizeof entry->value;
    copy_text(entry->value, sizeof entry->value, item->value, item->len);
    copy_place(entry->place, sizeof entry->place, item);
    atomic_store(&entry->first, now);
    atomic_store(&entry->last, now);
    atomic_store(&entry->count, 1);
    atomic_store(&entry->hash, hash);
}

/* The least of those that compete; or its place, if its count is used up. */
static void compete(cors_seen_entry_t *row, const cors_seen_item_t *item,
                    uint64_t hash, int64_t now)
{
    cors_seen_entry_t *least = row;
    uint64_t count;

    for (int i = 1; i < CORS_SEEN_WAYS; i++) {
        if (atomic_load(&row[i].count) < atomic_load(&least->count)) {
            least = &row[i];
        }
    }
    count = atomic_load(&least->count);
    if ((count > 0 && draw(count + 1) != 0) || !lock(least, now)) {
        return;
    }
    if (count > 1) {
        atomic_fetch_sub(&least->count, 1);
    }
    else if (atomic_load(&least->count) <= 1) {
        write_entry(least, item, hash, now);
    }
    unlock(least);
}

void cors_seen_add(cors_seen_t *seen, const cors_seen_item_t *item,
                   int64_t now)
{
    const uint64_t hash = hash_of(seen, item);
    cors_seen_entry_t *row = seen->entries[hash % CORS_SEEN_ROWS];

    for (int i = 0; i < CORS_SEEN_WAYS; i++) {
        if (atomic_load(&row[i].hash) == hash) {
            atomic_fetch_add(&row[i].count, 1);
            atomic_store(&row[i].last, now);
            return;
        }
    }
    compete(row, item, hash, now);
}

/* False where the entry is free, or being written. */
static bool read_entry(cors_seen_entry_t *entry, cors_seen_view_t *view,
                       int64_t now)
{
    if (atomic_load(&entry->hash) == 0 || !lock(entry, now)) {
        return false;
    }
    view->want = (cors_want_t)entry->want;
    view->reported = entry->reported != 0;
    view->count = atomic_load(&entry->count);
    view->first = atomic_load(&entry->first);
    view->last = atomic_load(&entry->last);
    memcpy(view->value, entry->value, sizeof view->value);
    memcpy(view->place, entry->place, sizeof view->place);
    view->is_cut = entry->is_cut != 0;
    unlock(entry);
    return view->count > 0;
}

static int compare(const void *left, const void *right)
{
    const cors_seen_view_t *a = left, *b = right;

    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    return strcmp(a->value, b->value);
}

int cors_seen_read(cors_seen_t *seen, cors_seen_view_t views[CORS_SEEN_MAX],
                   int64_t now)
{
    int n = 0;

    for (int i = 0; i < CORS_SEEN_ROWS; i++) {
        for (int j = 0; j < CORS_SEEN_WAYS; j++) {
            n += read_entry(&seen->entries[i][j], &views[n], now);
        }
    }
    qsort(views, (size_t)n, sizeof views[0], compare);
    return n;
}
