/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_ask: the query of ?explain=1, up to a NUL.
 */
#include "fuzz.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_ask.h"
#include "cors_browser.h"
#include "naive.h"

static int hex(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF", *at;

    at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)((at - digits) % 16) : -1;
}

/* As forms encode it; NULL where that is not what it is, or has a NUL. */
static char *decode(const char *text, size_t len)
{
    char *copy = apr_palloc(pool, len + 1), *to = copy;

    for (size_t i = 0; i < len; i++) {
        if (text[i] != '%') {
            *to++ = text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= len || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) {
            return NULL;
        }
        *to = (char)(16 * hex(text[i + 1]) + hex(text[i + 2]));
        if (*to++ == '\0') {
            return NULL;
        }
        i += 2;
    }
    *to = '\0';
    return copy;
}

/* The first of that name; *n says how many there are. */
static const char *naive_parameter(const char *query, const char *name, int *n)
{
    const char *found = NULL;

    *n = 0;
    for (const char *at = query; true; at++) {
        const size_t len = strcspn(at, "&"), name_len = strlen(name);

        if (len > name_len && strncmp(at, name, name_len) == 0
            && at[name_len] == '=') {
            const size_t value_len = len - name_len - 1;

            if (++*n == 1 && value_len <= CORS_ASK_MAX) {
                found = decode(at + name_len + 1, value_len);
            }
        }
        at += len;
        if (*at == '\0') {
            return found;
        }
    }
}

static void compare(const char *query, const char *name)
{
    int n;
    const char *want = naive_parameter(query, name, &n);
    const char *got = cors_ask_parameter(query, name, pool);

    fuzz_expect(want == NULL ? got == NULL
                : got != NULL && strcmp(want, got) == 0,
                "a parameter is what the form says", got, want);
}

static bool is_visible(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

static void check_url(const char *url)
{
    apr_uri_t uri;

    if (!cors_ask_parse_url(&uri, url, pool)) {
        return;
    }
    fuzz_expect(uri.path != NULL && uri.path[0] == '/', "a URL has a path",
                url, uri.path);
    fuzz_expect(uri.hostname != NULL
                ? uri.hostname[0] != '\0' && uri.scheme != NULL
                  && strncmp(uri.scheme, "http", 4) == 0
                : url[0] == '/', "and a host of http, or none", url,
                uri.hostname);
    fuzz_expect(uri.port_str == NULL || uri.port != 0,
                "a port is one", url, uri.port_str);
}

static void check_answer(const char *url, const cors_fetch_t *fetch)
{
    fuzz_expect(is_visible(url) && is_visible(fetch->origin)
                && (fetch->headers == NULL || is_visible(fetch->headers))
                && (fetch->reads == NULL || is_visible(fetch->reads)),
                "what is shown can be shown", url, fetch->origin);
    fuzz_expect(naive_is_token(fetch->method, strlen(fetch->method)),
                "a method is a token", fetch->method, NULL);
    fuzz_expect(*fetch->origin != '\0', "there is an origin", url, NULL);
    (void)cors_browser_asks_first(fetch);
}

void fuzz_one(const char *bytes, size_t len)
{
    static const char *const names[] = {
        "url", "origin", "method", "headers", "reads", "credentials",
        "private-network", "format"
    };
    const char *query = fuzz_copy(bytes, len), *url = NULL, *fault;
    cors_fetch_t fetch;
    int n, twice = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        compare(query, names[i]);
        (void)naive_parameter(query, names[i], &n);
        twice += n > 1;
    }
    fault = cors_ask_read(&url, &fetch, query, pool);
    if (fault == NULL) {
        fuzz_expect(twice == 0, "nothing is there twice", query, NULL);
        check_answer(url, &fetch);
        check_url(url);
    }
    else {
        fuzz_expect(*fault != '\0' && is_visible(fault),
                    "a fault is a sentence of ours", query, fault);
    }
}
