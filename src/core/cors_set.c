/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_set.h"

#include <apr_hash.h>
#include <apr_tables.h>

#include "cors_host.h"
#include "cors_psl.h"

/*
 * Up to here members are compared one by one: cheaper than hashing, and a
 * .htaccess, parsed for every request, does not pay for an index.
 */
enum { LINEAR_MAX = 8, EXPECTED_MEMBERS = 4 };

typedef struct member_t {
    cors_pattern_t pattern;      /* unset for a regex */
    const cors_regex_t *regex;
    const cors_place_t *at;
    unsigned hazards;
    struct member_t *same_key;   /* differs in the scheme alone */
} member_t;

/*
 * The keys are stretches of the text that an origin has in one piece, so that
 * a look-up copies nothing: the whole origin, the origin without its port, and
 * for subdomains what follows a dot in the host, with and without the port.
 */
typedef struct index_t {
    apr_hash_t *exact;           /* "https://a.example:8443" */
    apr_hash_t *any_port;        /* "https://a.example" for :* */
    apr_hash_t *under;           /* "example:8443" for *.example:8443 */
    apr_hash_t *under_any_port;  /* "example" for *.example:* */
} index_t;

struct cors_set_t {
    apr_pool_t *pool;
    apr_array_header_t *patterns;  /* of member_t * */
    apr_array_header_t *regexes;   /* of member_t * */
    const member_t *any;           /* the first "*", which needs no search */
    const member_t *null;          /* the first "null" */
    unsigned hazards;
    const member_t *first[CORS_HAZARDS];  /* with each hazard */
    int most_labels;               /* of the hosts after a "*." */
    index_t *index;                /* NULL up to LINEAR_MAX patterns */
};

cors_set_t *cors_set_create(apr_pool_t *p)
{
    cors_set_t *set = apr_pcalloc(p, sizeof *set);

    set->pool = p;
    set->patterns = apr_array_make(p, EXPECTED_MEMBERS, sizeof(member_t *));
    set->regexes = apr_array_make(p, 0, sizeof(member_t *));
    return set;
}

static int count_labels(const char *host, apr_size_t len)
{
    int labels = 1;

    for (apr_size_t i = 0; i < len; i++) {
        labels += host[i] == '.';
    }
    return labels;
}

static bool same_scheme(const cors_pattern_t *a, const char *scheme,
                        apr_size_t len)
{
    return a->scheme_len == len && memcmp(a->text, scheme, len) == 0;
}

static void index_add(index_t *index, member_t *member)
{
    const cors_pattern_t *pattern = &member->pattern;
    apr_size_t from = pattern->any_subdomain ? pattern->host_at : 0;
    apr_size_t to = pattern->any_port ? pattern->host_at + pattern->host_len
                                      : pattern->len;
    const char *key = pattern->text + from;
    apr_ssize_t len = (apr_ssize_t)(to - from);
    apr_hash_t *hash;
    member_t *other;

    if (pattern->any_subdomain) {
        hash = pattern->any_port ? index->under_any_port : index->under;
    }
    else {
        hash = pattern->any_port ? index->any_port : index->exact;
    }
    for (other = apr_hash_get(hash, key, len); other != NULL;
         other = other->same_key) {
        if (same_scheme(&other->pattern, pattern->text, pattern->scheme_len)) {
            return;  /* written twice: the first is the one to name */
        }
        if (other->same_key == NULL) {
            other->same_key = member;
            return;
        }
    }
    apr_hash_set(hash, key, len, member);
}

static void index_build(cors_set_t *set)
{
    index_t *index = apr_palloc(set->pool, sizeof *index);

    index->exact = apr_hash_make(set->pool);
    index->any_port = apr_hash_make(set->pool);
    index->under = apr_hash_make(set->pool);
    index->under_any_port = apr_hash_make(set->pool);
    for (int i = 0; i < set->patterns->nelts; i++) {
        member_t *member = APR_ARRAY_IDX(set->patterns, i, member_t *);

        if (member->pattern.kind == CORS_PATTERN_ORIGIN) {
            index_add(index, member);
        }
    }
    set->index = index;
}

static unsigned hazards_of(const cors_pattern_t *pattern)
{
    const char *host = pattern->text + pattern->host_at;
    bool is_loopback;
    unsigned hazards = 0;

    switch (pattern->kind) {
    case CORS_PATTERN_ANY:
        return CORS_HAZARD_ANY;
    case CORS_PATTERN_NULL:
        return CORS_HAZARD_NULL;
    case CORS_PATTERN_ORIGIN:
        break;
    }
    is_loopback = cors_host_is_loopback(host, pattern->host_len);
    if (!is_loopback && !same_scheme(pattern, "https", 5)) {
        hazards |= CORS_HAZARD_INSECURE;
    }
    if (!is_loopback && pattern->any_subdomain
        && cors_psl_is_public_suffix(host, pattern->host_len)) {
        hazards |= CORS_HAZARD_PUBLIC_SUFFIX;
    }
    return hazards;
}

static void note_hazards(cors_set_t *set, const member_t *member)
{
    for (int i = 0; i < CORS_HAZARDS; i++) {
        if ((member->hazards & (1u << i)) != 0 && set->first[i] == NULL) {
            set->first[i] = member;
        }
    }
    set->hazards |= member->hazards;
}

static void add_origin(cors_set_t *set, member_t *member)
{
    const cors_pattern_t *pattern = &member->pattern;

    if (pattern->any_subdomain) {
        int labels = count_labels(pattern->text + pattern->host_at,
                                  pattern->host_len);

        if (labels > set->most_labels) {
            set->most_labels = labels;
        }
    }
    if (set->index != NULL) {
        index_add(set->index, member);
    }
    else if (set->patterns->nelts > LINEAR_MAX) {
        index_build(set);
    }
}

void cors_set_add(cors_set_t *set, const cors_pattern_t *pattern,
                  const cors_place_t *at)
{
    member_t *member = apr_pcalloc(set->pool, sizeof *member);

    member->pattern = *pattern;
    member->at = at;
    member->hazards = hazards_of(pattern);
    note_hazards(set, member);
    APR_ARRAY_PUSH(set->patterns, member_t *) = member;
    switch (pattern->kind) {
    case CORS_PATTERN_ANY:
        set->any = set->any ? set->any : member;
        break;
    case CORS_PATTERN_NULL:
        set->null = set->null ? set->null : member;
        break;
    case CORS_PATTERN_ORIGIN:
        add_origin(set, member);
        break;
    }
}

void cors_set_add_regex(cors_set_t *set, const cors_regex_t *regex,
                        const cors_place_t *at)
{
    member_t *member = apr_pcalloc(set->pool, sizeof *member);

    member->regex = regex;
    member->at = at;
    if (cors_regex_arbitrary(regex) != NULL) {
        member->hazards = CORS_HAZARD_REGEX_ARBITRARY;
        note_hazards(set, member);
    }
    APR_ARRAY_PUSH(set->regexes, member_t *) = member;
}

/* The member under this key whose scheme is the origin's. */
static const member_t *find_key(apr_hash_t *hash, const cors_origin_t *origin,
                                apr_size_t from, apr_size_t to)
{
    const member_t *member;

    if (apr_hash_count(hash) == 0) {
        return NULL;
    }
    member = apr_hash_get(hash, origin->text + from, (apr_ssize_t)(to - from));
    while (member != NULL
           && !same_scheme(&member->pattern, origin->text,
                           origin->scheme_len)) {
        member = member->same_key;
    }
    return member;
}

/*
 * Subdomain patterns: try what follows each dot of the host, from the right,
 * as far as the longest pattern reaches. An origin of many labels thus costs
 * no more than the configuration asks for.
 */
static const member_t *find_under(const cors_set_t *set,
                                  const cors_origin_t *origin)
{
    apr_size_t host_end = origin->host_at + origin->host_len;
    int labels = 0;

    for (apr_size_t at = host_end; at > origin->host_at + 1; at--) {
        const member_t *member;

        if (origin->text[at - 1] != '.' || at == host_end) {
            continue;
        }
        if (++labels > set->most_labels) {
            break;
        }
        if ((member = find_key(set->index->under, origin, at, origin->len))
            || (member = find_key(set->index->under_any_port, origin, at,
                                  host_end))) {
            return member;
        }
    }
    return NULL;
}

static const member_t *find_indexed(const cors_set_t *set,
                                    const cors_origin_t *origin)
{
    const member_t *member;

    if ((member = find_key(set->index->exact, origin, 0, origin->len))
        || (member = find_key(set->index->any_port, origin, 0,
                              origin->host_at + origin->host_len))) {
        return member;
    }
    return find_under(set, origin);
}

static const member_t *find_linear(const cors_set_t *set,
                                   const cors_origin_t *origin)
{
    for (int i = 0; i < set->patterns->nelts; i++) {
        const member_t *member = APR_ARRAY_IDX(set->patterns, i, member_t *);

        if (cors_pattern_matches(&member->pattern, origin)) {
            return member;
        }
    }
    return NULL;
}

/*
 * Never asked about "null": a regex is written with hosts in mind, and what
 * it happens to match must not open the door to every sandboxed frame.
 */
static const member_t *find_regex(const cors_set_t *set,
                                  const cors_origin_t *origin)
{
    for (int i = 0; i < set->regexes->nelts; i++) {
        const member_t *member = APR_ARRAY_IDX(set->regexes, i, member_t *);

        if (cors_regex_matches(member->regex, origin->text, origin->len)) {
            return member;
        }
    }
    return NULL;
}

static void describe(cors_match_t *match, const member_t *member)
{
    match->regex = member->regex;
    match->text = member->regex ? cors_regex_text(member->regex)
                                : member->pattern.text;
    match->at = member->at;
}

bool cors_set_find(const cors_set_t *set, const cors_origin_t *origin,
                   cors_match_t *match)
{
    const member_t *member = set->any;

    if (member == NULL && origin->is_opaque) {
        member = set->null;
    }
    else if (member == NULL) {
        member = set->index ? find_indexed(set, origin)
                            : find_linear(set, origin);
        if (member == NULL) {
            member = find_regex(set, origin);
        }
    }
    if (member != NULL && match != NULL) {
        describe(match, member);
    }
    return member != NULL;
}

unsigned cors_set_hazards(const cors_set_t *set)
{
    return set->hazards;
}

bool cors_set_hazard(const cors_set_t *set, unsigned hazards,
                     cors_match_t *match)
{
    for (int i = 0; i < CORS_HAZARDS; i++) {
        if ((hazards & (1u << i)) != 0 && set->first[i] != NULL) {
            describe(match, set->first[i]);
            return true;
        }
    }
    return false;
}

bool cors_set_has_regex(const cors_set_t *set)
{
    return set->regexes->nelts > 0;
}

int cors_set_size(const cors_set_t *set)
{
    return set->patterns->nelts + set->regexes->nelts;
}

unsigned cors_set_member(const cors_set_t *set, int i,
                         const cors_pattern_t **pattern, cors_match_t *match)
{
    const int patterns = set->patterns->nelts;
    const member_t *member = i < patterns
        ? APR_ARRAY_IDX(set->patterns, i, member_t *)
        : APR_ARRAY_IDX(set->regexes, i - patterns, member_t *);

    *pattern = member->regex ? NULL : &member->pattern;
    describe(match, member);
    return member->hazards;
}
