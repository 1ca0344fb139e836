/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_index: members by key, in a hash table with open addressing.
 *
 * Not apr_hash: that takes a hundred bytes for each entry, and a set may have a
 * million. Private to cors_set.c.
 */
#ifndef CORS_INDEX_H
#define CORS_INDEX_H

#include "cors_member.h"

typedef struct cors_index_t cors_index_t;

/*
 * An index with room for max_members, a power of two; NULL where there is no
 * memory. It is the caller's to destroy; NULL may be destroyed.
 */
cors_index_t *cors_index_create(uint32_t max_members);
void cors_index_destroy(cors_index_t *index);

/* Add members[i]; of members with equal keys the first stays. */
void cors_index_add(cors_index_t *index, const cors_member_t *members,
                    uint32_t i);

/* The member with this key, or NULL. */
const cors_member_t *cors_index_find(const cors_index_t *index,
                                     const cors_member_t *members,
                                     const cors_key_t *key);

/*
 * The member without wildcard whose text this is, or NULL: the one whose key
 * would be found if the text were parsed as an origin.
 */
const cors_member_t *cors_index_find_text(const cors_index_t *index,
                                          const cors_member_t *members,
                                          const char *text, apr_size_t len);

#endif
