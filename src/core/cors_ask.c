/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_ask.h"

#include <stdlib.h>
#include <string.h>

#include <apr_cstr.h>
#include <apr_escape.h>
#include <apr_strings.h>

#include "cors_names.h"

/* The value of the first pair of this name, up to *len; NULL for none. */
static const char *find_value(const char *query, const char *name, size_t *len)
{
    const size_t name_len = strlen(name);

    while (query != NULL && *query != '\0') {
        const size_t pair_len = strcspn(query, "&");

        if (pair_len > name_len && query[name_len] == '='
            && memcmp(query, name, name_len) == 0) {
            *len = pair_len - name_len - 1;
            return query + name_len + 1;
        }
        query += pair_len + (query[pair_len] != '\0');
    }
    return NULL;
}

const char *cors_ask_parameter(const char *query, const char *name,
                               apr_pool_t *p)
{
    size_t len;
    const char *value = find_value(query, name, &len);

    return value != NULL && len <= CORS_ASK_MAX
         ? apr_punescape_url(p, apr_pstrmemdup(p, value, len), NULL, NULL, 1)
         : NULL;
}

/* Is the parameter one of two words? -1 for another; 0 where it is missing. */
static int flag(const char *query, const char *name, const char *no,
                const char *yes, apr_pool_t *p)
{
    const char *value = cors_ask_parameter(query, name, p);

    if (value == NULL || *value == '\0' || strcmp(value, no) == 0) {
        return 0;
    }
    return strcmp(value, yes) == 0 ? 1 : -1;
}

/* Each parameter once: which of two would count is nobody's guess. */
static const char *find_repeated(const char *query, apr_pool_t *p)
{
    static const char *const names[] = {
        "url", "origin", "method", "headers", "reads", "credentials",
        "private-network", "format"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len;
        const char *first = find_value(query, names[i], &len);

        if (first != NULL && find_value(first + len, names[i], &len)) {
            return apr_psprintf(p, "%s is there twice: write it once",
                                names[i]);
        }
    }
    return NULL;
}

/* https://fetch.spec.whatwg.org/#concept-method-normalize */
static const char *normalize_method(const char *method)
{
    static const char *const names[] = {
        "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (apr_cstr_casecmp(method, names[i]) == 0) {
            return names[i];
        }
    }
    return method;
}

/* What stands in a request line or a header name; nothing else is shown. */
static bool is_visible(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            return false;
        }
    }
    return true;
}

static const char *not_empty(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static const char *check(const char *url, const cors_fetch_t *fetch)
{
    if (url == NULL) {
        return "url is missing: write a path, or a whole http or https URL";
    }
    if (fetch->origin == NULL || *fetch->origin == '\0') {
        return "origin is missing: write it as the browser shows it, "
               "https://app.example.com";
    }
    if (strlen(fetch->method) > CORS_ASK_METHOD_MAX
        || !cors_name_is_token(fetch->method, strlen(fetch->method))) {
        return "method is no token: write GET, PUT or the like";
    }
    if (!is_visible(url) || !is_visible(fetch->origin)
        || !is_visible(fetch->headers) || !is_visible(fetch->reads)) {
        return "url, origin and names of headers are printable ASCII: write "
               "others as browsers send them, percent-encoded or in punycode";
    }
    return NULL;
}

const char *cors_ask_read(const char **url, cors_fetch_t *fetch,
                          const char *query, apr_pool_t *p)
{
    const int credentials = flag(query, "credentials", "omit", "include", p);
    const int network = flag(query, "private-network", "0", "1", p);
    const char *fault = find_repeated(query, p);

    memset(fetch, 0, sizeof *fetch);
    *url = cors_ask_parameter(query, "url", p);
    fetch->origin = cors_ask_parameter(query, "origin", p);
    fetch->method = cors_ask_parameter(query, "method", p);
    fetch->headers = not_empty(cors_ask_parameter(query, "headers", p));
    fetch->reads = not_empty(cors_ask_parameter(query, "reads", p));
    fetch->with_credentials = credentials == 1;
    fetch->to_private_network = network == 1;
    if (fetch->method == NULL || *fetch->method == '\0') {
        fetch->method = "GET";
    }
    if (fault == NULL && credentials < 0) {
        fault = "credentials is include or omit";
    }
    if (fault == NULL && network < 0) {
        fault = "private-network is 1 or 0";
    }
    if (fault == NULL) {
        fault = check(*url, fetch);
    }
    fetch->method = normalize_method(fetch->method);
    return fault;
}

/* Digits of a port, or none at all? */
static bool is_port(const char *text)
{
    const size_t len = text != NULL ? strlen(text) : 0;

    return text == NULL
        || (strspn(text, "0123456789") == len && len > 0 && len <= 5
            && atoi(text) >= 1 && atoi(text) <= 65535);
}

bool cors_ask_parse_url(apr_uri_t *uri, const char *url, apr_pool_t *p)
{
    if (apr_uri_parse(p, url, uri) != APR_SUCCESS) {
        return false;
    }
    if (uri->path == NULL && uri->hostname != NULL) {
        uri->path = apr_pstrdup(p, "/");
    }
    if (uri->path == NULL || uri->path[0] != '/') {
        return false;
    }
    if (uri->hostname == NULL) {
        return url[0] == '/';
    }
    return uri->hostname[0] != '\0' && is_port(uri->port_str)
        && uri->scheme != NULL && (strcmp(uri->scheme, "http") == 0
                                   || strcmp(uri->scheme, "https") == 0);
}
