/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan: what corsload asks, and which answers are right.
 *
 * A plan is a file of entries, each of them
 *
 *     NAME WEIGHT LENGTH ANSWERS\n  request, of so many bytes
 *     LENGTH\n  answer              for each of the answers
 *
 * A request is sent as it is, but NUMBER in it is another number each time. An
 * answer is its status and its headers about CORS, as answer_text makes them.
 * Where lists change while they are asked about, more than one may be right.
 */
#ifndef CORS_LOAD_PLAN_H
#define CORS_LOAD_PLAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define NUMBER "@@@@@@@@"

enum { ENTRIES_MAX = 256, ANSWERS_MAX = 4, NUMBER_LEN = 8 };

typedef struct entry_t {
    char name[64];
    int weight;
    char *request;
    size_t request_len;
    int n_answers;
    char *answers[ANSWERS_MAX];
    bool is_numbered;
    atomic_ulong given[ANSWERS_MAX];
} entry_t;

typedef struct plan_t {
    entry_t entries[ENTRIES_MAX];
    int n;
    int weights;  /* of all of them */
} plan_t;

/* false: the file is no plan. */
bool plan_read(plan_t *plan, const char *path);

/* An entry, by lot. */
entry_t *plan_draw(plan_t *plan, unsigned lot);

/* Which of the right answers is it? -1: none. */
int entry_match(const entry_t *entry, const char *text,
                const char number[NUMBER_LEN]);

/* Put the number where NUMBER stands; to has room for the text and a NUL. */
void plan_number(char *to, const char *text, size_t len,
                 const char number[NUMBER_LEN]);

#endif
