/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_origin.h"
#include "support.h"

typedef struct good_row_t {
    const char *name;
    const char *text;
    const char *scheme, *host, *port;
} good_row_t;

static const good_row_t good_rows[] = {
    {"https", "https://www.example.com", "https", "www.example.com", ""},
    {"http", "http://example.com", "http", "example.com", ""},
    {"a port", "https://example.com:8443", "https", "example.com", "8443"},
    {"the smallest port", "https://a:1", "https", "a", "1"},
    {"the greatest port", "https://a:65535", "https", "a", "65535"},
    {"http's port in https", "https://a:80", "https", "a", "80"},
    {"https's port in http", "http://a:443", "http", "a", "443"},
    {"another scheme has no default port", "app://a:443", "app", "a", "443"},
    {"another scheme of four letters", "abcd://a:80", "abcd", "a", "80"},
    {"an extension", "chrome-extension://abcdefgh", "chrome-extension",
     "abcdefgh", ""},
    {"every character of schemes", "a1+-.z://b", "a1+-.z", "b", ""},
    {"IPv4 with a port", "http://192.0.2.1:81", "http", "192.0.2.1", "81"},
    {"IPv6", "https://[2001:db8::1]", "https", "[2001:db8::1]", ""},
    {"IPv6 with a port", "https://[::1]:8443", "https", "[::1]", "8443"},
    {"a final dot", "https://example.com.", "https", "example.com.", ""},
    {"a final dot and a port", "https://a.:81", "https", "a.", "81"},
    {"the longest host", "https://" HOST_253, "https", HOST_253, ""},
    {"punycode", "https://xn--bcher-kva.example", "https",
     "xn--bcher-kva.example", ""},
};

START_TEST(good)
{
    const good_row_t *row = &good_rows[_i];
    const cors_origin_t origin = support_origin(row->text);

    support_same_text(row->name, apr_pstrmemdup(pool, row->text,
                                                origin.scheme_len),
                      row->scheme);
    support_same_text(row->name, apr_pstrmemdup(pool,
                                                row->text + origin.host_at,
                                                origin.host_len),
                      row->host);
    support_same_text(row->name, origin.port_at != 0
                      ? row->text + origin.port_at : "", row->port);
    support_same_number(row->name, (long)origin.len, (long)strlen(row->text));
    support_same_number(row->name, origin.is_opaque, false);
}
END_TEST

START_TEST(opaque)
{
    const cors_origin_t origin = support_origin("null");

    ck_assert(origin.is_opaque);
    ck_assert_uint_eq(origin.len, 4);
    ck_assert_uint_eq(origin.scheme_len, 0);
    ck_assert(!cors_origin_is_secure(&origin));
}
END_TEST

typedef struct bad_row_t {
    const char *name;
    const char *text;
} bad_row_t;

static const bad_row_t bad_rows[] = {
    {"nothing", ""},
    {"a wildcard", "*"},
    {"null in upper case", "Null"},
    {"null and more", "nullx"},
    {"null and a space", "null "},
    {"a host alone", "example.com"},
    {"a scheme alone", "https"},
    {"a scheme and its colon", "https:"},
    {"a scheme and a slash", "https:/example.com"},
    {"no host", "https://"},
    {"no host but a port", "https://:8443"},
    {"no scheme", "://example.com"},
    {"a scheme in upper case", "HTTPS://example.com"},
    {"a letter of the scheme in upper case", "httpS://example.com"},
    {"a scheme that begins with a digit", "1http://example.com"},
    {"a scheme with an underscore", "ht_tp://example.com"},
    {"a host in upper case", "https://Example.com"},
    {"a trailing slash", "https://example.com/"},
    {"a path", "https://example.com/path"},
    {"a query", "https://example.com?q"},
    {"a fragment", "https://example.com#f"},
    {"user information", "https://user@example.com"},
    {"a backslash", "https://example.com\\"},
    {"two origins", "https://a.example https://b.example"},
    {"two origins, as httpd joins them", 
     "https://a.example, https://b.example"},
    {"a space in front", " https://example.com"},
    {"a space behind", "https://example.com "},
    {"a tab behind", "https://example.com\t"},
    {"a newline behind", "https://example.com\n"},
    {"a control character", "https://exam\x01ple.com"},
    {"Unicode", "https://b\xc3\xbc" "cher.example"},
    {"a percent sign", "https://example%2ecom"},
    {"a backtick", "https://example`.com"},
    {"a wildcard label", "https://*.example.com"},
    {"http's default port", "http://example.com:80"},
    {"https's default port", "https://example.com:443"},
    {"https's default port after IPv6", "https://[::1]:443"},
    {"a colon without a port", "https://example.com:"},
    {"port zero", "https://example.com:0"},
    {"a port over 65535", "https://example.com:65536"},
    {"a port of six digits", "https://example.com:100000"},
    {"a port beyond any integer", "https://example.com:18446744073709551617"},
    {"a port with a leading zero", "https://example.com:08443"},
    {"a port with a sign", "https://example.com:+81"},
    {"a port with a letter behind", "https://example.com:81a"},
    {"a port with a space behind", "https://example.com:81 "},
    {"a wildcard port", "https://example.com:*"},
    {"two ports", "https://example.com:81:82"},
    {"a path after the port", "https://example.com:81/"},
    {"an empty label", "https://example..com"},
    {"two final dots", "https://example.com.."},
    {"a label of 64 bytes", "https://" LABEL_64},
    {"a host of 254 bytes", "https://" HOST_254},
    {"IPv4, not canonical", "https://127.1"},
    {"IPv4 in hexadecimal", "https://0x7f000001"},
    {"IPv6, not canonical", "https://[0::1]"},
    {"IPv6 in upper case", "https://[2001:DB8::1]"},
    {"IPv6 without brackets", "https://::1"},
    {"brackets that stay open", "https://[::1"},
    {"letters behind the brackets", "https://[::1]a"},
    {"a port behind open brackets", "https://[::1:81"},
    {"a file", "file://"},
    {"a file's path", "file:///etc/passwd"},
    {"markup", "https://<script>"},
};

START_TEST(bad)
{
    cors_origin_t origin;

    support_same_number(bad_rows[_i].name,
                        cors_origin_parse(&origin, bad_rows[_i].text), false);
}
END_TEST

/* Everything about the value is fine but its length. */
START_TEST(bounded)
{
    static const char *const rests[] = {"://" HOST_253,
                                        "://" HOST_253 ":65535"};
    const apr_size_t rest = strlen(rests[_i]);
    cors_origin_t origin;

    ck_assert_int_eq(CORS_ORIGIN_MAX, 400);
    support_same_number("400 bytes", cors_origin_parse(&origin, apr_pstrcat(
        pool, support_repeat('s', CORS_ORIGIN_MAX - rest), rests[_i], NULL)),
        true);
    support_same_number("401 bytes", cors_origin_parse(&origin, apr_pstrcat(
        pool, support_repeat('s', CORS_ORIGIN_MAX + 1 - rest), rests[_i],
        NULL)), false);
    support_same_number("a million bytes", cors_origin_parse(
        &origin, support_repeat('a', 1000000)), false);
}
END_TEST

typedef struct secure_row_t {
    const char *name;
    const char *origin;
    bool is_secure;
} secure_row_t;

static const secure_row_t secure_rows[] = {
    {"https", "https://example.com", true},
    {"http", "http://example.com", false},
    {"http on this machine", "http://localhost:3000", true},
    {"http on this machine, by address", "http://127.0.0.1", true},
    {"http on this machine, by IPv6", "http://[::1]:81", true},
    {"http in the local network", "http://192.168.0.1", false},
    {"a scheme that begins with https", "httpsx://example.com", false},
    {"an application on this machine", "capacitor://localhost", true},
    {"an extension", "chrome-extension://abcdefgh", false},
};

START_TEST(secure)
{
    const cors_origin_t origin = support_origin(secure_rows[_i].origin);

    support_same_number(secure_rows[_i].name, cors_origin_is_secure(&origin),
                        secure_rows[_i].is_secure);
}
END_TEST

START_TEST(default_ports)
{
    ck_assert_int_eq(cors_origin_default_port("https", 5), 443);
    ck_assert_int_eq(cors_origin_default_port("http", 4), 80);
    ck_assert_int_eq(cors_origin_default_port("https", 4), 80);
    ck_assert_int_eq(cors_origin_default_port("ftp", 3), 0);
    ck_assert_int_eq(cors_origin_default_port("", 0), 0);
}
END_TEST

START_TEST(ports)
{
    int port = -1;

    ck_assert(!cors_origin_parse_port("65536", &port));
    ck_assert(!cors_origin_parse_port("", &port));
    ck_assert_msg(port == -1, "a bad port leaves the number alone");
    ck_assert(cors_origin_parse_port("65535", &port));
    ck_assert_int_eq(port, 65535);
}
END_TEST

Suite *cors_suite_origin(void)
{
    Suite *suite = suite_create("origin");
    TCase *tests = support_case(suite, "origin");

    tcase_add_loop_test(tests, good, 0, ROWS(good_rows));
    tcase_add_test(tests, opaque);
    tcase_add_loop_test(tests, bad, 0, ROWS(bad_rows));
    tcase_add_loop_test(tests, bounded, 0, 2);
    tcase_add_loop_test(tests, secure, 0, ROWS(secure_rows));
    tcase_add_test(tests, default_ports);
    tcase_add_test(tests, ports);
    return suite;
}
