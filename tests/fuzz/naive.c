/* SPDX-License-Identifier: Apache-2.0 */
#include "naive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { ORIGIN_MAX = 400, HOST_MAX = 253, LABEL_MAX = 63 };

/* An origin or a pattern in three texts. */
typedef struct parts_t {
    char scheme[ORIGIN_MAX + 1], host[ORIGIN_MAX + 1], port[ORIGIN_MAX + 1];
} parts_t;

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

static bool is_all_of(const char *text, const char *set)
{
    return strspn(text, set) == strlen(text);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
    const size_t len = strlen(text), n = strlen(with);

    return len >= n && strcmp(text + len - n, with) == 0;
}

static void cut(char *to, const char *from, size_t len)
{
    memcpy(to, from, len);
    to[len] = '\0';
}

/* "scheme://host:port"; the port with its colon, or "". */
static bool split(parts_t *parts, const char *text)
{
    const char *separator = strstr(text, "://"), *host, *end;

    if (strlen(text) > ORIGIN_MAX || separator == NULL) {
        return false;
    }
    host = separator + 3;
    end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
    if (host[0] == '[') {
        if (end == NULL) {
            return false;
        }
        end++;
    }
    if (end == NULL) {
        end = host + strlen(host);
    }
    cut(parts->scheme, text, (size_t)(separator - text));
    cut(parts->host, host, (size_t)(end - host));
    cut(parts->port, end, strlen(end));
    return true;
}

static bool is_scheme(const char *text)
{
    return is_one_of(text[0], LETTERS)
        && is_all_of(text, LETTERS DIGITS "+-.");
}

/* "", or a number that browsers write: not the scheme's own. */
static bool is_port(const char *scheme, const char *port)
{
    const char *digits = port + 1;

    if (*port == '\0') {
        return true;
    }
    if (*port != ':' || *digits == '\0' || *digits == '0'
        || strlen(digits) > 5 || !is_all_of(digits, DIGITS)
        || atoi(digits) > 65535) {
        return false;
    }
    return !(strcmp(scheme, "https") == 0 && strcmp(digits, "443") == 0)
        && !(strcmp(scheme, "http") == 0 && strcmp(digits, "80") == 0);
}

/* What follows the last dot, leaving one at the end alone. */
static void last_label(char *label, const char *host)
{
    const char *dot;

    strcpy(label, host);
    if (ends(label, ".")) {
        label[strlen(label) - 1] = '\0';
    }
    dot = strrchr(label, '.');
    if (dot != NULL) {
        memmove(label, dot + 1, strlen(dot));
    }
}

static bool is_number(const char *label)
{
    return (*label != '\0' && is_all_of(label, DIGITS))
        || ((begins(label, "0x") || begins(label, "0X"))
            && is_all_of(label + 2, DIGITS "abcdefABCDEF"));
}

static bool is_ipv4(const char *host)
{
    unsigned a, b, c, d;
    char again[64], more;

    if (!is_all_of(host, DIGITS ".") || strlen(host) > 15
        || sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &more) != 4
        || a > 255 || b > 255 || c > 255 || d > 255) {
        return false;
    }
    snprintf(again, sizeof again, "%u.%u.%u.%u", a, b, c, d);
    return strcmp(again, host) == 0;
}

static bool is_name(const char *host)
{
    size_t len = strlen(host), label = 0;

    len -= ends(host, ".");
    if (len == 0 || len > HOST_MAX) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        label = host[i] == '.' ? 0 : label + 1;
        if (label > LABEL_MAX || !is_one_of(host[i], LETTERS DIGITS "-_.")
            || (host[i] == '.' && (i == 0 || i + 1 == len
                                   || host[i + 1] == '.'))) {
            return false;
        }
    }
    return true;
}

/* The shortest text that browsers write: the first longest run of zeros, of
 * two at least, is left out. */
static void write_ipv6(char *text, const unsigned char *bytes)
{
    int from = -1, most = 1;

    for (int i = 0; i < 8; i++) {
        int n = 0;

        while (i + n < 8 && bytes[2 * (i + n)] == 0
               && bytes[2 * (i + n) + 1] == 0) {
            n++;
        }
        if (n > most) {
            most = n;
            from = i;
        }
    }
    *text++ = '[';
    for (int i = 0; i < 8; i++) {
        if (i == from) {
            text += sprintf(text, "::");
            i += most - 1;
            continue;
        }
        text += sprintf(text, "%s%x", i > 0 && text[-1] != ':' ? ":" : "",
                        (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    strcpy(text, "]");
}

static bool is_ipv6(const char *host)
{
    unsigned char bytes[16];
    char inner[ORIGIN_MAX + 1], again[64];

    if (!begins(host, "[") || !ends(host, "]") || strlen(host) < 4) {
        return false;
    }
    cut(inner, host + 1, strlen(host) - 2);
    if (inet_pton(AF_INET6, inner, bytes) != 1) {
        return false;
    }
    write_ipv6(again, bytes);
    return strcmp(again, host) == 0;
}

static bool is_host(const char *host)
{
    char label[ORIGIN_MAX + 1];

    if (*host == '[') {
        return is_ipv6(host);
    }
    last_label(label, host);
    return is_number(label) ? is_ipv4(host) : is_name(host);
}

bool naive_is_origin(const char *text)
{
    parts_t parts;

    return strcmp(text, "null") == 0
        || (split(&parts, text) && is_scheme(parts.scheme)
            && is_host(parts.host) && is_port(parts.scheme, parts.port));
}

bool naive_is_pattern(const char *text)
{
    static const char *const without[] = {
        "file", "ws", "wss", "ftp", "data", "blob", "about", "javascript"
    };
    parts_t parts;
    const char *host = parts.host;

    if (strcmp(text, "*") == 0 || strcmp(text, "null") == 0) {
        return true;
    }
    if (!split(&parts, text) || !is_scheme(parts.scheme)) {
        return false;
    }
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        if (strcmp(parts.scheme, without[i]) == 0) {
            return false;
        }
    }
    if (begins(host, "*.")) {
        host += 2;
        if (is_ipv4(host) || is_ipv6(host)) {
            return false;
        }
    }
    return is_host(host) && (strcmp(parts.port, ":*") == 0
                             || is_port(parts.scheme, parts.port));
}

bool naive_matches(const char *pattern, const char *origin)
{
    parts_t a, b;

    if (strcmp(pattern, "*") == 0) {
        return true;
    }
    if (strcmp(pattern, "null") == 0 || strcmp(origin, "null") == 0) {
        return strcmp(pattern, origin) == 0;
    }
    if (!split(&a, pattern) || !split(&b, origin)
        || strcmp(a.scheme, b.scheme) != 0
        || (strcmp(a.port, ":*") != 0 && strcmp(a.port, b.port) != 0)) {
        return false;
    }
    /* ".host" of "*.host"; something must stand in front of it. */
    return begins(a.host, "*.") ? ends(b.host, a.host + 1)
                                  && strlen(b.host) > strlen(a.host + 1)
                                : strcmp(a.host, b.host) == 0;
}

bool naive_regex_matches(const char *regex, const char *origin)
{
    int error, rv = -1;
    PCRE2_SIZE offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
                                     PCRE2_NO_START_OPTIMIZE, &error, &offset,
                                     NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);

    if (code != NULL && data != NULL && limits != NULL
        && strcmp(origin, "null") != 0) {
        pcre2_set_match_limit(limits, 1000000);
        rv = pcre2_match(code, (PCRE2_SPTR)origin, strlen(origin), 0,
                         PCRE2_ANCHORED | PCRE2_ENDANCHORED, data, limits);
    }
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return rv >= 0;
}

bool naive_is_token(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)text[i];

        if (c <= ' ' || c >= 0x7f || is_one_of(text[i], "\"(),/:;<=>?@[\\]{}")) {
            return false;
        }
    }
    return len > 0;
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool naive_same_name(const char *a, size_t a_len, const char *b, size_t b_len)
{
    for (size_t i = 0; i < a_len && i < b_len; i++) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return a_len == b_len;
}

bool naive_is_loopback(const char *origin)
{
    parts_t parts;

    if (!split(&parts, origin)) {
        return false;
    }
    if (ends(parts.host, ".")) {
        parts.host[strlen(parts.host) - 1] = '\0';
    }
    return strcmp(parts.host, "[::1]") == 0
        || strcmp(parts.host, "localhost") == 0
        || ends(parts.host, ".localhost")
        || (begins(parts.host, "127.") && is_ipv4(parts.host));
}
