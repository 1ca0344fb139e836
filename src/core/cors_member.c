/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_member.h"

#include <string.h>

enum { HAZARD_SHIFT = 2, WILDCARD_LEN = 2 };

unsigned cors_member_class(const cors_member_t *member)
{
    return member->flags & CORS_CLASS_MASK;
}

unsigned cors_member_hazards(const cors_member_t *member)
{
    return (unsigned)member->flags >> HAZARD_SHIFT;
}

/* Where the host begins, after any "*.". */
static apr_size_t host_at(const cors_member_t *member)
{
    return member->scheme_len + strlen("://")
         + ((member->flags & CORS_CLASS_ANY_SUBDOMAIN) ? WILDCARD_LEN : 0);
}

/* Where the key ends, before any ":*". */
static apr_size_t key_end(const cors_member_t *member)
{
    return member->len
         - ((member->flags & CORS_CLASS_ANY_PORT) ? WILDCARD_LEN : 0);
}

void cors_member_pack(cors_member_t *member, const cors_pattern_t *pattern,
                      unsigned hazards)
{
    const unsigned class =
        (pattern->any_subdomain ? CORS_CLASS_ANY_SUBDOMAIN : 0u)
        | (pattern->any_port ? CORS_CLASS_ANY_PORT : 0u);

    member->text = pattern->text;
    member->len = (uint16_t)pattern->len;
    member->scheme_len = (uint16_t)pattern->scheme_len;
    member->flags = (uint8_t)(class | hazards << HAZARD_SHIFT);
}

void cors_member_unpack(const cors_member_t *member, cors_pattern_t *pattern)
{
    /* What was packed has been parsed before, and parses again. */
    (void)cors_pattern_parse(pattern, member->text);
}

bool cors_member_key(const cors_member_t *member, cors_key_t *key)
{
    key->class = cors_member_class(member);
    key->scheme = member->text;
    key->scheme_len = member->scheme_len;
    key->rest = member->text + host_at(member);
    key->len = key_end(member) - host_at(member);
    return member->scheme_len != 0;
}
