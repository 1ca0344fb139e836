/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_names.h"

#include "cors_ascii.h"

#define LENGTH(array) (sizeof (array) / sizeof (array)[0])

static const struct {
    const char *text, *mend;
} faults[CORS_NAME_FAULTS] = {
    [CORS_NAME_OK] = {"", ""},
    [CORS_NAME_NOT_TOKEN] = {
        "is not a token of RFC 9110",
        "each name as an argument of its own, without commas or colons"},
    [CORS_NAME_FORBIDDEN_METHOD] = {
        "is a method that browsers refuse to send for scripts",
        "the methods that scripts use, such as PUT PATCH DELETE"},
    [CORS_NAME_FORBIDDEN_REQUEST_HEADER] = {
        "is a request header that scripts cannot set, so listing it has no "
        "effect", "only headers that scripts set, such as Authorization"},
    [CORS_NAME_FORBIDDEN_RESPONSE_HEADER] = {
        "is a response header that browsers never show to scripts",
        "only other headers; cookies need no listing"},
};

/* Fetch standard, section 2.2.2: forbidden request-header. */
static const char *const forbidden_request_headers[] = {
    "Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers",
    "Access-Control-Request-Method", "Access-Control-Request-Private-Network",
    "Connection", "Content-Length", "Cookie", "Cookie2", "Date", "DNT",
    "Expect", "Host", "Keep-Alive", "Origin", "Referer", "Set-Cookie", "TE",
    "Trailer", "Transfer-Encoding", "Upgrade", "Via",
};

static const char *const forbidden_request_prefixes[] = {"Proxy-", "Sec-"};

static const char *const forbidden_response_headers[] = {
    "Set-Cookie", "Set-Cookie2",
};

static const char *const forbidden_methods[] = {"CONNECT", "TRACE", "TRACK"};

static bool is_listed(const char *const *list, apr_size_t n, const char *text)
{
    const apr_size_t len = strlen(text);

    for (apr_size_t i = 0; i < n; i++) {
        if (cors_name_equal(list[i], strlen(list[i]), text, len)) {
            return true;
        }
    }
    return false;
}

bool cors_name_is_token(const char *text, apr_size_t len)
{
    for (apr_size_t i = 0; i < len; i++) {
        if (!cors_ascii_is_tchar(text[i])) {
            return false;
        }
    }
    return len > 0;
}

cors_name_fault_t cors_name_check_method(const char *text)
{
    if (!cors_name_is_token(text, strlen(text))) {
        return CORS_NAME_NOT_TOKEN;
    }
    return is_listed(forbidden_methods, LENGTH(forbidden_methods), text)
         ? CORS_NAME_FORBIDDEN_METHOD : CORS_NAME_OK;
}

cors_name_fault_t cors_name_check_request_header(const char *text)
{
    const apr_size_t len = strlen(text);

    if (!cors_name_is_token(text, len)) {
        return CORS_NAME_NOT_TOKEN;
    }
    for (apr_size_t i = 0; i < LENGTH(forbidden_request_prefixes); i++) {
        const char *prefix = forbidden_request_prefixes[i];
        const apr_size_t n = strlen(prefix);

        if (len >= n && cors_name_equal(text, n, prefix, n)) {
            return CORS_NAME_FORBIDDEN_REQUEST_HEADER;
        }
    }
    return is_listed(forbidden_request_headers,
                     LENGTH(forbidden_request_headers), text)
         ? CORS_NAME_FORBIDDEN_REQUEST_HEADER : CORS_NAME_OK;
}

cors_name_fault_t cors_name_check_response_header(const char *text)
{
    if (!cors_name_is_token(text, strlen(text))) {
        return CORS_NAME_NOT_TOKEN;
    }
    return is_listed(forbidden_response_headers,
                     LENGTH(forbidden_response_headers), text)
         ? CORS_NAME_FORBIDDEN_RESPONSE_HEADER : CORS_NAME_OK;
}

const char *cors_name_fault_text(cors_name_fault_t fault)
{
    return faults[fault].text;
}

const char *cors_name_fault_mend(cors_name_fault_t fault)
{
    return faults[fault].mend;
}

bool cors_name_equal(const char *a, apr_size_t a_len,
                     const char *b, apr_size_t b_len)
{
    if (a_len != b_len) {
        return false;
    }
    for (apr_size_t i = 0; i < a_len; i++) {
        if (a[i] != b[i]
            && cors_ascii_lower(a[i]) != cors_ascii_lower(b[i])) {
            return false;
        }
    }
    return true;
}
