/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_seen: what was denied most, in memory of fixed size that all processes
 * of a server share.
 *
 * What a policy would have had to allow (an origin, a method, a request header,
 * ...) is counted with the place of the policy. There is room for some hundred
 * of them. When it is used up, a newcomer wears down the count of the least of
 * some, the less likely the higher that count is, and takes its place at zero
 * ("HeavyKeeper", Gong et al., USENIX ATC 2018): what comes often stays,
 * whatever else a stranger sends.
 *
 * No request waits: where two would write to one entry, the second does
 * without.
 */
#ifndef CORS_SEEN_H
#define CORS_SEEN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cors_place.h"

typedef enum cors_want_t {
    CORS_WANT_ORIGIN,
    CORS_WANT_INSECURE_ORIGIN,   /* no TLS, but the policy has credentials */
    CORS_WANT_DENIED_ORIGIN,     /* by CorsDenyOrigin: it should not get it */
    CORS_WANT_NOT_AN_ORIGIN,
    CORS_WANT_METHOD,
    CORS_WANT_HEADER,
    CORS_WANT_PRIVATE_NETWORK,
    CORS_WANTS  /* how many */
} cors_want_t;

enum {
    CORS_SEEN_WAYS = 64,         /* entries that compete for a place */
    CORS_SEEN_ROWS = 8,
    CORS_SEEN_MAX = CORS_SEEN_WAYS * CORS_SEEN_ROWS,
    CORS_SEEN_VALUE = 256,       /* bytes kept of a value, with a NUL */
    CORS_SEEN_PLACE = 192        /* and of a place */
};

typedef struct cors_seen_entry_t {
    _Atomic uint32_t locked_at;  /* seconds, 0: not; see cors_seen.c */
    _Atomic uint64_t hash;       /* 0: free */
    _Atomic uint64_t count;
    _Atomic int64_t first, last; /* microseconds since 1970 */

    /* With the lock only. */
    uint32_t want;
    uint16_t reported;           /* by CorsEngine ReportOnly */
    uint16_t is_cut;             /* the value had more */
    char value[CORS_SEEN_VALUE];
    char place[CORS_SEEN_PLACE];
} cors_seen_entry_t;

/* Zeroed but for the key, of random bytes. */
typedef struct cors_seen_t {
    unsigned char key[16];
    cors_seen_entry_t entries[CORS_SEEN_ROWS][CORS_SEEN_WAYS];
} cors_seen_t;

/* What is counted: the value need not be terminated. */
typedef struct cors_seen_item_t {
    cors_want_t want;
    const char *value;
    size_t len;
    const cors_place_t *at;  /* beside which directive it would go */
    bool is_outside;         /* outside of that, which is a <CorsOrigin> */
    bool reported;
} cors_seen_item_t;

/* A copy of an entry, as it was at one moment. */
typedef struct cors_seen_view_t {
    cors_want_t want;
    bool reported;
    bool is_cut;         /* there was more of the value */
    uint64_t count;
    int64_t first, last;
    char value[CORS_SEEN_VALUE];
    char place[CORS_SEEN_PLACE];
} cors_seen_view_t;

/* Count an item. now: microseconds since 1970. Any thread, any process. */
void cors_seen_add(cors_seen_t *seen, const cors_seen_item_t *item,
                   int64_t now);

/* The entries there are, the most frequent first; how many. now as above. */
int cors_seen_read(cors_seen_t *seen, cors_seen_view_t views[CORS_SEEN_MAX],
                   int64_t now);

#endif
