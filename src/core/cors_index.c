/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_index.h"

#include <string.h>

#include <apr_general.h>

#include "cors_block.h"

/* Half of the slots stay empty, so that probing ends soon. */
enum { SLOTS_PER_MEMBER = 2 };

typedef struct slot_t {
    uint32_t hash;
    uint32_t number;  /* of a member, counted from 1; 0: empty */
} slot_t;

struct cors_index_t {
    uint64_t seed;
    uint32_t mask;
    slot_t slots[];
};

static size_t size_of(uint32_t slots)
{
    return sizeof(cors_index_t) + slots * sizeof(slot_t);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t word_at(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The last word overlaps the one before it: no byte is left over. */
static uint64_t mix_bytes(uint64_t hash, const char *bytes, apr_size_t len)
{
    uint64_t word = 0;

    hash = mix(hash, len);
    if (len >= sizeof word) {
        const char *const last = bytes + len - sizeof word;

        for (; bytes < last; bytes += sizeof word) {
            hash = mix(hash, word_at(bytes));
        }
        return mix(hash, word_at(last));
    }
    for (; len > 0; len--) {
        word = word << 8 | (unsigned char)*bytes++;
    }
    return mix(hash, word);
}

/* Seeded: who may add to a list must not be able to choose collisions. */
static uint32_t hash_of(const cors_index_t *index, const cors_key_t *key)
{
    uint64_t hash = index->seed ^ key->class;

    if ((key->class & CORS_CLASS_ANY_SUBDOMAIN) == 0) {
        /* Scheme and rest are one stretch of text. */
        return (uint32_t)(mix_bytes(hash, key->scheme, (apr_size_t)(
            key->rest + key->len - key->scheme)) >> 32);
    }
    hash = mix_bytes(hash, key->scheme, key->scheme_len);
    return (uint32_t)(mix_bytes(hash, key->rest, key->len) >> 32);
}

/* The slot that has the key, or the empty one where it would go. */
static uint32_t probe(const cors_index_t *index, const cors_member_t *members,
                      const cors_key_t *key, uint32_t hash)
{
    uint32_t at = hash & index->mask;

    for (; index->slots[at].number != 0; at = (at + 1) & index->mask) {
        if (index->slots[at].hash == hash) {
            cors_key_t other;

            (void)cors_member_key(&members[index->slots[at].number - 1],
                                  &other);
            if (cors_key_equal(&other, key)) {
                break;
            }
        }
    }
    return at;
}

cors_index_t *cors_index_create(uint32_t max_members)
{
    const uint32_t slots = max_members * SLOTS_PER_MEMBER;
    cors_index_t *index = cors_block_alloc(size_of(slots));

    if (index != NULL) {
        index->mask = slots - 1;
        (void)apr_generate_random_bytes((unsigned char *)&index->seed,
                                        sizeof index->seed);
    }
    return index;
}

void cors_index_destroy(cors_index_t *index)
{
    if (index != NULL) {
        cors_block_free(index, size_of(index->mask + 1));
    }
}

void cors_index_add(cors_index_t *index, const cors_member_t *members,
                    uint32_t i)
{
    cors_key_t key;

    if (cors_member_key(&members[i], &key)) {
        const uint32_t hash = hash_of(index, &key);
        slot_t *slot = &index->slots[probe(index, members, &key, hash)];

        if (slot->number == 0) {
            slot->hash = hash;
            slot->number = i + 1;
        }
    }
}

const cors_member_t *cors_index_find(const cors_index_t *index,
                                     const cors_member_t *members,
                                     const cors_key_t *key)
{
    const uint32_t number =
        index->slots[probe(index, members, key, hash_of(index, key))].number;

    return number != 0 ? &members[number - 1] : NULL;
}

const cors_member_t *cors_index_find_text(const cors_index_t *index,
                                          const cors_member_t *members,
                                          const char *text, apr_size_t len)
{
    const uint32_t hash = (uint32_t)(mix_bytes(index->seed, text, len) >> 32);
    uint32_t at = hash & index->mask;

    for (; index->slots[at].number != 0; at = (at + 1) & index->mask) {
        const cors_member_t *member = &members[index->slots[at].number - 1];

        if (index->slots[at].hash == hash
            && cors_member_is_text(member, text, len)) {
            return member;
        }
    }
    return NULL;
}
