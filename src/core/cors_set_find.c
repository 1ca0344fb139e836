/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_set_private.h"

/* Does a pattern of this key stand for the origin? */
static bool key_matches(const cors_key_t *key, const cors_origin_t *origin)
{
    cors_key_t own;
    apr_size_t end;

    cors_key_of_origin(&own, origin, key->class, origin->host_at);
    if (!(key->class & CORS_CLASS_ANY_SUBDOMAIN)) {
        return cors_key_equal(key, &own);
    }
    /* At least one label and its dot come before. */
    if (own.len < key->len + 2) {
        return false;
    }
    end = origin->host_at + own.len;
    cors_key_of_origin(&own, origin, key->class, end - key->len);
    return own.rest[-1] == '.' && cors_key_equal(key, &own);
}

static const cors_member_t *find_linear(const cors_set_t *set,
                                        const cors_origin_t *origin)
{
    cors_key_t key;

    for (uint32_t i = 0; i < set->n_members; i++) {
        if (cors_member_key(&set->members[i], &key)
            && key_matches(&key, origin)) {
            return &set->members[i];
        }
    }
    return NULL;
}

/* The member of a class whose rest is the origin's from some byte on. */
static const cors_member_t *find_class(const cors_set_t *set,
                                       const cors_origin_t *origin,
                                       unsigned class, apr_size_t from)
{
    cors_key_t key;

    if (!set->has_class[class]) {
        return NULL;
    }
    cors_key_of_origin(&key, origin, class, from);
    return cors_index_find(set->index, set->members, &key);
}

/*
 * The parents of a host that subdomain patterns may name: what follows each dot,
 * from the right, for as many labels as patterns have. An origin of many labels
 * thus costs no more than the configuration asks for. *at begins behind the
 * host and *labels at 0; false when there is no more.
 */
static bool next_parent(const cors_set_t *set, const cors_origin_t *origin,
                        apr_size_t *at, int *labels)
{
    const char *const host = origin->text + origin->host_at;

    while (*labels < set->most_labels) {
        /* A dot at the very end belongs to the last label. */
        const apr_size_t before = *at - origin->host_at - 1;
        const char *dot = memrchr(host, '.', before);

        if (dot == NULL || dot == host) {
            return false;
        }
        *at = (apr_size_t)(dot + 1 - origin->text);
        if (++*labels >= set->least_labels) {
            return true;
        }
    }
    return false;
}

static const cors_member_t *find_under(const cors_set_t *set,
                                       const cors_origin_t *origin)
{
    const unsigned under = CORS_CLASS_ANY_SUBDOMAIN;
    apr_size_t at = origin->host_at + origin->host_len;
    int labels = 0;

    while (next_parent(set, origin, &at, &labels)) {
        const cors_member_t *member;

        if ((member = find_class(set, origin, under, at))
            || (member = find_class(set, origin, under | CORS_CLASS_ANY_PORT,
                                    at))) {
            return member;
        }
    }
    return NULL;
}

/* with_text: has nobody looked yet for the origin as it is? */
static const cors_member_t *find_indexed(const cors_set_t *set,
                                         const cors_origin_t *origin,
                                         bool with_text)
{
    const cors_member_t *member;

    if ((with_text
         && (member = find_class(set, origin, 0, origin->host_at)))
        || (member = find_class(set, origin, CORS_CLASS_ANY_PORT,
                                origin->host_at))) {
        return member;
    }
    return set->most_labels > 0 ? find_under(set, origin) : NULL;
}

static const cors_member_t *find_pattern(const cors_set_t *set,
                                         const cors_origin_t *origin,
                                         bool with_text)
{
    if (set->any != 0) {
        return &set->members[set->any - 1];
    }
    if (origin->is_opaque) {
        return set->null != 0 ? &set->members[set->null - 1] : NULL;
    }
    return set->index ? find_indexed(set, origin, with_text)
                      : find_linear(set, origin);
}

/*
 * Never asked about "null": a regex is written with hosts in mind, and what
 * it happens to match must not open the door to every sandboxed frame.
 */
static const cors_regex_member_t *find_regex(const cors_set_t *set,
                                        const cors_origin_t *origin)
{
    if (set->regexes == NULL || origin->is_opaque) {
        return NULL;
    }
    for (int i = 0; i < set->regexes->nelts; i++) {
        const cors_regex_member_t *member =
            &APR_ARRAY_IDX(set->regexes, i, cors_regex_member_t);

        if (cors_regex_matches(member->regex, origin->text, origin->len)) {
            return member;
        }
    }
    return NULL;
}

static bool find(const cors_set_t *set, const cors_origin_t *origin,
                 bool with_text, cors_match_t *match)
{
    const cors_member_t *member = find_pattern(set, origin, with_text);
    const cors_regex_member_t *regex = member ? NULL : find_regex(set, origin);

    if (match != NULL) {
        match->hazards = set->hazards;
    }
    if (match != NULL && member != NULL) {
        cors_set_describe(set, member, match);
    }
    else if (match != NULL && regex != NULL) {
        cors_set_describe_regex(regex, match);
    }
    return member != NULL || regex != NULL;
}

bool cors_set_find(const cors_set_t *set, const cors_origin_t *origin,
                   cors_match_t *match)
{
    return find(set, origin, true, match);
}

static const cors_member_t *find_text(const cors_set_t *set, const char *text,
                                      apr_size_t len)
{
    if (set->index != NULL) {
        return cors_index_find_text(set->index, set->members, text, len);
    }
    for (uint32_t i = 0; i < set->n_members; i++) {
        if (cors_member_is_text(&set->members[i], text, len)) {
            return &set->members[i];
        }
    }
    return NULL;
}

bool cors_set_find_claim(const cors_set_t *set, cors_claim_t *claim,
                         cors_match_t *match)
{
    const cors_member_t *member =
        set->any == 0 && set->has_class[0]
        ? find_text(set, claim->text, claim->len) : NULL;
    const cors_origin_t *origin;

    if (member != NULL) {
        match->hazards = set->hazards;
        cors_set_describe(set, member, match);
        return true;
    }
    origin = cors_claim_origin(claim);
    return origin != NULL && find(set, origin, set->any != 0, match);
}

/* Members are in the order they were added. */
static const cors_member_t *earlier(const cors_member_t *a,
                                    const cors_member_t *b)
{
    return a == NULL || (b != NULL && b < a) ? b : a;
}

static const cors_member_t *find_first_indexed(const cors_set_t *set,
                                               const cors_origin_t *origin)
{
    apr_size_t at = origin->host_at + origin->host_len;
    int labels = 0;
    const cors_member_t *first =
        earlier(find_class(set, origin, 0, origin->host_at),
                find_class(set, origin, CORS_CLASS_ANY_PORT,
                           origin->host_at));

    while (next_parent(set, origin, &at, &labels)) {
        for (unsigned port = 0; port < 2; port++) {
            first = earlier(first, find_class(
                set, origin, CORS_CLASS_ANY_SUBDOMAIN
                | (port ? CORS_CLASS_ANY_PORT : 0u), at));
        }
    }
    return first;
}

static const cors_member_t *find_first(const cors_set_t *set,
                                       const cors_origin_t *origin)
{
    const cors_member_t *any =
        set->any != 0 ? &set->members[set->any - 1] : NULL;

    if (origin->is_opaque) {
        return earlier(any, set->null != 0 ? &set->members[set->null - 1]
                                           : NULL);
    }
    return earlier(any, set->index ? find_first_indexed(set, origin)
                                   : find_linear(set, origin));
}

int cors_set_find_first(const cors_set_t *set, const cors_origin_t *origin,
                        cors_match_t *match)
{
    const cors_member_t *member = find_first(set, origin);

    if (member == NULL) {
        return -1;
    }
    match->hazards = set->hazards;
    cors_set_describe(set, member, match);
    return (int)(member - set->members);
}

int cors_set_any(const cors_set_t *set)
{
    return (int)set->any - 1;
}
