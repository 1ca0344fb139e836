/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_pattern.h"
#include "support.h"

typedef struct good_row_t {
    const char *name;
    const char *text;
    cors_pattern_kind_t kind;
    const char *host;
    bool any_subdomain, any_port;
    const char *port;
} good_row_t;

#define ORIGIN CORS_PATTERN_ORIGIN

static const good_row_t good_rows[] = {
    {"every origin", "*", CORS_PATTERN_ANY, "", false, false, ""},
    {"opaque origins", "null", CORS_PATTERN_NULL, "", false, false, ""},
    {"a host", "https://a.b", ORIGIN, "a.b", false, false, ""},
    {"http", "http://a.b", ORIGIN, "a.b", false, false, ""},
    {"a host and a port", "https://a:81", ORIGIN, "a", false, false, "81"},
    {"the smallest port", "https://a:1", ORIGIN, "a", false, false, "1"},
    {"the greatest port", "https://a:65535", ORIGIN, "a", false, false,
     "65535"},
    {"the other scheme's default port", "http://a:443", ORIGIN, "a", false,
     false, "443"},
    {"any port", "https://a:*", ORIGIN, "a", false, true, ""},
    {"subdomains", "https://*.a.b", ORIGIN, "a.b", true, false, ""},
    {"subdomains of a single label", "https://*.a", ORIGIN, "a", true, false,
     ""},
    {"subdomains with a port", "https://*.a:81", ORIGIN, "a", true, false,
     "81"},
    {"both wildcards", "https://*.a:*", ORIGIN, "a", true, true, ""},
    {"a final dot", "https://a.b.", ORIGIN, "a.b.", false, false, ""},
    {"subdomains and a final dot", "https://*.a.", ORIGIN, "a.", true, false,
     ""},
    {"punycode", "https://xn--bcher-kva.example", ORIGIN,
     "xn--bcher-kva.example", false, false, ""},
    {"an underscore", "https://a_b.c", ORIGIN, "a_b.c", false, false, ""},
    {"IPv4", "http://192.0.2.1:81", ORIGIN, "192.0.2.1", false, false, "81"},
    {"IPv4 with any port", "http://127.0.0.1:*", ORIGIN, "127.0.0.1", false,
     true, ""},
    {"IPv6", "http://[::1]", ORIGIN, "[::1]", false, false, ""},
    {"IPv6 with a port", "http://[::1]:81", ORIGIN, "[::1]", false, false,
     "81"},
    {"IPv6 with any port", "http://[::1]:*", ORIGIN, "[::1]", false, true, ""},
    {"a scheme of one's own", "app+x-1.y://a", ORIGIN, "a", false, false, ""},
    {"the longest label", "https://" LABEL_63, ORIGIN, LABEL_63, false, false,
     ""},
    {"the longest host", "https://" HOST_253 ":81", ORIGIN, HOST_253, false,
     false, "81"},
};

START_TEST(good)
{
    const good_row_t *row = &good_rows[_i];
    const cors_pattern_t pattern = support_pattern(row->text);

    support_same_number(row->name, pattern.kind, row->kind);
    support_same_text(row->name, pattern.text, row->text);
    support_same_number(row->name, (long)pattern.len,
                        (long)strlen(row->text));
    support_same_text(row->name, apr_pstrmemdup(pool, pattern.text
                                                + pattern.host_at,
                                                pattern.host_len), row->host);
    support_same_number(row->name, pattern.any_subdomain, row->any_subdomain);
    support_same_number(row->name, pattern.any_port, row->any_port);
    support_same_text(row->name, pattern.port_at != 0
                      ? pattern.text + pattern.port_at : "", row->port);
}
END_TEST

#define TEN(text) text text text text text text text text text text
/* 392 bytes of scheme and "://", and then a host of 8 or 9. */
#define SCHEME_392                                                            \
    TEN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") "aaaaaaaaa://"
#define AS_LONG_AS_ANY SCHEME_392 "a.exampl"
#define LONGER_THAN_ANY SCHEME_392 "a.example"

typedef struct bad_row_t {
    const char *name;
    const char *text;
    cors_pattern_fault_t fault;
} bad_row_t;

static const bad_row_t bad_rows[] = {
    {"nothing", "", CORS_PATTERN_EMPTY},
    {"a WebSocket's URL", "wss://a.example", CORS_PATTERN_NO_ORIGIN},
    {"an ftp URL", "ftp://a.example", CORS_PATTERN_NO_ORIGIN},
    {"longer than any origin", LONGER_THAN_ANY, CORS_PATTERN_LONG},
    {"a host alone", "example.com", CORS_PATTERN_NO_SCHEME},
    {"a host alone, in upper case", "Example.com", CORS_PATTERN_NO_SCHEME},
    {"a host and a port", "localhost:3000", CORS_PATTERN_NO_SCHEME},
    {"one slash", "https:/example.com", CORS_PATTERN_NO_SCHEME},
    {"no scheme before the slashes", "://example.com", CORS_PATTERN_SCHEME},
    {"a digit in front of the scheme", "1http://a", CORS_PATTERN_SCHEME},
    {"an underscore in the scheme", "ht_tp://a", CORS_PATTERN_SCHEME},
    {"a file", "file:///index.html", CORS_PATTERN_FILE_SCHEME},
    {"all files", "file://", CORS_PATTERN_FILE_SCHEME},
    {"two origins in one", "https://a https://b", CORS_PATTERN_SPACE},
    {"a comma", "https://a,https://b", CORS_PATTERN_SPACE},
    {"a tab", "https://a\t", CORS_PATTERN_SPACE},
    {"a newline", "https://a\n", CORS_PATTERN_SPACE},
    {"a control character", "https://a\x1f", CORS_PATTERN_SPACE},
    {"a delete character", "https://a\x7f", CORS_PATTERN_SPACE},
    {"a space alone", " ", CORS_PATTERN_SPACE},
    {"a user", "https://user@a", CORS_PATTERN_USER_INFO},
    {"a user and a password", "https://user:pw@a:81", CORS_PATTERN_USER_INFO},
    {"a trailing slash", "https://a/", CORS_PATTERN_PATH},
    {"a path", "https://a:81/b/c", CORS_PATTERN_PATH},
    {"a user in a path is a path", "https://a/@b", CORS_PATTERN_PATH},
    {"a wildcard path", "https://a/*", CORS_PATTERN_PATH},
    {"a backslash", "https://a\\b", CORS_PATTERN_PATH},
    {"a query", "https://a?b=c", CORS_PATTERN_QUERY},
    {"a path with a query", "https://a/b?c", CORS_PATTERN_QUERY},
    {"a fragment", "https://a#b", CORS_PATTERN_QUERY},
    {"a path with a fragment", "https://a/#b", CORS_PATTERN_QUERY},

    {"two asterisks", "**", CORS_PATTERN_NO_SCHEME},
    {"any scheme", "*://a", CORS_PATTERN_WILDCARD},
    {"half a scheme", "http*://a", CORS_PATTERN_WILDCARD},
    {"any host", "https://*", CORS_PATTERN_WILDCARD},
    {"any host with a port", "https://*:81", CORS_PATTERN_WILDCARD},
    {"any host with any port", "https://*:*", CORS_PATTERN_WILDCARD},
    {"a suffix", "https://*a.b", CORS_PATTERN_WILDCARD},
    {"a prefix", "https://a*", CORS_PATTERN_WILDCARD},
    {"part of a label", "https://a*.b", CORS_PATTERN_WILDCARD},
    {"any top-level name", "https://a.*", CORS_PATTERN_WILDCARD},
    {"a label in the middle", "https://a.*.b", CORS_PATTERN_WILDCARD},
    {"two labels", "https://*.*.a", CORS_PATTERN_WILDCARD},
    {"two asterisks in one label", "https://**.a", CORS_PATTERN_WILDCARD},
    {"subdomains of nothing", "https://*.", CORS_PATTERN_HOST_EMPTY},
    {"part of a port", "https://a:80*", CORS_PATTERN_WILDCARD},
    {"two wildcard ports", "https://a:**", CORS_PATTERN_WILDCARD},
    {"a wildcard behind the port", "https://www.a:81:*",
     CORS_PATTERN_WILDCARD},
    {"in an IPv4 address", "https://192.0.2.*", CORS_PATTERN_WILDCARD},
    {"in an IPv6 address", "https://[::*]", CORS_PATTERN_WILDCARD},
    {"before an IPv4 address", "https://*.192.0.2.1",
     CORS_PATTERN_WILDCARD_ADDRESS},
    {"before an IPv6 address", "https://*.[::1]",
     CORS_PATTERN_WILDCARD_ADDRESS},

    {"a colon without a port", "https://a:", CORS_PATTERN_PORT},
    {"port zero", "https://a:0", CORS_PATTERN_PORT},
    {"a port over 65535", "https://a:65536", CORS_PATTERN_PORT},
    {"a leading zero", "https://a:081", CORS_PATTERN_PORT},
    {"a negative port", "https://a:-1", CORS_PATTERN_PORT},
    {"a named port", "https://a:http", CORS_PATTERN_PORT},
    {"two ports", "https://www.a:81:82", CORS_PATTERN_PORT},
    {"a range of ports", "https://a:81-82", CORS_PATTERN_PORT},
    {"https's default port", "https://a:443", CORS_PATTERN_DEFAULT_PORT},
    {"http's default port", "http://a:80", CORS_PATTERN_DEFAULT_PORT},
    {"a default port after IPv6", "https://[::1]:443",
     CORS_PATTERN_DEFAULT_PORT},
    {"a default port after a wildcard", "https://*.a:443",
     CORS_PATTERN_DEFAULT_PORT},

    {"null in upper case", "NULL", CORS_PATTERN_UPPER_CASE},
    {"a scheme in upper case", "HTTPS://a", CORS_PATTERN_UPPER_CASE},
    {"a host in upper case", "https://A.b", CORS_PATTERN_UPPER_CASE},
    {"Unicode", "https://b\xc3\xbc" "cher.de", CORS_PATTERN_UNICODE},
    {"no host", "https://", CORS_PATTERN_HOST_EMPTY},
    {"a port without a host", "https://:81", CORS_PATTERN_HOST_EMPTY},
    {"an empty label", "https://a..b", CORS_PATTERN_LABEL_EMPTY},
    {"an empty label in front", "https://.a", CORS_PATTERN_LABEL_EMPTY},
    {"an empty label after the wildcard", "https://*..a",
     CORS_PATTERN_LABEL_EMPTY},
    {"two final dots", "https://a..", CORS_PATTERN_LABEL_EMPTY},
    {"a host of 254 bytes", "https://" HOST_254, CORS_PATTERN_HOST_LONG},
    {"a label of 64 bytes", "https://a." LABEL_64, CORS_PATTERN_LABEL_LONG},
    {"a percent sign", "https://a%20b", CORS_PATTERN_CHARACTER},
    {"a backtick", "https://a`b", CORS_PATTERN_CHARACTER},
    {"letters behind IPv6", "https://[::1]a", CORS_PATTERN_CHARACTER},
    {"IPv4, shortened", "https://127.1", CORS_PATTERN_IPV4},
    {"IPv4 with a final dot", "https://192.0.2.1.", CORS_PATTERN_IPV4},
    {"IPv4 out of range", "https://1.2.3.256", CORS_PATTERN_IPV4},
    {"IPv6, not compressed", "https://[0:0:0:0:0:0:0:1]", CORS_PATTERN_IPV6},
    {"IPv6 in upper case", "https://[::A]", CORS_PATTERN_IPV6},
    {"IPv6 with dots", "https://[::ffff:192.0.2.1]", CORS_PATTERN_IPV6},
    {"IPv6 with a zone", "https://[fe80::1%eth0]", CORS_PATTERN_IPV6},
    {"IPv6 without brackets", "https://2001:db8::1", CORS_PATTERN_IPV6},
    {"the IPv6 loopback without brackets", "http://::1", CORS_PATTERN_IPV6},
    {"brackets that stay open", "https://[::1", CORS_PATTERN_IPV6},
};

START_TEST(bad)
{
    const bad_row_t *row = &bad_rows[_i];
    cors_pattern_t pattern = {.text = "untouched"};

    support_same_number(row->name, cors_pattern_parse(&pattern, row->text),
                        row->fault);
    support_same_text(row->name, pattern.text, "untouched");
}
END_TEST

/* Each fault has a row above, and something to say. */
START_TEST(faults_are_explained)
{
    const cors_pattern_fault_t fault = (cors_pattern_fault_t)_i;
    bool has_row = false;

    for (int i = 0; i < ROWS(bad_rows); i++) {
        has_row = has_row || bad_rows[i].fault == fault;
    }
    ck_assert_msg(has_row, "fault %d has no row", _i);
    ck_assert_uint_gt(strlen(cors_pattern_fault_text(fault)), 5);
    ck_assert_uint_gt(strlen(cors_pattern_advice(fault)), 5);
}
END_TEST

START_TEST(bounds_in_messages_are_those_of_the_checks)
{
    support_has("host", cors_pattern_fault_text(CORS_PATTERN_HOST_LONG),
                "253 bytes");
    support_has("label", cors_pattern_fault_text(CORS_PATTERN_LABEL_LONG),
                "63 bytes");
    support_has("port", cors_pattern_fault_text(CORS_PATTERN_PORT),
                "1..65535");
}
END_TEST

Suite *cors_suite_pattern(void)
{
    Suite *suite = suite_create("pattern");
    TCase *tests = support_case(suite, "pattern");

    tcase_add_loop_test(tests, good, 0, ROWS(good_rows));
    tcase_add_loop_test(tests, bad, 0, ROWS(bad_rows));
    tcase_add_loop_test(tests, faults_are_explained, CORS_PATTERN_OK + 1,
                        CORS_PATTERN_FAULTS);
    tcase_add_test(tests, bounds_in_messages_are_those_of_the_checks);
    return suite;
}
