/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_host.h"

#include <arpa/inet.h>
#include <limits.h>

#include <apr_strings.h>

#include "cors_ascii.h"

enum {
    ADDRESS_MAX = 64,  /* more than any spelling of an address needs */
    PIECES = 8         /* 16-bit pieces of an IPv6 address */
};

/* The longest run of two or more zero pieces, as URL standard, 3.5 has it. */
static int longest_zero_run(const unsigned *piece, int *length)
{
    int best = -1;

    *length = 1;
    for (int i = 0; i < PIECES; i++) {
        int n = 0;

        while (i + n < PIECES && piece[i + n] == 0) {
            n++;
        }
        if (n > *length) {
            best = i;
            *length = n;
        }
        i += n;
    }
    return best;
}

/*
 * Serialize as URL standard, section 3.5. inet_ntop is no help: it writes
 * mapped addresses with dots, which browsers do not.
 */
static void write_ipv6(char *out, const unsigned char *bytes)
{
    unsigned piece[PIECES];
    int run_length, run;
    char *at = out;

    for (int i = 0; i < PIECES; i++) {
        piece[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
    }
    run = longest_zero_run(piece, &run_length);
    *at++ = '[';
    for (int i = 0; i < PIECES; i++) {
        if (i == run) {
            at += apr_snprintf(at, ADDRESS_MAX, i == 0 ? "::" : ":");
            i += run_length - 1;
        }
        else {
            at += apr_snprintf(at, ADDRESS_MAX, i < PIECES - 1 ? "%x:" : "%x",
                               piece[i]);
        }
    }
    *at++ = ']';
    *at = '\0';
}

/* "[...]" -> canonical text in out; false where it holds no address. */
static bool canonical_ipv6(char out[2 * ADDRESS_MAX], const char *host,
                           apr_size_t len)
{
    char inner[ADDRESS_MAX];
    unsigned char bytes[16];

    if (len < 4 || len - 2 >= sizeof inner || host[len - 1] != ']') {
        return false;
    }
    memcpy(inner, host + 1, len - 2);
    inner[len - 2] = '\0';
    if (inet_pton(AF_INET6, inner, bytes) != 1) {
        return false;
    }
    write_ipv6(out, bytes);
    return true;
}

/* Any spelling that the URL standard's IPv4 parser takes -> dotted decimal. */
static bool canonical_ipv4(char out[2 * ADDRESS_MAX], const char *host,
                           apr_size_t len)
{
    char text[ADDRESS_MAX];
    struct in_addr address;

    if (len > 0 && host[len - 1] == '.') {
        len--;
    }
    if (len >= sizeof text) {
        return false;
    }
    memcpy(text, host, len);
    text[len] = '\0';
    return inet_aton(text, &address) != 0
        && inet_ntop(AF_INET, &address, out, ADDRESS_MAX) != NULL;
}

static bool is_hex_digit(char c)
{
    return cors_ascii_is_digit(c)
        || (cors_ascii_lower(c) >= 'a' && cors_ascii_lower(c) <= 'f');
}

/* "Ends in a number", URL standard, section 3.3: such a host is an IPv4 one. */
static bool ends_in_number(const char *host, apr_size_t len)
{
    apr_size_t start;

    if (len > 0 && host[len - 1] == '.') {
        len--;
    }
    for (start = len; start > 0 && host[start - 1] != '.'; start--) {
    }
    if (start == len || !cors_ascii_is_digit(host[start])) {
        return false;
    }
    if (len - start >= 2 && host[start] == '0'
        && cors_ascii_lower(host[start + 1]) == 'x') {
        for (start += 2; start < len && is_hex_digit(host[start]); start++) {
        }
        return start == len;
    }
    for (; start < len && cors_ascii_is_digit(host[start]); start++) {
    }
    return start == len;
}

static bool is_same(const char *canonical, const char *host, apr_size_t len)
{
    return strlen(canonical) == len && memcmp(canonical, host, len) == 0;
}

/* Why a character is in no label. */
static cors_host_fault_t fault_of(char c)
{
    if (cors_ascii_is_upper(c)) {
        return CORS_HOST_UPPER_CASE;
    }
    return (unsigned char)c >= 0x80 ? CORS_HOST_UNICODE : CORS_HOST_CHARACTER;
}

/* What labels are made of. */
static const bool in_label[UCHAR_MAX + 1] = {
    ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true,
    ['f'] = true, ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true,
    ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true, ['o'] = true,
    ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true,
    ['z'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true,
    ['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true,
    ['9'] = true, ['-'] = true, ['_'] = true,
};

/*
 * A name: labels of letters, digits, - and _, one final dot at most. Where it is
 * one, *last is its last label.
 */
static cors_host_fault_t check_name(const char *host, apr_size_t len,
                                    const char **last)
{
    const char *label = host;
    const char *end = host + len - (host[len - 1] == '.');

    if (end - host > CORS_HOST_MAX) {
        return CORS_HOST_LONG;
    }
    for (const char *at = host;; at++) {
        while (at < end && in_label[(unsigned char)*at]) {
            at++;
        }
        if (at < end && *at != '.') {
            return fault_of(*at);
        }
        if (at == label) {
            return CORS_HOST_EMPTY_LABEL;
        }
        if (at - label > CORS_LABEL_MAX) {
            return CORS_HOST_LABEL_LONG;
        }
        if (at >= end) {
            *last = label;
            return CORS_HOST_OK;
        }
        label = at + 1;
    }
}

static bool is_canonical_ipv6(const char *host, apr_size_t len)
{
    char canonical[2 * ADDRESS_MAX];

    return canonical_ipv6(canonical, host, len)
        && is_same(canonical, host, len);
}

static bool is_canonical_ipv4(const char *host, apr_size_t len)
{
    char canonical[2 * ADDRESS_MAX];

    return canonical_ipv4(canonical, host, len)
        && is_same(canonical, host, len);
}

cors_host_fault_t cors_host_check(const char *host, apr_size_t len)
{
    cors_host_fault_t fault;
    const char *last;

    if (len == 0) {
        return CORS_HOST_EMPTY;
    }
    if (host[0] == '[') {
        return is_canonical_ipv6(host, len) ? CORS_HOST_OK : CORS_HOST_IPV6;
    }
    if ((fault = check_name(host, len, &last)) != CORS_HOST_OK) {
        return fault;
    }
    return cors_ascii_is_digit(*last) && ends_in_number(host, len)
        && !is_canonical_ipv4(host, len) ? CORS_HOST_IPV4 : CORS_HOST_OK;
}

bool cors_host_is_address(const char *host, apr_size_t len)
{
    return len > 0 && (host[0] == '[' || ends_in_number(host, len));
}

bool cors_host_is_loopback(const char *host, apr_size_t len)
{
    static const char localhost[] = "localhost";
    const apr_size_t n = sizeof localhost - 1;

    if (len > 0 && host[len - 1] == '.') {
        len--;
    }
    if (len >= n && memcmp(host + len - n, localhost, n) == 0
        && (len == n || host[len - n - 1] == '.')) {
        return true;
    }
    return (len > 4 && memcmp(host, "127.", 4) == 0
            && ends_in_number(host, len))
        || is_same("[::1]", host, len);
}

int cors_host_labels(const char *host, apr_size_t len)
{
    int labels = 1;

    for (apr_size_t i = 0; i + 1 < len; i++) {
        labels += host[i] == '.';
    }
    return labels;
}

bool cors_host_lacks_brackets(const char *host)
{
    unsigned char bytes[16];

    return strchr(host, ':') != NULL
        && inet_pton(AF_INET6, host, bytes) == 1;
}

const char *cors_host_canonical(const char *host, apr_size_t len,
                                apr_pool_t *p)
{
    char canonical[2 * ADDRESS_MAX];
    char *lower;

    if (len > 0 && host[0] == '[') {
        return canonical_ipv6(canonical, host, len)
             ? apr_pstrdup(p, canonical) : NULL;
    }
    if (ends_in_number(host, len) && canonical_ipv4(canonical, host, len)) {
        return apr_pstrdup(p, canonical);
    }
    lower = apr_pstrmemdup(p, host, len);
    for (char *c = lower; *c; c++) {
        *c = cors_ascii_lower(*c);
    }
    return lower;
}
