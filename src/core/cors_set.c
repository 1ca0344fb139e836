/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_set_private.h"

#include <stdlib.h>
#include <string.h>

#include "cors_block.h"
#include "cors_host.h"

/*
 * Up to here members are compared one by one: cheaper than hashing, and a
 * .htaccess, parsed for every request, does not pay for an index.
 */
enum { LINEAR_MAX = 8 };

/* Up to LINEAR_MAX members are in the pool, more in a block of their own. */
static bool is_large(const cors_set_t *set)
{
    return set->index != NULL;
}

static size_t members_size(uint32_t n)
{
    return n * sizeof(cors_member_t);
}

static apr_status_t give_back(void *data)
{
    cors_set_t *set = data;

    if (is_large(set)) {
        cors_block_free(set->members, members_size(set->max_members));
        cors_index_destroy(set->index);
    }
    cors_text_free(&set->text);
    return APR_SUCCESS;
}

/* Something is about to be held outside the pool. */
static void will_give_back(cors_set_t *set)
{
    if (!set->gives_back) {
        set->gives_back = true;
        apr_pool_cleanup_register(set->pool, set, give_back,
                                  apr_pool_cleanup_null);
    }
}

static cors_member_t *resize_members(const cors_set_t *set, uint32_t max)
{
    cors_member_t *members;

    if (is_large(set)) {
        return cors_block_resize(set->members,
                                 members_size(set->max_members),
                                 members_size(max));
    }
    members = cors_block_alloc(members_size(max));
    if (members != NULL) {
        memcpy(members, set->members, members_size(set->n_members));
    }
    return members;
}

/* Twice the room; false where there is no memory, and nothing has changed. */
static bool grow(cors_set_t *set)
{
    const uint32_t max = 2 * set->max_members;
    cors_index_t *index = cors_index_create(max);
    cors_member_t *members;

    if (index == NULL) {
        return false;
    }
    members = resize_members(set, max);
    if (members == NULL) {
        cors_index_destroy(index);
        return false;
    }
    will_give_back(set);
    cors_index_destroy(set->index);
    set->members = members;
    set->max_members = max;
    set->index = index;
    for (uint32_t i = 0; i < set->n_members; i++) {
        cors_index_add(set->index, members, i);
    }
    return true;
}

cors_set_t *cors_set_create(apr_pool_t *p)
{
    cors_set_t *set = apr_pcalloc(p, sizeof *set);

    set->pool = p;
    set->max_members = LINEAR_MAX;
    set->members = apr_palloc(p, LINEAR_MAX * sizeof *set->members);
    set->sheets = apr_array_make(p, 1, sizeof(cors_sheet_t));
    return set;
}

/* Members come in runs from one line or file, so the last sheet will do. */
static uint16_t sheet_of(cors_set_t *set, const cors_place_t *at)
{
    const int n = set->sheets->nelts;
    cors_sheet_t *sheet;

    if (n > 0) {
        sheet = &APR_ARRAY_IDX(set->sheets, n - 1, cors_sheet_t);
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

/* There is room for it. */
static void append(cors_set_t *set, const cors_pattern_t *pattern,
                   const cors_place_t *at)
{
    cors_member_t *member = &set->members[set->n_members++];

    cors_member_pack(member, pattern, cors_hazards_of_pattern(pattern));
    member->line = (uint32_t)at->line;
    member->sheet = sheet_of(set, at);
    take_note(set, pattern, member);
    if (set->index != NULL) {
        cors_index_add(set->index, set->members, set->n_members - 1);
    }
}

void cors_set_add(cors_set_t *set, const cors_pattern_t *pattern,
                  const cors_place_t *at)
{
    if (set->n_members == set->max_members && !grow(set)) {
        abort();  /* as httpd has it for its pools */
    }
    append(set, pattern, at);
}

bool cors_set_add_copy(cors_set_t *set, const cors_pattern_t *pattern,
                       const cors_place_t *at)
{
    cors_pattern_t copy = *pattern;

    if (set->n_members == set->max_members && !grow(set)) {
        return false;
    }
    will_give_back(set);
    copy.text = cors_text_keep(&set->text, pattern->text, pattern->len);
    if (copy.text == NULL) {
        return false;
    }
    append(set, &copy, at);
    return true;
}

void cors_set_add_regex(cors_set_t *set, const cors_regex_t *regex,
                        const cors_place_t *at)
{
    cors_regex_member_t *member;

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
    if (is_large(set)) {
        cors_member_t *members = resize_members(set, set->n_members);

        if (members != NULL) {
            set->members = members;
            set->max_members = set->n_members;
        }
    }
}

void cors_set_describe(const cors_set_t *set, const cors_member_t *member,
                     cors_match_t *match)
{
    const cors_sheet_t *sheet =
        &APR_ARRAY_IDX(set->sheets, member->sheet, cors_sheet_t);

    match->text = member->text;
    match->regex = NULL;
    match->at.file = sheet->file;
    match->at.directive = sheet->directive;
    match->at.line = (int)member->line;
}

void cors_set_describe_regex(const cors_regex_member_t *member,
                             cors_match_t *match)
{
    match->text = cors_regex_text(member->regex);
    match->regex = member->regex;
    match->at = member->at;
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
            cors_set_describe_regex(&APR_ARRAY_IDX(set->regexes, number - 1,
                                          cors_regex_member_t), match);
            return true;
        }
        if (number != 0) {
            cors_set_describe(set, &set->members[number - 1], match);
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
    const cors_regex_member_t *member;

    if ((uint32_t)i < set->n_members) {
        cors_member_unpack(&set->members[i], pattern);
        cors_set_describe(set, &set->members[i], match);
        return cors_member_hazards(&set->members[i]);
    }
    member = &APR_ARRAY_IDX(set->regexes, i - (int)set->n_members,
                            cors_regex_member_t);
    cors_set_describe_regex(member, match);
    return member->hazards;
}
