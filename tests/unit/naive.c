/* SPDX-License-Identifier: Apache-2.0 */
#include "naive.h"

#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>

#include "support.h"

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

bool naive_match(const char *word, const char *text)
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

static void random_host(naive_text_t *host, uint32_t *state)
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

void naive_random_origin(naive_text_t *origin, uint32_t *state)
{
    static const char *const schemes[] = {"https", "https", "http", "app"};
    static const char *const ports[] = {"", "", ":1", ":8", ":81", ":18"};
    naive_text_t host;

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

void naive_random_word(naive_text_t *word, uint32_t *state)
{
    naive_text_t origin;
    split_t parts;
    bool is_name;

    naive_random_origin(&origin, state);
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
