/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_set.h"

#include <stdlib.h>
#include <string.h>

#include <apr_tables.h>

#include "cors_host.h"
#include "cors_index.h"
#include "cors_member.h"

/*
 * Up to here members are compared one by one: cheaper than hashing, and a
 * .htaccess, parsed for every request, does not pay for an index.
 */
enum { LINEAR_MAX = 8 };

/* The part of a place that many members share. */
typedef struct sheet_t {
    const char *file;
    const char *directive;
} sheet_t;

typedef struct regex_member_t {
    const cors_regex_t *regex;
    cors_place_t at;
    unsigned hazards;
} regex_member_t;

struct cors_set_t {
    apr_pool_t *pool;
    cors_member_t *members;
    uint32_t n_members, max_members;
    uint32_t any, null;           /* the first "*" and "null", from 1 */
    apr_array_header_t *sheets;   /* of sheet_t */
    apr_array_header_t *regexes;  /* of regex_member_t; NULL for none */
    unsigned hazards;
    int first[CORS_HAZARDS];      /* member (or regex) with each, from 1 */
    int least_labels, most_labels;  /* of the hosts after a "*."; 0: none */
    bool has_class[CORS_CLASSES];
    cors_index_t *index;          /* NULL up to LINEAR_MAX members */
};

/* ----------------------------------------------------------------- building */

cors_set_t *cors_set_create(apr_pool_t *p)
{
    cors_set_t *set = apr_pcalloc(p, sizeof *set);

    set->pool = p;
    set->max_members = LINEAR_MAX;
    set->members = apr_palloc(p, LINEAR_MAX * sizeof *set->members);
    set->sheets = apr_array_make(p, 1, sizeof(sheet_t));
    return set;
}

static apr_status_t give_back(void *data)
{
    cors_set_t *set = data;

    free(set->members);
    cors_index_destroy(set->index);
    return APR_SUCCESS;
}

/*
 * Twice the room, outside the pool: a million members would leave as much
 * memory behind as they take.
 */
static void grow(cors_set_t *set)
{
    const bool is_first = set->index == NULL;
    cors_member_t *members;

    members = realloc(is_first ? NULL : set->members,
                      2 * (size_t)set->max_members * sizeof *members);
    if (members == NULL) {
        abort();  /* as httpd has it for its pools */
    }
    if (is_first) {
        memcpy(members, set->members, set->n_members * sizeof *members);
        apr_pool_cleanup_register(set->pool, set, give_back,
                                  apr_pool_cleanup_null);
    }
    cors_index_destroy(set->index);
    set->members = members;
    set->max_members *= 2;
    set->index = cors_index_create(set->max_members);
    for (uint32_t i = 0; i < set->n_members; i++) {
        cors_index_add(set->index, members, i);
    }
}

/* Members come in runs from one line or file, so the last sheet will do. */
static uint16_t sheet_of(cors_set_t *set, const cors_place_t *at)
{
    const int n = set->sheets->nelts;
    sheet_t *sheet;

    if (n > 0) {
        sheet = &APR_ARRAY_IDX(set->sheets, n - 1, sheet_t);
        if ((sheet->file == at->file && sheet->directive == at->directive)
            || n > UINT16_MAX) {
            return (uint16_t)(n - 1);
        }
    }
    sheet = apr_array_push(set->sheets);
    sheet->file = at->file;
    sheet->directive = at->directive;
    return (uint16_t)n;
}

static void note_hazards(cors_set_t *set, unsigned hazards, int number)
{
    for (int i = 0; i < CORS_HAZARDS; i++) {
        if ((hazards & (1u << i)) != 0 && set->first[i] == 0) {
            set->first[i] = number;
        }
    }
    set->hazards |= hazards;
}

/* What look-ups need to know of the set as a whole. */
static void take_note(cors_set_t *set, const cors_pattern_t *pattern,
                      const cors_member_t *member)
{
    note_hazards(set, cors_member_hazards(member), (int)set->n_members);
    set->has_class[cors_member_class(member)] = true;
    if (pattern->kind == CORS_PATTERN_ANY && set->any == 0) {
        set->any = set->n_members;
    }
    if (pattern->kind == CORS_PATTERN_NULL && set->null == 0) {
        set->null = set->n_members;
    }
    if (pattern->any_subdomain) {
        const int labels = cors_host_labels(pattern->text + pattern->host_at,
                                            pattern->host_len);

        if (set->least_labels == 0 || labels < set->least_labels) {
            set->least_labels = labels;
        }
        if (labels > set->most_labels) {
            set->most_labels = labels;
        }
    }
}

void cors_set_add(cors_set_t *set, const cors_pattern_t *pattern,
                  const cors_place_t *at)
{
    cors_member_t *member;

    if (set->n_members == set->max_members) {
        grow(set);
    }
    member = &set->members[set->n_members++];
    cors_member_pack(member, pattern, cors_hazards_of_pattern(pattern));
    member->line = (uint32_t)at->line;
    member->sheet = sheet_of(set, at);
    take_note(set, pattern, member);
    if (set->index != NULL) {
        cors_index_add(set->index, set->members, set->n_members - 1);
    }
}

void cors_set_add_regex(cors_set_t *set, const cors_regex_t *regex,
                        const cors_place_t *at)
{
    regex_member_t *member;

    if (set->regexes == NULL) {
        set->regexes = apr_array_make(set->pool, 1, sizeof *member);
    }
    member = apr_array_push(set->regexes);
    member->regex = regex;
    member->at = *at;
    member->hazards = cors_regex_arbitrary(regex) != NULL
                    ? CORS_HAZARD_REGEX_ARBITRARY : 0;
    note_hazards(set, member->hazards, set->regexes->nelts);
}

void cors_set_seal(cors_set_t *set)
{
    if (set->index != NULL) {
        cors_member_t *members =
            realloc(set->members, set->n_members * sizeof *members);

        set->members = members != NULL ? members : set->members;
    }
}

/* ------------------------------------------------------------------ look-up */

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
 * Subdomain patterns: try what follows each dot of the host, from the right,
 * for as many labels as patterns have. An origin of many labels thus costs
 * no more than the configuration asks for.
 */
static const cors_member_t *find_under(const cors_set_t *set,
                                       const cors_origin_t *origin)
{
    const unsigned under = CORS_CLASS_ANY_SUBDOMAIN;
    int labels = 0;

    for (apr_size_t at = origin->host_at + origin->host_len - 1;
         at > origin->host_at + 1 && labels < set->most_labels; at--) {
        const cors_member_t *member;

        if (origin->text[at - 1] != '.' || ++labels < set->least_labels) {
            continue;
        }
        if ((member = find_class(set, origin, under, at))
            || (member = find_class(set, origin, under | CORS_CLASS_ANY_PORT,
                                    at))) {
            return member;
        }
    }
    return NULL;
}

static const cors_member_t *find_indexed(const cors_set_t *set,
                                         const cors_origin_t *origin)
{
    const cors_member_t *member;

    if ((member = find_class(set, origin, 0, origin->host_at))
        || (member = find_class(set, origin, CORS_CLASS_ANY_PORT,
                                origin->host_at))) {
        return member;
    }
    return set->most_labels > 0 ? find_under(set, origin) : NULL;
}

static const cors_member_t *find_pattern(const cors_set_t *set,
                                         const cors_origin_t *origin)
{
    if (set->any != 0) {
        return &set->members[set->any - 1];
    }
    if (origin->is_opaque) {
        return set->null != 0 ? &set->members[set->null - 1] : NULL;
    }
    return set->index ? find_indexed(set, origin) : find_linear(set, origin);
}

/*
 * Never asked about "null": a regex is written with hosts in mind, and what
 * it happens to match must not open the door to every sandboxed frame.
 */
static const regex_member_t *find_regex(const cors_set_t *set,
                                        const cors_origin_t *origin)
{
    if (set->regexes == NULL || origin->is_opaque) {
        return NULL;
    }
    for (int i = 0; i < set->regexes->nelts; i++) {
        const regex_member_t *member =
            &APR_ARRAY_IDX(set->regexes, i, regex_member_t);

        if (cors_regex_matches(member->regex, origin->text, origin->len)) {
            return member;
        }
    }
    return NULL;
}

static void describe(const cors_set_t *set, const cors_member_t *member,
                     cors_match_t *match)
{
    const sheet_t *sheet = &APR_ARRAY_IDX(set->sheets, member->sheet, sheet_t);

    match->text = member->text;
    match->regex = NULL;
    match->at.file = sheet->file;
    match->at.directive = sheet->directive;
    match->at.line = (int)member->line;
}

static void describe_regex(const regex_member_t *member, cors_match_t *match)
{
    match->text = cors_regex_text(member->regex);
    match->regex = member->regex;
    match->at = member->at;
}

bool cors_set_find(const cors_set_t *set, const cors_origin_t *origin,
                   cors_match_t *match)
{
    const cors_member_t *member = find_pattern(set, origin);
    const regex_member_t *regex = member ? NULL : find_regex(set, origin);

    if (match != NULL && member != NULL) {
        describe(set, member, match);
    }
    else if (match != NULL && regex != NULL) {
        describe_regex(regex, match);
    }
    return member != NULL || regex != NULL;
}

unsigned cors_set_hazards(const cors_set_t *set)
{
    return set->hazards;
}

bool cors_set_hazard(const cors_set_t *set, unsigned hazards,
                     cors_match_t *match)
{
    for (int i = 0; i < CORS_HAZARDS; i++) {
        const int number = (hazards & (1u << i)) != 0 ? set->first[i] : 0;

        if (number != 0 && 1u << i == CORS_HAZARD_REGEX_ARBITRARY) {
            describe_regex(&APR_ARRAY_IDX(set->regexes, number - 1,
                                          regex_member_t), match);
            return true;
        }
        if (number != 0) {
            describe(set, &set->members[number - 1], match);
            return true;
        }
    }
    return false;
}

bool cors_set_has_regex(const cors_set_t *set)
{
    return set->regexes != NULL;
}

int cors_set_size(const cors_set_t *set)
{
    return (int)set->n_members + (set->regexes ? set->regexes->nelts : 0);
}

unsigned cors_set_member(const cors_set_t *set, int i, cors_pattern_t *pattern,
                         cors_match_t *match)
{
    const regex_member_t *member;

    if ((uint32_t)i < set->n_members) {
        cors_member_unpack(&set->members[i], pattern);
        describe(set, &set->members[i], match);
        return cors_member_hazards(&set->members[i]);
    }
    member = &APR_ARRAY_IDX(set->regexes, i - (int)set->n_members,
                            regex_member_t);
    describe_regex(member, match);
    return member->hazards;
}
