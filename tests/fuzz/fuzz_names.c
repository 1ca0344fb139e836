/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_names: methods, header names and lists of them.
 *
 * The first line is a directive's: M, H or E (CorsAllowMethods, ...Headers,
 * CorsExposeHeaders), then its arguments. Every other line is a value of
 * Access-Control-Request-Headers, and a name.
 */
#include "fuzz.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_acrh.h"
#include "cors_browser.h"
#include "cors_list.h"
#include "naive.h"

/* Fetch standard, section 2.2: what scripts cannot set, or see. */
static const char *const no_methods[] = {"CONNECT", "TRACE", "TRACK", NULL};
static const char *const no_request[] = {
    "Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers",
    "Access-Control-Request-Method", "Access-Control-Request-Private-Network",
    "Connection", "Content-Length", "Cookie", "Cookie2", "Date", "DNT",
    "Expect", "Host", "Keep-Alive", "Origin", "Referer", "Set-Cookie", "TE",
    "Trailer", "Transfer-Encoding", "Upgrade", "Via", NULL
};
static const char *const no_response[] = {"Set-Cookie", "Set-Cookie2", NULL};

static bool is_among(const char *const *names, const char *name)
{
    for (; *names != NULL; names++) {
        if (naive_same_name(*names, strlen(*names), name, strlen(name))) {
            return true;
        }
    }
    return false;
}

static bool may_be_listed(cors_list_kind_t kind, const char *name)
{
    const size_t len = strlen(name);

    if (strcmp(name, "*") == 0) {
        return true;
    }
    if (!naive_is_token(name, len)) {
        return false;
    }
    switch (kind) {
    case CORS_LIST_METHODS:
        return !is_among(no_methods, name);
    case CORS_LIST_REQUEST_HEADERS:
        return !is_among(no_request, name)
            && !(len >= 6 && naive_same_name(name, 6, "Proxy-", 6))
            && !(len >= 4 && naive_same_name(name, 4, "Sec-", 4));
    case CORS_LIST_RESPONSE_HEADERS:
        break;
    }
    return !is_among(no_response, name);
}

/* The list as the manual has it: what is always allowed, then the arguments. */
typedef struct naive_list_t {
    cors_list_kind_t kind;
    const char *names[256];
    int n;
    bool any;
} naive_list_t;

static void begin_list(naive_list_t *list, cors_list_kind_t kind)
{
    static const char *const methods[] = {"GET", "HEAD", "POST"};
    static const char *const headers[] = {
        "Accept", "Accept-Language", "Content-Language", "Content-Type"
    };

    list->kind = kind;
    list->n = 0;
    list->any = false;
    if (kind == CORS_LIST_METHODS) {
        memcpy(list->names, methods, sizeof methods);
        list->n = 3;
    }
    else if (kind == CORS_LIST_REQUEST_HEADERS) {
        memcpy(list->names, headers, sizeof headers);
        list->n = 4;
    }
}

static bool naive_covers(const naive_list_t *list, const char *name,
                         size_t len)
{
    const bool is_header = list->kind != CORS_LIST_METHODS;

    if (list->any && !(is_header && naive_same_name(name, len, "authorization",
                                                    13))) {
        return naive_is_token(name, len);
    }
    for (int i = 0; i < list->n; i++) {
        const char *listed = list->names[i];
        const size_t n = strlen(listed);

        if (is_header ? naive_same_name(listed, n, name, len)
                      : n == len && memcmp(listed, name, len) == 0) {
            return true;
        }
    }
    return false;
}

static void read_list(cors_list_t **list, naive_list_t *naive, char *text)
{
    const char *kind = fuzz_word(&text);
    char *name;

    begin_list(naive, kind != NULL && *kind == 'M' ? CORS_LIST_METHODS
               : kind != NULL && *kind == 'E' ? CORS_LIST_RESPONSE_HEADERS
               : CORS_LIST_REQUEST_HEADERS);
    *list = cors_list_create(naive->kind, NULL, pool);
    while (naive->n < 250 && (name = fuzz_word(&text)) != NULL) {
        const bool is_fine = cors_list_add(*list, name) == CORS_NAME_OK;

        fuzz_expect(is_fine == may_be_listed(naive->kind, name),
                    "a name may be listed, or not", name, NULL);
        if (is_fine && strcmp(name, "*") == 0) {
            naive->any = true;
        }
        else if (is_fine) {
            naive->names[naive->n++] = name;
        }
    }
    cors_list_seal(*list, pool);
}

/* A header's value, if there is one: names or "*", with commas between. */
static void check_value(const char *value, bool is_there)
{
    fuzz_expect((value != NULL) == is_there, "a list has a value", value,
                NULL);
    if (value == NULL) {
        return;
    }
    for (const char *at = value; *at != '\0';) {
        const size_t len = strcspn(at, ",");

        fuzz_expect(naive_is_token(at, len), "a value has only names", value,
                    at);
        at += len;
        if (*at == ',') {
            fuzz_expect(at[1] == ' ' && at[2] != '\0', "and commas", value,
                        at);
            at += 2;
        }
    }
}

/* The first name that is not covered; NULL for none. */
static const char *naive_refused(const char *value, const naive_list_t *naive,
                                 size_t *len)
{
    while (true) {
        const char *end = value + strcspn(value, ",");
        const char *first = value, *last = end;

        while (first < last && (*first == ' ' || *first == '\t')) {
            first++;
        }
        while (last > first && (last[-1] == ' ' || last[-1] == '\t')) {
            last--;
        }
        *len = (size_t)(last - first);
        if (*len > 0 && !naive_covers(naive, first, *len)) {
            return first;
        }
        if (*end == '\0') {
            return NULL;
        }
        value = end + 1;
    }
}

static void ask(const cors_list_t *list, const naive_list_t *naive,
                const char *value)
{
    const size_t len = strlen(value);
    cors_slice_t refused = {NULL, 0};
    const bool is_covered = cors_acrh_is_covered(value, list, &refused);
    size_t n;
    const char *naive_one = naive_refused(value, naive, &n);

    fuzz_expect(cors_list_covers(list, value, len)
                == naive_covers(naive, value, len), "a name is covered, or not",
                value, list->value);
    if (len > CORS_ACRH_MAX) {
        fuzz_expect(!is_covered, "what is too long is refused", NULL, NULL);
        return;
    }
    fuzz_expect(is_covered == (naive_one == NULL),
                "names are covered, or one is not", value, list->value);
    if (!is_covered) {
        fuzz_expect(refused.text == naive_one && refused.len == n,
                    "the one that is refused is the first", value,
                    refused.text);
    }
}

/* What browsers make of it, and whether they ask first: no crash. */
static void ask_browser(const char *value, const cors_list_t *list)
{
    const cors_fetch_t fetch = {.url = "/", .origin = "https://a",
                                .method = value, .headers = value};
    const cors_answer_t answer = {
        .status = 204, .allow_origin = "*", .allow_methods = value,
        .allow_headers = list->value
    };
    const char *what;

    (void)cors_browser_asks_first(&fetch);
    (void)cors_browser_check_preflight(&fetch, &answer, &what, pool);
}

void fuzz_one(const char *bytes, size_t len)
{
    char *line = fuzz_line(&bytes, &len);
    naive_list_t naive;
    cors_list_t *list;

    if (line == NULL) {
        return;
    }
    read_list(&list, &naive, line);
    check_value(list->value, naive.n > 0 || naive.any);
    check_value(list->listed, naive.n > 0);
    while ((line = fuzz_line(&bytes, &len)) != NULL) {
        ask(list, &naive, line);
        ask_browser(line, list);
    }
}
