/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_set: look-ups in sets, against a naive matcher that tries one pattern
 * after the other. Lines up to a blank one are patterns, the others origins;
 * what is none of them is left out.
 *
 * Every set is made twice: as it is, and with so many others in front that it
 * has an index. Beside the origins of the input, those are asked for that
 * resemble a pattern.
 */
#include "fuzz.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_set.h"
#include "naive.h"

enum { MEMBERS_MAX = 24, FILL = 24, TEXT_MAX = 300 };

typedef struct sets_t {
    cors_set_t *small, *large;
    const char *words[MEMBERS_MAX];
    int n;
} sets_t;

static void fill(cors_set_t *set)
{
    for (int i = 0; i < FILL; i++) {
        const cors_place_t at = {.file = "fill", .line = i + 1};
        cors_pattern_t pattern;
        const char *text = apr_psprintf(pool, "x-fill://n%d.x%s", i,
                                        i % 3 == 0 ? ":*" : "");

        fuzz_expect(cors_pattern_parse(&pattern, text) == CORS_PATTERN_OK,
                    "what fills is a pattern", text, NULL);
        cors_set_add(set, &pattern, &at);
    }
}

static void add(sets_t *sets, const char *word)
{
    cors_pattern_t pattern;
    const cors_place_t at = {.file = "corpus", .line = sets->n + 1};

    if (sets->n < MEMBERS_MAX
        && cors_pattern_parse(&pattern, word) == CORS_PATTERN_OK) {
        cors_set_add(sets->small, &pattern, &at);
        (void)cors_set_add_copy(sets->large, &pattern, &at);
        sets->words[sets->n++] = word;
    }
}

static bool is_filling(const char *text)
{
    return strncmp(text, "x-fill:", 7) == 0;
}

static void look(const cors_set_t *set, const sets_t *sets,
                 const cors_origin_t *origin, bool want)
{
    cors_match_t match = {.text = NULL};
    const bool is_found = cors_set_find(set, origin, &match);

    fuzz_expect(is_found == want, want ? "it is found" : "it is not found",
                origin->text, match.text);
    if (is_found) {
        const int line = match.at.line;

        fuzz_expect(naive_matches(match.text, origin->text),
                    "what is said to match does", match.text, origin->text);
        fuzz_expect(line >= 1 && line <= sets->n
                    && strcmp(sets->words[line - 1], match.text) == 0,
                    "its place is that of the word", match.text, NULL);
    }
}

/* By text alone, which may be no origin: the same answer. */
static void look_by_text(const cors_set_t *set, const char *text, bool want)
{
    cors_claim_t claim;
    cors_match_t match = {.text = NULL};

    cors_claim_make(&claim, text);
    fuzz_expect(cors_set_find_claim(set, &claim, &match) == want,
                want ? "it is found by its text" : "nor by its text", text,
                match.text);
}

/* The first of all that match. */
static void look_for_first(const cors_set_t *set, const cors_origin_t *origin,
                           int want)
{
    cors_match_t match = {.text = NULL};

    fuzz_expect(cors_set_find_first(set, origin, &match) == want,
                "it is the first", origin->text, match.text);
}

static void ask(const sets_t *sets, const char *text)
{
    cors_origin_t origin;
    int first = 0;

    if (is_filling(text)) {
        return;
    }
    if (!cors_origin_parse(&origin, text)) {
        look_by_text(sets->small, text, false);
        look_by_text(sets->large, text, false);
        return;
    }
    while (first < sets->n && !naive_matches(sets->words[first], text)) {
        first++;
    }
    look(sets->small, sets, &origin, first < sets->n);
    look(sets->large, sets, &origin, first < sets->n);
    look_by_text(sets->small, text, first < sets->n);
    look_by_text(sets->large, text, first < sets->n);
    look_for_first(sets->small, &origin, first < sets->n ? first : -1);
    look_for_first(sets->large, &origin, first < sets->n ? FILL + first : -1);
}

/* The pattern with its wildcards filled in, and a little beside that. */
static void ask_near(const sets_t *sets, const char *word)
{
    static const char *const under[] = {"", "x", "x.", "x.y.", "."};
    static const char *const ports[] = {"", ":1", ":65535"};
    const char *host = strstr(word, "://"), *port;
    char *scheme, *name;

    if (host == NULL || strlen(word) > TEXT_MAX) {
        return;
    }
    host += 3;
    scheme = apr_pstrmemdup(pool, word, (apr_size_t)(host - word));
    host += strncmp(host, "*.", 2) == 0 ? 2 : 0;
    port = strrchr(host, ':');
    if (port != NULL && strchr(port, ']') != NULL) {
        port = NULL;
    }
    name = apr_pstrmemdup(pool, host, port != NULL ? (apr_size_t)(port - host)
                                                   : strlen(host));
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 3; j++) {
            ask(sets, apr_pstrcat(pool, scheme, under[i], name, ports[j],
                                  NULL));
        }
        if (port != NULL && port[1] != '*') {
            ask(sets, apr_pstrcat(pool, scheme, under[i], name, port, NULL));
            ask(sets, apr_pstrcat(pool, scheme, under[i], name, port, "1",
                                  NULL));
        }
    }
    ask(sets, apr_pstrcat(pool, scheme, name, ".", NULL));
    ask(sets, apr_pstrcat(pool, "x", scheme, name, NULL));
}

void fuzz_one(const char *bytes, size_t len)
{
    sets_t sets = {cors_set_create(pool), cors_set_create(pool), {NULL}, 0};
    const char *line;

    fill(sets.large);
    while ((line = fuzz_line(&bytes, &len)) != NULL && *line != '\0') {
        add(&sets, line);
    }
    cors_set_seal(sets.large);
    for (int i = 0; i < 32 && (line = fuzz_line(&bytes, &len)) != NULL; i++) {
        ask(&sets, line);
    }
    for (int i = 0; i < sets.n; i++) {
        ask_near(&sets, sets.words[i]);
    }
    ask(&sets, "null");
}
