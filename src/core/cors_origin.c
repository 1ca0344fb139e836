/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_origin.h"

#include "cors_ascii.h"
#include "cors_host.h"

enum { PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };

apr_size_t cors_origin_scheme_length(const char *text)
{
    apr_size_t n = 0;

    if (strncmp(text, "https://", 8) == 0) {
        return 5;  /* as most are */
    }
    if (!cors_ascii_is_lower(text[0])) {
        return 0;
    }
    while (cors_ascii_is_lower(text[n]) || cors_ascii_is_digit(text[n])
           || text[n] == '+' || text[n] == '-' || text[n] == '.') {
        n++;
    }
    return strncmp(text + n, "://", 3) == 0 ? n : 0;
}

bool cors_origin_parse_port(const char *digits, int *port)
{
    int value = 0;
    int n = 0;

    for (; n < PORT_DIGITS_MAX && cors_ascii_is_digit(digits[n]); n++) {
        value = value * 10 + (digits[n] - '0');
    }
    if (n == 0 || digits[n] != '\0' || digits[0] == '0' || value > PORT_MAX) {
        return false;
    }
    *port = value;
    return true;
}

int cors_origin_default_port(const char *scheme, apr_size_t len)
{
    if (len == 5 && memcmp(scheme, "https", 5) == 0) {
        return 443;
    }
    return len == 4 && memcmp(scheme, "http", 4) == 0 ? 80 : 0;
}

bool cors_origin_parse(cors_origin_t *origin, const char *text)
{
    apr_size_t host_end;
    const char *host;

    origin->text = text;
    origin->len = strnlen(text, CORS_ORIGIN_MAX + 1);
    origin->is_opaque = false;
    if (origin->len > CORS_ORIGIN_MAX) {
        return false;
    }
    if (origin->len == 4 && memcmp(text, "null", 4) == 0) {
        origin->scheme_len = origin->host_at = origin->host_len = 0;
        origin->port_at = 0;
        origin->is_opaque = true;
        return true;
    }
    origin->scheme_len = cors_origin_scheme_length(text);
    if (origin->scheme_len == 0) {
        return false;
    }
    origin->host_at = origin->scheme_len + 3;
    host = text + origin->host_at;
    host_end = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (host_end > origin->len - origin->host_at) {
        return false;
    }
    origin->host_len = host_end;
    if (cors_host_check(host, host_end) != CORS_HOST_OK) {
        return false;
    }
    origin->port_at = 0;
    if (host[host_end] != '\0') {
        int port;

        origin->port_at = origin->host_at + host_end + 1;
        return host[host_end] == ':'
            && cors_origin_parse_port(text + origin->port_at, &port)
            && port != cors_origin_default_port(text, origin->scheme_len);
    }
    return true;
}

bool cors_origin_is_secure(const cors_origin_t *origin)
{
    return (origin->scheme_len == 5 && memcmp(origin->text, "https", 5) == 0)
        || (!origin->is_opaque
            && cors_host_is_loopback(origin->text + origin->host_at,
                                     origin->host_len));
}
