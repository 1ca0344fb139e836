/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_member: one pattern of a set, packed, and its key.
 *
 * A key has three parts: the class (any subdomain or not, any port or not), the
 * scheme, and the rest, which is a stretch of text that a matching origin has
 * in one piece: host and port, or the host alone, or either of them from some
 * dot of the host on.
 *
 * Private to the files of cors_set and cors_index.
 */
#ifndef CORS_MEMBER_H
#define CORS_MEMBER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cors_pattern.h"

enum {
    CORS_CLASS_ANY_SUBDOMAIN = 1,
    CORS_CLASS_ANY_PORT = 2,
    CORS_CLASSES = 4,
    CORS_CLASS_MASK = CORS_CLASSES - 1
};

/* 24 bytes: a set may have a million of them. */
typedef struct cors_member_t {
    const char *text;      /* as written; not owned */
    uint32_t line;
    uint16_t len;
    uint16_t sheet;        /* which file and directive it stands in */
    uint16_t scheme_len;   /* 0 for "*" and "null" */
    uint8_t flags;         /* the class, and hazards above it */
} cors_member_t;

typedef struct cors_key_t {
    const char *scheme;
    apr_size_t scheme_len;
    const char *rest;
    apr_size_t len;
    unsigned class;
} cors_key_t;

/* Pack a pattern. Its line and sheet are left to the caller. */
void cors_member_pack(cors_member_t *member, const cors_pattern_t *pattern,
                      unsigned hazards);

/* The pattern again. */
void cors_member_unpack(const cors_member_t *member, cors_pattern_t *pattern);

unsigned cors_member_class(const cors_member_t *member);
unsigned cors_member_hazards(const cors_member_t *member);

/* Does it stand for one origin, with this text? */
static inline bool cors_member_is_text(const cors_member_t *member,
                                       const char *text, apr_size_t len)
{
    return member->len == len && (member->flags & CORS_CLASS_MASK) == 0
        && member->scheme_len != 0 && memcmp(member->text, text, len) == 0;
}

/* Its key; false for "*" and "null", which have none. */
bool cors_member_key(const cors_member_t *member, cors_key_t *key);

static inline bool cors_key_equal(const cors_key_t *a, const cors_key_t *b)
{
    return a->class == b->class && a->len == b->len
        && a->scheme_len == b->scheme_len
        && memcmp(a->rest, b->rest, a->len) == 0
        && memcmp(a->scheme, b->scheme, a->scheme_len) == 0;
}

/*
 * The key under which a pattern of this class would hold for the origin, if it
 * begins in the origin's text at from. Not for opaque origins.
 */
static inline void cors_key_of_origin(cors_key_t *key,
                                      const cors_origin_t *origin,
                                      unsigned class, apr_size_t from)
{
    const apr_size_t end = (class & CORS_CLASS_ANY_PORT)
                         ? origin->host_at + origin->host_len : origin->len;

    key->class = class;
    key->scheme = origin->text;
    key->scheme_len = origin->scheme_len;
    key->rest = origin->text + from;
    key->len = end - from;
}

#endif
