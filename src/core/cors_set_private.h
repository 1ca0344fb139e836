/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a set is made of. Private to cors_set.c, which builds it, and
 * cors_set_find.c, which looks things up.
 */
#ifndef CORS_SET_PRIVATE_H
#define CORS_SET_PRIVATE_H

#include <apr_tables.h>

#include "cors_index.h"
#include "cors_member.h"
#include "cors_set.h"
#include "cors_text.h"

/* The part of a place that many members share. */
typedef struct cors_sheet_t {
    const char *file;
    const char *directive;
} cors_sheet_t;

typedef struct cors_regex_member_t {
    const cors_regex_t *regex;
    cors_place_t at;
    unsigned hazards;
} cors_regex_member_t;

struct cors_set_t {
    apr_pool_t *pool;
    cors_member_t *members;
    uint32_t n_members, max_members;
    uint32_t any, null;           /* the first "*" and "null", from 1 */
    apr_array_header_t *sheets;   /* of cors_sheet_t */
    apr_array_header_t *regexes;  /* of cors_regex_member_t; or NULL */
    unsigned hazards;
    int first[CORS_HAZARDS];      /* member (or regex) with each, from 1 */
    int least_labels, most_labels;  /* of the hosts after a "*."; 0: none */
    bool has_class[CORS_CLASSES];
    cors_index_t *index;          /* NULL for a few members */
    cors_text_t text;             /* of members that were copied */
    bool gives_back;              /* a cleanup of the pool is registered */
};

/* What *match is to say of a member, or of a regular expression. */
void cors_set_describe(const cors_set_t *set, const cors_member_t *member,
                       cors_match_t *match);
void cors_set_describe_regex(const cors_regex_member_t *member,
                             cors_match_t *match);

#endif
