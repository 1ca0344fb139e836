/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_pattern_mend: from what a person wrote to the pattern that was meant.
 *
 * Used in messages only. A mend that is copied without thinking must not allow
 * another origin than was meant, so whatever is in doubt gives none.
 */
#include "cors_pattern.h"

#include <string.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "cors_ascii.h"
#include "cors_host.h"

typedef struct parts_t {
    const char *scheme;    /* NULL: none was written */
    const char *wildcard;  /* "*." or "" */
    char *host;
    char *port;            /* with its colon, or "" */
} parts_t;

/*
 * "https://", but also "https:/", "https:", "HTTPS:\\\\", "//" and "*://".
 * Returns what follows; NULL where a colon leaves it open what is what.
 */
static char *take_scheme(parts_t *parts, char *text, apr_pool_t *p)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.*";
    const apr_size_t len = strspn(text, letters);
    char *rest = text + len + 1;
    bool is_web;

    if (strncmp(text, "//", 2) == 0) {
        return text + 2;
    }
    if (text[len] != ':') {
        return text;
    }
    text[len] = '\0';
    is_web = apr_cstr_casecmp(text, "https") == 0
          || apr_cstr_casecmp(text, "http") == 0;
    if (strncmp(rest, "//", 2) != 0 && !is_web) {
        text[len] = ':';
        return text;
    }
    if (apr_cstr_casecmp(text, "ws") == 0) {
        parts->scheme = "http";
    }
    else if (apr_cstr_casecmp(text, "wss") == 0) {
        parts->scheme = "https";
    }
    else if (strcmp(text, "*") != 0) {
        parts->scheme = cors_host_canonical(text, len, p);
    }
    return rest + strspn(rest, "/\\");
}

/*
 * Drop what is no part of an origin: user, path, query, a list's comma. NULL
 * where the user looks like a host, for who knows which of them was meant.
 */
static char *take_authority(char *rest)
{
    char *at;
    apr_size_t end;

    rest[strcspn(rest, "/?#\\")] = '\0';
    if ((at = strrchr(rest, '@')) != NULL) {
        if (memchr(rest, '.', (apr_size_t)(at - rest)) != NULL) {
            return NULL;
        }
        rest = at + 1;
    }
    for (end = strlen(rest); end > 0 && strchr(",; \t", rest[end - 1]); end--) {
        rest[end - 1] = '\0';
    }
    return rest;
}

/* "*host", "**.host" and "*.*.host" all mean "*.host". */
static char *take_wildcard(parts_t *parts, char *authority)
{
    const apr_size_t len = strspn(authority, "*.");

    parts->wildcard = "";
    if (memchr(authority, '*', len) != NULL) {
        parts->wildcard = "*.";
        authority += len;
    }
    return authority;
}

/* The host, and its port without leading zeros; false where in doubt. */
static bool take_host(parts_t *parts, char *authority, apr_pool_t *p)
{
    apr_size_t len;
    int port;

    if (cors_host_lacks_brackets(authority)) {
        parts->host = apr_psprintf(p, "[%s]", authority);
        parts->port = authority + strlen(authority);
        return true;
    }
    len = authority[0] == '[' ? strcspn(authority, "]") + 1
                              : strcspn(authority, ":");
    if (len > strlen(authority)) {
        return false;
    }
    parts->host = apr_pstrmemdup(p, authority, len);
    parts->port = authority + len;
    if (strcmp(parts->port, "") == 0 || strcmp(parts->port, ":*") == 0) {
        return true;
    }
    if (strcmp(parts->port, ":") == 0) {
        *parts->port = '\0';
        return true;
    }
    while (parts->port[1] == '0' && parts->port[2] != '\0') {
        *++parts->port = ':';
    }
    return cors_origin_parse_port(parts->port + 1, &port);
}

/* A scheme taken for a host: "https//host", "file:/path". */
static bool is_scheme_name(const char *host)
{
    return apr_cstr_casecmp(host, "http") == 0
        || apr_cstr_casecmp(host, "https") == 0
        || apr_cstr_casecmp(host, "file") == 0;
}

static const char *join(parts_t *parts, apr_pool_t *p)
{
    const char *host = cors_host_canonical(parts->host, strlen(parts->host),
                                           p);
    int port;

    if (host == NULL || is_scheme_name(host)) {
        return NULL;
    }
    if (parts->scheme == NULL) {
        const bool is_loopback = cors_host_is_loopback(host, strlen(host));

        /* A word is no host, and port 80 says http where https would be
         * written. */
        if (strcmp(parts->port, ":80") == 0
            || (!is_loopback && strpbrk(host, ".[") == NULL)) {
            return NULL;
        }
        parts->scheme = is_loopback ? "http" : "https";
    }
    if (cors_origin_parse_port(parts->port + (*parts->port != '\0'), &port)
        && port == cors_origin_default_port(parts->scheme,
                                            strlen(parts->scheme))) {
        parts->port = parts->port + strlen(parts->port);
    }
    return apr_pstrcat(p, parts->scheme, "://", parts->wildcard, host,
                       parts->port, NULL);
}

static const char *guess(const char *written, apr_pool_t *p)
{
    parts_t parts = {NULL, "", NULL, NULL};
    char *rest = take_scheme(&parts, apr_pstrdup(p, written), p);
    char *authority = take_authority(rest);

    return authority != NULL
        && take_host(&parts, take_wildcard(&parts, authority), p)
         ? join(&parts, p) : NULL;
}

const char *cors_pattern_mend(cors_pattern_fault_t fault, const char *text,
                              apr_pool_t *p)
{
    const char *meant = apr_cstr_casecmp(text, "null") == 0 ? "null"
                                                            : guess(text, p);
    cors_pattern_t pattern;

    if (fault != CORS_PATTERN_FILE_SCHEME && meant != NULL
        && cors_pattern_parse(&pattern, meant) == CORS_PATTERN_OK) {
        return apr_psprintf(p, "'%s'", meant);
    }
    return cors_pattern_advice(fault);
}
