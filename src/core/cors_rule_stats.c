/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_rule_stats.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

/* A place's entry is one of so many, or there is none. */
enum { WAYS = 16 };

/* FNV-1a: places are the administrators', who gain nothing by collisions. */
static uint64_t hash_of(const cors_place_t *at)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (const char *c = at->file; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    }
    hash = (hash ^ (uint64_t)at->line) * UINT64_C(0x100000001b3);
    return hash != 0 ? hash : 1;
}

static cors_rule_entry_t *way(cors_rule_stats_t *stats, uint64_t hash, int i)
{
    return &stats->entries[(hash + (unsigned)i) % CORS_RULE_STATS_MAX];
}

static cors_rule_entry_t *find(cors_rule_stats_t *stats, uint64_t hash)
{
    for (int i = 0; i < WAYS; i++) {
        if (atomic_load_explicit(&way(stats, hash, i)->hash,
                                 memory_order_acquire) == hash) {
            return way(stats, hash, i);
        }
    }
    return NULL;
}

/* "file:line", of which the end says most. */
static void write_place(char *to, const cors_place_t *at)
{
    char line[16];
    const size_t len = strlen(at->file);
    const size_t line_len =
        (size_t)apr_snprintf(line, sizeof line, ":%d", at->line);
    const size_t room = CORS_RULE_STATS_PLACE - 1 - line_len;
    const size_t n = len < room ? len : room;

    memcpy(to, at->file + len - n, n);
    memcpy(to + n, line, line_len + 1);
    if (n < len) {
        memcpy(to, "...", 3);
    }
}

/* As many as fit whole. */
static void write_patterns(char *to, const cors_policy_t *rule)
{
    const cors_set_t *set = rule->sources->inline_set;
    const int n = set != NULL ? cors_set_size(set) : 0;
    size_t at = 0;

    to[0] = '\0';
    for (int i = 0; i < n; i++) {
        cors_pattern_t pattern;
        cors_match_t match;
        const size_t room = CORS_RULE_STATS_PATTERNS - at;

        (void)cors_set_member(set, i, &pattern, &match);
        if (strlen(match.text) + sizeof " ..." >= room) {
            (void)apr_snprintf(to + at, room, "%s...", at > 0 ? " " : "");
            return;
        }
        at += (size_t)apr_snprintf(to + at, room, "%s%s", at > 0 ? " " : "",
                                   match.text);
    }
}

static void write_entry(cors_rule_entry_t *entry, const cors_policy_t *rule,
                        uint64_t hash, bool is_configured)
{
    entry->is_configured = is_configured;
    write_place(entry->place, rule->sources->at);
    write_patterns(entry->patterns, rule);
    atomic_store_explicit(&entry->hash, hash, memory_order_release);
}

/*
 * An entry that nobody has, taken; NULL if there is none. Two that meet a new
 * section at the same time may give it two entries, which are one when read.
 */
static cors_rule_entry_t *take(cors_rule_stats_t *stats, uint64_t hash)
{
    for (int i = 0; i < WAYS; i++) {
        uint32_t is_taken = 0;

        if (atomic_compare_exchange_strong(&way(stats, hash, i)->is_taken,
                                           &is_taken, 1)) {
            return way(stats, hash, i);
        }
    }
    return NULL;
}

static bool is_among(const apr_array_header_t *rules, uint64_t hash)
{
    for (int i = 0; i < rules->nelts; i++) {
        const cors_policy_t *rule =
            APR_ARRAY_IDX(rules, i, const cors_policy_t *);

        if (hash_of(rule->sources->at) == hash) {
            return true;
        }
    }
    return false;
}

/* Also what a process that was killed had taken, and not written. */
static void give_back(cors_rule_entry_t *entry)
{
    atomic_store(&entry->hash, 0);
    atomic_store(&entry->allowed, 0);
    atomic_store(&entry->denied, 0);
    atomic_store(&entry->is_taken, 0);
}

void cors_rule_stats_configure(cors_rule_stats_t *stats,
                               const apr_array_header_t *rules)
{
    for (int i = 0; i < CORS_RULE_STATS_MAX; i++) {
        cors_rule_entry_t *entry = &stats->entries[i];
        const uint64_t hash = atomic_load(&entry->hash);

        if (hash == 0 || (entry->is_configured && !is_among(rules, hash))) {
            give_back(entry);
        }
    }
    for (int i = 0; i < rules->nelts; i++) {
        const cors_policy_t *rule =
            APR_ARRAY_IDX(rules, i, const cors_policy_t *);
        const uint64_t hash = hash_of(rule->sources->at);
        cors_rule_entry_t *entry = find(stats, hash);

        if (entry != NULL || (entry = take(stats, hash)) != NULL) {
            write_entry(entry, rule, hash, true);
        }
    }
}

void cors_rule_stats_count(cors_rule_stats_t *stats,
                           const cors_policy_t *rule, bool is_allowed)
{
    const uint64_t hash = hash_of(rule->sources->at);
    cors_rule_entry_t *entry = find(stats, hash);
    _Atomic uint64_t *counter;

    if (entry == NULL && (entry = take(stats, hash)) != NULL) {
        write_entry(entry, rule, hash, false);
    }
    counter = entry == NULL
            ? is_allowed ? &stats->others_allowed : &stats->others_denied
            : is_allowed ? &entry->allowed : &entry->denied;
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* By file, then by the number of the line: "a:9" before "a:10". */
static int compare(const void *left, const void *right)
{
    const char *a = ((const cors_rule_view_t *)left)->place;
    const char *b = ((const cors_rule_view_t *)right)->place;
    const size_t a_len = (size_t)(strrchr(a, ':') - a);
    const size_t b_len = (size_t)(strrchr(b, ':') - b);
    const int by_file = strncmp(a, b, a_len < b_len ? a_len : b_len);

    return by_file != 0 ? by_file
         : a_len != b_len ? (a_len < b_len ? -1 : 1)
         : atoi(a + a_len + 1) - atoi(b + b_len + 1);
}

/* Entries of one section, which are now side by side, become one. */
static void unite(apr_array_header_t *views)
{
    int n = 0;

    for (int i = 0; i < views->nelts; i++) {
        const cors_rule_view_t *view =
            &APR_ARRAY_IDX(views, i, cors_rule_view_t);
        cors_rule_view_t *last =
            n > 0 ? &APR_ARRAY_IDX(views, n - 1, cors_rule_view_t) : NULL;

        if (last != NULL && strcmp(last->place, view->place) == 0) {
            last->allowed += view->allowed;
            last->denied += view->denied;
        }
        else {
            APR_ARRAY_IDX(views, n, cors_rule_view_t) = *view;
            n++;
        }
    }
    views->nelts = n;
}

static void add_view(apr_array_header_t *views, const char *place,
                     const char *patterns, uint64_t allowed, uint64_t denied)
{
    cors_rule_view_t *view = apr_array_push(views);

    view->place = place;
    view->patterns = patterns;
    view->allowed = allowed;
    view->denied = denied;
}

apr_array_header_t *cors_rule_stats_read(const cors_rule_stats_t *stats,
                                         apr_pool_t *p)
{
    apr_array_header_t *views = apr_array_make(p, 8, sizeof(cors_rule_view_t));
    const uint64_t allowed = atomic_load(&stats->others_allowed);
    const uint64_t denied = atomic_load(&stats->others_denied);

    for (int i = 0; i < CORS_RULE_STATS_MAX; i++) {
        const cors_rule_entry_t *entry = &stats->entries[i];

        if (atomic_load_explicit(&entry->hash, memory_order_acquire) != 0) {
            add_view(views,
                     apr_pstrmemdup(p, entry->place,
                                    strnlen(entry->place,
                                            sizeof entry->place)),
                     apr_pstrmemdup(p, entry->patterns,
                                    strnlen(entry->patterns,
                                            sizeof entry->patterns)),
                     atomic_load(&entry->allowed),
                     atomic_load(&entry->denied));
        }
    }
    qsort(views->elts, (size_t)views->nelts, sizeof(cors_rule_view_t),
          compare);
    unite(views);
    if (allowed + denied > 0) {
        add_view(views, NULL, "", allowed, denied);
    }
    return views;
}
