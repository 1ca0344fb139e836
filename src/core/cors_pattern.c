/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_pattern.h"

#include <apr_cstr.h>

#include "cors_ascii.h"
#include "cors_host.h"

#define STRING(number) #number
#define NUMBER(constant) STRING(constant)

typedef struct fault_row_t {
    const char *text;
    const char *advice;  /* after "write ", where no corrected form is known */
} fault_row_t;

#define ORIGIN_FORM "scheme://host or scheme://host:port"

static const fault_row_t faults[CORS_PATTERN_FAULTS] = {
    [CORS_PATTERN_EMPTY] = {
        "is empty", ORIGIN_FORM},
    [CORS_PATTERN_LONG] = {
        "is over " NUMBER(CORS_ORIGIN_MAX) " bytes, longer than any origin that "
        "is looked at", "a shorter one"},
    [CORS_PATTERN_NO_SCHEME] = {
        "has no scheme, and an origin always begins with one", ORIGIN_FORM},
    [CORS_PATTERN_SCHEME] = {
        "has an invalid scheme", "https://host"},
    [CORS_PATTERN_FILE_SCHEME] = {
        "is a file: URL, whose origin browsers send as 'null'",
        "the origin of a local web server, such as http://localhost:3000"},
    [CORS_PATTERN_NO_ORIGIN] = {
        "has a scheme that no page has as its origin",
        "the origin of the page that makes the request, https://host"},
    [CORS_PATTERN_SPACE] = {
        "has a space, a comma or a control character in it",
        "each origin by itself"},
    [CORS_PATTERN_USER_INFO] = {
        "has user information, which is no part of an origin", ORIGIN_FORM},
    [CORS_PATTERN_PATH] = {
        "has a path or a trailing slash, which is no part of an origin",
        ORIGIN_FORM},
    [CORS_PATTERN_QUERY] = {
        "has a query or a fragment, which is no part of an origin",
        ORIGIN_FORM},
    [CORS_PATTERN_WILDCARD] = {
        "has a wildcard where none is understood",
        "https://*.host for subdomains, https://host:* for any port, * alone "
        "for every origin, or use CorsAllowOriginRegex"},
    [CORS_PATTERN_WILDCARD_ADDRESS] = {
        "has a wildcard before an IP address, which has no subdomains",
        "each address by itself"},
    [CORS_PATTERN_PORT] = {
        "has a port that is not a plain number in 1..65535",
        "scheme://host:port with such a number, or :* for any port"},
    [CORS_PATTERN_DEFAULT_PORT] = {
        "names the scheme's default port, which browsers leave out",
        "the origin without the port"},
    [CORS_PATTERN_UPPER_CASE] = {
        "has upper-case letters, and browsers send origins in lower case",
        "it in lower case"},
    [CORS_PATTERN_UNICODE] = {
        "has non-ASCII characters, and browsers send such hosts in punycode",
        "the host in its punycode form, xn--... (the command idn2 HOST "
        "prints it)"},
    [CORS_PATTERN_HOST_EMPTY] = {
        "has no host", ORIGIN_FORM},
    [CORS_PATTERN_LABEL_EMPTY] = {
        "has an empty label in its host",
        "a host with one dot between labels"},
    [CORS_PATTERN_HOST_LONG] = {
        "has a host over " NUMBER(CORS_HOST_MAX) " bytes",
        "a host that DNS can resolve"},
    [CORS_PATTERN_LABEL_LONG] = {
        "has a label over " NUMBER(CORS_LABEL_MAX) " bytes in its host",
        "a host that DNS can resolve"},
    [CORS_PATTERN_CHARACTER] = {
        "has a character in its host that host names do not have",
        "a host of letters, digits, hyphens, underscores and dots"},
    [CORS_PATTERN_IPV4] = {
        "has a host that ends in a number but is no canonical IPv4 address",
        "the address as four decimal numbers"},
    [CORS_PATTERN_IPV6] = {
        "has a host that is no canonical IPv6 address",
        "the address in lower case and compressed, as in [2001:db8::1]"},
};

/* By cors_host_fault_t. */
static const cors_pattern_fault_t host_faults[] = {
    [CORS_HOST_OK] = CORS_PATTERN_OK,
    [CORS_HOST_EMPTY] = CORS_PATTERN_HOST_EMPTY,
    [CORS_HOST_EMPTY_LABEL] = CORS_PATTERN_LABEL_EMPTY,
    [CORS_HOST_LONG] = CORS_PATTERN_HOST_LONG,
    [CORS_HOST_LABEL_LONG] = CORS_PATTERN_LABEL_LONG,
    [CORS_HOST_UPPER_CASE] = CORS_PATTERN_UPPER_CASE,
    [CORS_HOST_UNICODE] = CORS_PATTERN_UNICODE,
    [CORS_HOST_CHARACTER] = CORS_PATTERN_CHARACTER,
    [CORS_HOST_IPV4] = CORS_PATTERN_IPV4,
    [CORS_HOST_IPV6] = CORS_PATTERN_IPV6,
};

static bool has_upper(const char *text)
{
    for (; *text; text++) {
        if (cors_ascii_is_upper(*text)) {
            return true;
        }
    }
    return false;
}

static bool has_space(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text <= ' ' || *text == ',' || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

/*
 * Schemes of the URL standard that never appear in an Origin header: a
 * WebSocket's origin is its page's, and the others' is opaque.
 */
static bool has_no_origin(const char *scheme, apr_size_t len)
{
    static const char *const schemes[] = {
        "ws", "wss", "ftp", "data", "blob", "about", "javascript"
    };

    for (unsigned i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strlen(schemes[i]) == len && memcmp(schemes[i], scheme, len) == 0) {
            return true;
        }
    }
    return false;
}

/* What can be said of the text before it is known to have a scheme. */
static cors_pattern_fault_t check_scheme(const char *text,
                                         apr_size_t scheme_len)
{
    const char *separator;

    if (*text == '\0') {
        return CORS_PATTERN_EMPTY;
    }
    if (strnlen(text, CORS_ORIGIN_MAX + 1) > CORS_ORIGIN_MAX) {
        return CORS_PATTERN_LONG;
    }
    if (has_space(text)) {
        return CORS_PATTERN_SPACE;
    }
    if (scheme_len == 4 && memcmp(text, "file", 4) == 0) {
        return CORS_PATTERN_FILE_SCHEME;
    }
    if (scheme_len != 0) {
        return has_no_origin(text, scheme_len) ? CORS_PATTERN_NO_ORIGIN
                                               : CORS_PATTERN_OK;
    }
    separator = strstr(text, "://");
    if (separator == NULL) {
        return has_upper(text) && apr_cstr_casecmp(text, "null") == 0
             ? CORS_PATTERN_UPPER_CASE : CORS_PATTERN_NO_SCHEME;
    }
    for (const char *c = text; c < separator; c++) {
        if (*c == '*') {
            return CORS_PATTERN_WILDCARD;
        }
        if (cors_ascii_is_upper(*c)) {
            return CORS_PATTERN_UPPER_CASE;
        }
    }
    return CORS_PATTERN_SCHEME;
}

/* Parts of a URL that an origin does not have. */
static cors_pattern_fault_t check_excess(const char *authority)
{
    apr_size_t end = strcspn(authority, "/?#\\");

    if (memchr(authority, '@', end) != NULL) {
        return CORS_PATTERN_USER_INFO;
    }
    switch (authority[end]) {
    case '\0':
        return CORS_PATTERN_OK;
    case '/':
    case '\\':
        return strpbrk(authority + end, "?#") ? CORS_PATTERN_QUERY
                                              : CORS_PATTERN_PATH;
    default:
        return CORS_PATTERN_QUERY;
    }
}

/* What follows the host: nothing, ":*" or a port. */
static cors_pattern_fault_t parse_port(cors_pattern_t *pattern,
                                       apr_size_t at)
{
    const char *rest = pattern->text + at;
    int port;

    if (*rest == '\0') {
        return CORS_PATTERN_OK;
    }
    if (*rest != ':') {
        return CORS_PATTERN_CHARACTER;
    }
    if (strcmp(rest, ":*") == 0) {
        pattern->any_port = true;
        return CORS_PATTERN_OK;
    }
    if (strchr(rest, '*') != NULL) {
        return CORS_PATTERN_WILDCARD;
    }
    if (!cors_origin_parse_port(rest + 1, &port)) {
        return CORS_PATTERN_PORT;
    }
    if (port == cors_origin_default_port(pattern->text, pattern->scheme_len)) {
        return CORS_PATTERN_DEFAULT_PORT;
    }
    pattern->port_at = at + 1;
    return CORS_PATTERN_OK;
}

static cors_pattern_fault_t parse_authority(cors_pattern_t *pattern,
                                            apr_size_t at)
{
    const char *host = pattern->text + at;
    cors_pattern_fault_t fault;

    if ((fault = check_excess(host)) != CORS_PATTERN_OK) {
        return fault;
    }
    if (strncmp(host, "*.", 2) == 0) {
        pattern->any_subdomain = true;
        host += 2;
    }
    pattern->host_at = (apr_size_t)(host - pattern->text);
    pattern->host_len = *host == '[' ? strcspn(host, "]") + 1
                                     : strcspn(host, ":");
    if (pattern->host_len > strlen(host) || cors_host_lacks_brackets(host)) {
        return CORS_PATTERN_IPV6;
    }
    if (memchr(host, '*', pattern->host_len) != NULL) {
        return CORS_PATTERN_WILDCARD;
    }
    fault = host_faults[cors_host_check(host, pattern->host_len)];
    if (fault != CORS_PATTERN_OK) {
        return fault;
    }
    if (pattern->any_subdomain
        && cors_host_is_address(host, pattern->host_len)) {
        return CORS_PATTERN_WILDCARD_ADDRESS;
    }
    return parse_port(pattern, pattern->host_at + pattern->host_len);
}

cors_pattern_fault_t cors_pattern_parse(cors_pattern_t *pattern,
                                        const char *text)
{
    cors_pattern_t found = {.kind = CORS_PATTERN_ORIGIN, .text = text,
                            .len = strlen(text)};
    cors_pattern_fault_t fault;

    if (strcmp(text, "*") == 0) {
        found.kind = CORS_PATTERN_ANY;
    }
    else if (strcmp(text, "null") == 0) {
        found.kind = CORS_PATTERN_NULL;
    }
    else {
        found.scheme_len = cors_origin_scheme_length(text);
        if ((fault = check_scheme(text, found.scheme_len)) != CORS_PATTERN_OK
            || (fault = parse_authority(&found, found.scheme_len + 3))
               != CORS_PATTERN_OK) {
            return fault;
        }
    }
    *pattern = found;
    return CORS_PATTERN_OK;
}

const char *cors_pattern_fault_text(cors_pattern_fault_t fault)
{
    return faults[fault].text;
}

const char *cors_pattern_advice(cors_pattern_fault_t fault)
{
    return faults[fault].advice;
}
