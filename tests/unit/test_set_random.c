/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_set_random: cors_set against a naive matcher, on random sets and random
 * origins. An index that was too clever once took barfoo.com for a subdomain
 * of foo.com (GHSA-vhxv-fg4m-p2w8), and this one is clever too.
 *
 * Few labels, schemes and ports, so that near misses are the rule. The naive
 * matcher works on the texts and shares nothing with the core.
 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_set.h"
#include "support.h"

enum { SEEDS = 8, SETS = 500, ORIGINS = 64, MEMBERS_MAX = 40 };

typedef struct text_t {
    char text[128];
} text_t;

typedef struct split_t {
    char scheme[32], host[96], port[16];
} split_t;

static void split(split_t *parts, const char *text)
{
    const char *host = strstr(text, "://") + 3;
    const char *colon = strrchr(host, ':');

    if (colon != NULL && strchr(colon, ']') != NULL) {
        colon = NULL;
    }
    if (colon == NULL) {
        colon = host + strlen(host);
    }
    apr_snprintf(parts->scheme, sizeof parts->scheme, "%.*s",
                 (int)(host - 3 - text), text);
    apr_snprintf(parts->host, sizeof parts->host, "%.*s", (int)(colon - host),
                 host);
    apr_snprintf(parts->port, sizeof parts->port, "%s", colon);
}

/* An expression here is nothing but an origin with its dots escaped. */
static bool naive_regex(const char *regex, const char *origin)
{
    for (; *regex != '\0' && *origin != '\0'; regex++, origin++) {
        regex += *regex == '\\';
        if (*regex != *origin) {
            return false;
        }
    }
    return *regex == *origin;
}

static bool naive_host(const char *pattern, const char *host)
{
    const char *tail = pattern + 1;  /* ".b" of "*.b" */

    return *pattern != '*' ? strcmp(pattern, host) == 0
         : strlen(host) > strlen(tail)
           && strcmp(host + strlen(host) - strlen(tail), tail) == 0;
}

static bool naive_match(const char *word, const char *text)
{
    split_t pattern, origin;

    if (strcmp(word, "*") == 0) {
        return true;
    }
    if (strcmp(word, "null") == 0 || strcmp(text, "null") == 0) {
        return strcmp(word, text) == 0;
    }
    if (*word == '~') {
        return naive_regex(word + 1, text);
    }
    split(&pattern, word);
    split(&origin, text);
    return strcmp(pattern.scheme, origin.scheme) == 0
        && naive_host(pattern.host, origin.host)
        && (strcmp(pattern.port, ":*") == 0
            || strcmp(pattern.port, origin.port) == 0);
}

static const char *pick(uint32_t *state, const char *const *list, int n)
{
    return list[support_random(state, (unsigned)n)];
}

#define PICK(state, list) pick(state, list, ROWS(list))

static void random_host(text_t *host, uint32_t *state)
{
    static const char *const labels[] = {"a", "b", "ab", "ba", "a-b", "com"};
    static const char *const addresses[] = {
        "127.0.0.1", "127.0.0.10", "[::1]", "[::a]", "[a::1]",
    };

    host->text[0] = '\0';
    if (support_random(state, 12) == 0) {
        strcpy(host->text, PICK(state, addresses));
        return;
    }
    for (unsigned n = support_random(state, 4); n > 0; n--) {
        strcat(strcat(host->text, PICK(state, labels)), ".");
    }
    strcat(host->text, PICK(state, labels));
    if (support_random(state, 10) == 0) {
        strcat(host->text, ".");
    }
}

static void random_origin(text_t *origin, uint32_t *state)
{
    static const char *const schemes[] = {"https", "https", "http", "app"};
    static const char *const ports[] = {"", "", ":1", ":8", ":81", ":18"};
    text_t host;

    if (support_random(state, 40) == 0) {
        strcpy(origin->text, "null");
        return;
    }
    random_host(&host, state);
    apr_snprintf(origin->text, sizeof origin->text, "%s://%s%s",
                 PICK(state, schemes), host.text, PICK(state, ports));
}

static void escape(char *out, const char *text)
{
    for (*out++ = '~'; *text != '\0'; text++) {
        if (strchr(".[]", *text) != NULL) {
            *out++ = '\\';
        }
        *out++ = *text;
    }
    *out = '\0';
}

/* An origin, some of its parts made wildcards, or an expression. */
static void random_word(text_t *word, uint32_t *state)
{
    text_t origin;
    split_t parts;
    bool is_name;

    random_origin(&origin, state);
    if (strcmp(origin.text, "null") == 0 || support_random(state, 8) == 0) {
        if (support_random(state, 12) == 0) {
            strcpy(word->text, "*");
        }
        else if (support_random(state, 2) == 0) {
            strcpy(word->text, "null");
        }
        else {
            escape(word->text, origin.text);
        }
        return;
    }
    split(&parts, origin.text);
    is_name = strspn(parts.host, "[127") == 0;
    apr_snprintf(word->text, sizeof word->text, "%s://%s%s%s", parts.scheme,
                 is_name && support_random(state, 2) == 0 ? "*." : "",
                 parts.host,
                 support_random(state, 4) == 0 ? ":*" : parts.port);
}

/* A set as random words; mostly without "*", which would hide the rest. */
static int random_words(text_t *words, uint32_t *state)
{
    const int n = (int)support_random(state, MEMBERS_MAX + 1);
    const bool may_be_any = support_random(state, 20) == 0;

    for (int i = 0; i < n; i++) {
        do {
            random_word(&words[i], state);
        } while (!may_be_any && strcmp(words[i].text, "*") == 0);
    }
    return n;
}

static const char *join(const text_t *words, int n)
{
    char *text = "";

    for (int i = 0; i < n; i++) {
        text = apr_pstrcat(pool, text, words[i].text, " ", NULL);
    }
    return text;
}

static void compare(const cors_set_t *set, const text_t *words, int n,
                    const char *text, int seed)
{
    const cors_origin_t origin = support_origin(text);
    cors_match_t match = {.text = NULL};
    bool is_found = cors_set_find(set, &origin, &match);
    bool want = false;

    for (int i = 0; i < n && !want; i++) {
        want = naive_match(words[i].text, text);
    }
    if (is_found != want) {
        ck_abort_msg("seed %d: '%s' is %s, in the set of %d: %s", seed, text,
                     is_found ? "found" : "not found", n, join(words, n));
    }
    /* What is named must be what matches: at has the number of the word. */
    if (is_found && !naive_match(words[match.at.line - 1].text, text)) {
        ck_abort_msg("seed %d: '%s' is said to match '%s', in the set: %s",
                     seed, text, match.text, join(words, n));
    }
}

START_TEST(as_a_naive_matcher)
{
    uint32_t state = (uint32_t)_i;

    for (int round = 0; round < SETS; round++) {
        text_t words[MEMBERS_MAX];
        const int n = random_words(words, &state);
        const cors_set_t *set = support_set("CorsAllowOrigin", join(words, n));

        for (int i = 0; i < ORIGINS; i++) {
            text_t origin;

            random_origin(&origin, &state);
            compare(set, words, n, origin.text, _i);
        }
        apr_pool_clear(pool);
    }
}
END_TEST

/* The rows of the naive matcher itself: an error in it would hide others. */
static const struct {
    const char *word, *origin;
    bool matches;
} naive_rows[] = {
    {"*", "null", true},
    {"null", "null", true},
    {"https://a", "null", false},
    {"https://a", "https://a", true},
    {"https://*.a", "https://a", false},
    {"https://*.a", "https://b.a", true},
    {"https://*.a", "https://ba", false},
    {"https://*.a:*", "https://c.b.a:8", true},
    {"https://a:8", "https://a:81", false},
    {"http://[::1]:*", "http://[::1]", true},
    {"~https://a\\.b", "https://a.b", true},
    {"~https://a\\.b", "https://a.bc", false},
};

START_TEST(naive_matcher)
{
    support_same_number(naive_rows[_i].word,
                        naive_match(naive_rows[_i].word,
                                    naive_rows[_i].origin),
                        naive_rows[_i].matches);
}
END_TEST

Suite *cors_suite_set_random(void)
{
    Suite *suite = suite_create("set_random");
    TCase *tests = support_case(suite, "set_random");

    tcase_add_loop_test(tests, naive_matcher, 0, ROWS(naive_rows));
    tcase_add_loop_test(tests, as_a_naive_matcher, 1, SEEDS + 1);
    return suite;
}
