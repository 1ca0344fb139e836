/* SPDX-License-Identifier: Apache-2.0 */
#include "lists.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <apr_strings.h>

#include "cors_pool.h"

/* The most sets that may wait: each thread looks at one at a time. */
enum { WAITING_MAX = 16, LONG = 5000 };

static const cors_place_t file_place = {"test.conf", 1, "CorsOriginsFile", NULL};
static const cors_place_t group_place = {"test.conf", 2, "CorsAllowOrigin", NULL};
static const cors_place_t credentials_place = {
    "test.conf", 3, "CorsAllowCredentials", NULL
};

static atomic_bool has_failed;

void stress_fail(const char *fmt, ...)
{
    va_list args;

    if (!atomic_exchange(&has_failed, true)) {
        va_start(args, fmt);
        fputs("stress: ", stderr);
        vfprintf(stderr, fmt, args);
        fputs("\n", stderr);
        va_end(args);
    }
}

bool stress_has_failed(void)
{
    return atomic_load(&has_failed);
}

long lists_memory(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0, pages = 0;

    if (file != NULL) {
        if (fscanf(file, "%ld %ld", &size, &pages) != 2) {
            pages = 0;
        }
        (void)fclose(file);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* ------------------------------------------------------------------- texts */

/*
 * The same origins on other lines, or through another pattern, or only in one
 * of the two; a short list in a pool and a long one in mappings of its own;
 * each of the feeds has a list that some policy may not have.
 */
static const char short_list[] =
    "https://both.example\n"
    "https://only-a.example\n"
    "https://*.sub.example\n"
    "http://plain.example\n";

static const char long_list_end[] =
    "https://both.example\n"
    "https://only-b.example\n"
    "https://x.sub.example\n";

static const char commented_list[] =
    "# comment\n\n"
    "https://both.example # again\r\n"
    "https://*.c.example:*\n";

static const char any_list[] =
    "https://1.example\nhttps://2.example\nhttps://3.example\n"
    "https://4.example\nhttps://5.example\nhttps://6.example\n"
    "https://7.example\nhttps://8.example\nhttps://9.example\n"
    "*\n";

static const char rushed_list[] =
    "https://both.example\nhttp://plain.example\n";
static const char other_rushed_list[] = "\nhttps://both.example\n";

static const char bad_text[] = "https://a.example\nno pattern\n";

static const char *make_long_list(apr_pool_t *p)
{
    char *text = apr_palloc(p, LONG * 32 + sizeof long_list_end), *at = text;

    for (int i = 0; i < LONG; i++) {
        at += apr_snprintf(at, 32, "https://host-%d.example\n", i);
    }
    memcpy(at, long_list_end, sizeof long_list_end);
    return text;
}

/* ----------------------------------------------------------------- loading */

typedef struct text_t {
    const char *at;
    apr_size_t left;
} text_t;

static apr_status_t read_text(void *data, char *buffer, apr_size_t *len)
{
    text_t *text = data;

    *len = text->left < *len ? text->left : *len;
    memcpy(buffer, text->at, *len);
    text->at += *len;
    text->left -= *len;
    return *len > 0 ? APR_SUCCESS : APR_EOF;
}

static apr_status_t note_death(void *alive)
{
    atomic_fetch_sub((atomic_int *)alive, 1);
    return APR_SUCCESS;
}

static void note_birth(fed_t *fed, apr_pool_t *own)
{
    atomic_fetch_add(&fed->alive, 1);
    apr_pool_cleanup_register(own, &fed->alive, note_death,
                              apr_pool_cleanup_null);
    fed->replaced++;
}

/* Free what is no longer looked at; the others are as many as they should. */
static void reclaim(fed_t *fed)
{
    const int waiting = cors_slot_reclaim(fed->feed->slot);

    if (atomic_load(&fed->alive) != waiting + 1 || waiting > WAITING_MAX) {
        stress_fail("%d sets live, of which %d wait",
                    atomic_load(&fed->alive), waiting);
    }
    if ((unsigned)waiting > fed->most_waiting) {
        fed->most_waiting = (unsigned)waiting;
    }
}

static void finish(fed_t *fed, cors_load_t *load)
{
    note_birth(fed, load->own);
    if (cors_load_finish(load) != APR_SUCCESS) {
        stress_fail("a load cannot be finished");
    }
    reclaim(fed);
}

static void load_text(fed_t *fed, const char *bytes, bool is_good,
                      cors_lines_t *lines, apr_pool_t *p)
{
    text_t text = {bytes, strlen(bytes)};
    cors_load_t load;

    cors_load_begin(&load, fed->feed, cors_findings_make(p));
    cors_lines_begin(lines, read_text, &text);
    if (cors_load_lines(&load, lines) != APR_SUCCESS
        || (load.refused == 0) != is_good
        || (is_good && cors_load_leave(&load, fed->copy) != APR_SUCCESS)) {
        stress_fail("a text is not loaded as it should be");
    }
    if (is_good) {
        finish(fed, &load);
    }
    else {
        cors_load_drop(&load);
    }
}

/* As a process does that has not looked itself. */
static void load_copy(fed_t *fed, cors_lines_t *lines, apr_pool_t *p)
{
    cors_copy_reader_t reader;
    cors_load_t load;

    cors_copy_open(fed->copy, &reader);
    cors_load_begin(&load, fed->feed, cors_findings_make(p));
    cors_lines_begin(lines, cors_copy_read, &reader);
    if (cors_load_lines(&load, lines) != APR_SUCCESS || load.refused != 0
        || !cors_copy_was_current(&reader)) {
        stress_fail("a copy is not what was written to it");
    }
    finish(fed, &load);
}

void lists_replace(fed_t *fed, unsigned i)
{
    apr_pool_t *p = cors_pool_create();
    cors_lines_t *lines = apr_palloc(p, sizeof *lines);

    if (i % 7 == 3) {
        load_text(fed, bad_text, false, lines, p);
    }
    load_text(fed, fed->texts[i % LISTS], true, lines, p);
    if (i % 3 == 0) {
        load_copy(fed, lines, p);
    }
    apr_pool_destroy(p);
}

/* The lists of the last feed, by hand. */
void lists_rush(fed_t *fed, unsigned i)
{
    static const char *const words[LISTS][2] = {
        {"https://both.example", "http://plain.example"},
        {"https://both.example", NULL}
    };
    const unsigned list = i % LISTS;
    cors_place_t at = {.file = fed->feed->spec, .line = (int)list};
    apr_pool_t *own = cors_pool_create();
    cors_set_t *set = cors_set_create(own);

    for (int k = 0; k < 2 && words[list][k] != NULL; k++) {
        cors_pattern_t pattern;

        at.line++;
        (void)cors_pattern_parse(&pattern, words[list][k]);
        (void)cors_set_add_copy(set, &pattern, &at);
    }
    note_birth(fed, own);
    cors_slot_replace(fed->feed->slot, set, own);
    reclaim(fed);
}

/* --------------------------------------------------------------- the stage */

static void make_feed(fed_t *fed, const char *const *texts, apr_pool_t *p)
{
    cors_copies_t *copies;

    memset(fed, 0, sizeof *fed);
    fed->texts = texts;
    fed->feed = cors_feed_create(CORS_FEED_FILE, "x.origins", &file_place, p);
    if (cors_copies_create(&copies, p) != APR_SUCCESS) {
        stress_fail("no copy");
    }
    fed->copy = cors_copy_create(copies, 0, &fed->shared, p);
}

/* A feed that has one list and keeps it. */
static cors_feed_t *still_feed(const char *const *texts, int list,
                               apr_pool_t *p)
{
    fed_t *fed = apr_palloc(p, sizeof *fed);
    cors_lines_t *lines = apr_palloc(p, sizeof *lines);

    make_feed(fed, texts, p);
    load_text(fed, texts[list], true, lines, p);
    return fed->feed;
}

static cors_policy_t *make_policy(cors_feed_t *first, cors_feed_t *second,
                                  bool has_credentials, apr_pool_t *p)
{
    cors_policy_t *policy = apr_pcalloc(p, sizeof *policy);
    cors_sources_t *sources = cors_sources_create(&group_place, p);
    cors_pattern_t pattern;

    cors_sources_add_feed(sources, first, false, &file_place);
    if (second != NULL) {
        (void)cors_pattern_parse(&pattern, "https://inline.example");
        cors_sources_add_pattern(sources, &pattern, &group_place);
        cors_sources_add_feed(sources, second, false, &file_place);
    }
    policy->sources = sources;
    if (has_credentials) {
        policy->credentials.at = &credentials_place;
        policy->credentials.value = CORS_ON;
    }
    return policy;
}

/* The feeds of each policy, and whether it has credentials. */
static const struct {
    int first, second;  /* -1: none */
    bool has_credentials;
} kinds[POLICIES] = {
    {0, -1, false}, {0, -1, true}, {1, -1, false}, {0, 1, false},
};

static void make_acted(stage_t *stage, acted_t *acted, int first, int second,
                       bool has_credentials, apr_pool_t *p)
{
    const fed_t *one = &stage->feeds[first];
    const fed_t *other = second >= 0 ? &stage->feeds[second] : NULL;

    acted->policy = make_policy(one->feed, other ? other->feed : NULL,
                                has_credentials, p);
    for (int i = 0; i < LISTS; i++) {
        for (int k = 0; k < (other ? LISTS : 1); k++) {
            acted->still[acted->n_still++] = make_policy(
                still_feed(one->texts, i, p),
                other ? still_feed(other->texts, k, p) : NULL,
                has_credentials, p);
        }
    }
}

void lists_make(stage_t *stage, apr_pool_t *p)
{
    static const char *texts[FEEDS][LISTS] = {
        {short_list, NULL}, {commented_list, any_list},
        {rushed_list, other_rushed_list}
    };

    texts[0][1] = make_long_list(p);
    for (int i = 0; i < FEEDS; i++) {
        make_feed(&stage->feeds[i], texts[i], p);
        lists_replace(&stage->feeds[i], 0);
        for (int list = 0; list < LISTS; list++) {
            cors_feed_t *feed = still_feed(texts[i], list, p);

            stage->lists[i][list] = cors_slot_enter(feed->slot);
            cors_slot_leave();
        }
    }
    for (int i = 0; i < POLICIES; i++) {
        make_acted(stage, &stage->policies[i], kinds[i].first,
                   kinds[i].second, kinds[i].has_credentials, p);
    }
    make_acted(stage, &stage->rushed, RUSHED, -1, true, p);
}
