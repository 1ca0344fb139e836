/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include "cors_names.h"
#include "support.h"

typedef struct row_t {
    const char *name;
    const char *text;
    cors_name_fault_t method, request, response;
} row_t;

#define OK CORS_NAME_OK
#define NOT_TOKEN CORS_NAME_NOT_TOKEN
#define METHOD CORS_NAME_FORBIDDEN_METHOD
#define REQUEST CORS_NAME_FORBIDDEN_REQUEST_HEADER
#define RESPONSE CORS_NAME_FORBIDDEN_RESPONSE_HEADER

static const row_t rows[] = {
    {"a method", "PUT", OK, OK, OK},
    {"a method in lower case", "patch", OK, OK, OK},
    {"a method of one's own", "CHICKEN", OK, OK, OK},
    {"a header name", "X-Request-Id", OK, OK, OK},
    {"authorization", "Authorization", OK, OK, OK},
    {"every character of a token", "!#$%&'*+-.^_`|~09AZaz", OK, OK, OK},
    {"nothing", "", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a space", "X Y", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a space behind", "PUT ", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a comma", "GET,PUT", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a comma behind", "PUT,", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a colon", "X-A:", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a slash", "X/A", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"quotes", "\"X\"", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"parentheses", "X()", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a control character", "X\x01", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"a delete character", "X\x7f", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},
    {"Unicode", "X\xc3\xbc", NOT_TOKEN, NOT_TOKEN, NOT_TOKEN},

    {"CONNECT", "CONNECT", METHOD, OK, OK},
    {"TRACE", "TRACE", METHOD, OK, OK},
    {"TRACK", "TRACK", METHOD, OK, OK},
    {"a forbidden method in lower case", "trace", METHOD, OK, OK},
    {"a method that only begins like one", "TRACER", OK, OK, OK},

    {"Accept-Charset", "Accept-Charset", OK, REQUEST, OK},
    {"Accept-Encoding", "Accept-Encoding", OK, REQUEST, OK},
    {"ACRH", "Access-Control-Request-Headers", OK, REQUEST, OK},
    {"ACRM", "Access-Control-Request-Method", OK, REQUEST, OK},
    {"ACRPN", "Access-Control-Request-Private-Network", OK, REQUEST, OK},
    {"Connection", "Connection", OK, REQUEST, OK},
    {"Content-Length", "Content-Length", OK, REQUEST, OK},
    {"Cookie", "Cookie", OK, REQUEST, OK},
    {"Cookie2", "Cookie2", OK, REQUEST, OK},
    {"Date", "Date", OK, REQUEST, OK},
    {"DNT", "DNT", OK, REQUEST, OK},
    {"Expect", "Expect", OK, REQUEST, OK},
    {"Host", "Host", OK, REQUEST, OK},
    {"Keep-Alive", "Keep-Alive", OK, REQUEST, OK},
    {"Origin", "Origin", OK, REQUEST, OK},
    {"Referer", "Referer", OK, REQUEST, OK},
    {"TE", "TE", OK, REQUEST, OK},
    {"Trailer", "Trailer", OK, REQUEST, OK},
    {"Transfer-Encoding", "Transfer-Encoding", OK, REQUEST, OK},
    {"Upgrade", "Upgrade", OK, REQUEST, OK},
    {"Via", "Via", OK, REQUEST, OK},
    {"a forbidden header in lower case", "cookie", OK, REQUEST, OK},
    {"a header that only begins like one", "Hosts", OK, OK, OK},
    {"a header that only ends like one", "X-Cookie", OK, OK, OK},
    {"Proxy-", "Proxy-Authorization", OK, REQUEST, OK},
    {"sec-", "sec-fetch-site", OK, REQUEST, OK},
    {"the prefix alone", "Sec-", OK, REQUEST, OK},
    {"not quite the prefix", "Secret", OK, OK, OK},
    {"User-Agent, which is no longer forbidden", "User-Agent", OK, OK, OK},

    {"Set-Cookie", "Set-Cookie", OK, REQUEST, RESPONSE},
    {"Set-Cookie2, of responses only", "Set-Cookie2", OK, OK, RESPONSE},
    {"set-cookie in lower case", "set-cookie", OK, REQUEST, RESPONSE},
    {"a name that only begins like it", "Set-Cookies", OK, OK, OK},
};

START_TEST(check)
{
    const row_t *row = &rows[_i];

    support_same_number(row->name, cors_name_check_method(row->text),
                        row->method);
    support_same_number(row->name, cors_name_check_request_header(row->text),
                        row->request);
    support_same_number(row->name, cors_name_check_response_header(row->text),
                        row->response);
}
END_TEST

START_TEST(faults_are_explained)
{
    ck_assert_uint_gt(strlen(cors_name_fault_text((cors_name_fault_t)_i)), 5);
    ck_assert_uint_gt(strlen(cors_name_fault_mend((cors_name_fault_t)_i)), 5);
}
END_TEST

START_TEST(every_byte_is_a_token_or_not)
{
    static const char tokens[] =
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz";

    for (int byte = 0; byte <= 255; byte++) {
        const char c = (char)byte;
        const bool want = memchr(tokens, c, sizeof tokens - 1) != NULL;

        ck_assert_msg(cors_name_is_token(&c, 1) == want, "byte %d", byte);
    }
    ck_assert(!cors_name_is_token("", 0));
}
END_TEST

static const struct {
    const char *name;
    const char *a, *b;
    bool is_equal;
} equal_rows[] = {
    {"the same", "X-A", "X-A", true},
    {"case does not count", "CONTENT-type", "content-TYPE", true},
    {"one is longer", "X-A", "X-AB", false},
    {"another letter", "X-A", "X-B", false},
    {"both empty", "", "", true},
    {"characters that differ in the bit of case", "X[", "X{", false},
    {"others that do", "@", "`", false},
    {"bytes beyond ASCII have no case", "\xc3", "\xe3", false},
};

START_TEST(equal)
{
    const char *a = equal_rows[_i].a, *b = equal_rows[_i].b;

    support_same_number(equal_rows[_i].name,
                        cors_name_equal(a, strlen(a), b, strlen(b)),
                        equal_rows[_i].is_equal);
}
END_TEST

Suite *cors_suite_names(void)
{
    Suite *suite = suite_create("names");
    TCase *tests = support_case(suite, "names");

    tcase_add_loop_test(tests, check, 0, ROWS(rows));
    tcase_add_loop_test(tests, faults_are_explained, CORS_NAME_OK + 1,
                        CORS_NAME_FAULTS);
    tcase_add_test(tests, every_byte_is_a_token_or_not);
    tcase_add_loop_test(tests, equal, 0, ROWS(equal_rows));
    return suite;
}
