/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include "cors_host.h"
#include "support.h"

#define ZEROS_20 "00000000000000000000"
#define ZEROS_60 ZEROS_20 ZEROS_20 ZEROS_20

typedef struct check_row_t {
    const char *name;
    const char *host;
    cors_host_fault_t fault;
} check_row_t;

static const check_row_t check_rows[] = {
    {"a name", "www.example.com", CORS_HOST_OK},
    {"a single label", "intranet", CORS_HOST_OK},
    {"a label of one letter", "a", CORS_HOST_OK},
    {"a final dot is legal", "example.com.", CORS_HOST_OK},
    {"digits, hyphens and underscores", "a-1._b.xn--bcher-kva", CORS_HOST_OK},
    {"hyphens at the ends, which browsers take", "-a-.b", CORS_HOST_OK},
    {"a first label of digits", "1.example", CORS_HOST_OK},
    {"a last label that only begins with digits", "a.1b", CORS_HOST_OK},
    {"a last label that only looks like hexadecimal", "a.0xg", CORS_HOST_OK},
    {"nothing", "", CORS_HOST_EMPTY},
    {"two final dots", "example.com..", CORS_HOST_EMPTY_LABEL},
    {"a dot in front", ".example.com", CORS_HOST_EMPTY_LABEL},
    {"two dots in the middle", "example..com", CORS_HOST_EMPTY_LABEL},
    {"a dot alone", ".", CORS_HOST_EMPTY_LABEL},
    {"two dots alone", "..", CORS_HOST_EMPTY_LABEL},
    {"a label of 63 bytes", LABEL_63 ".example", CORS_HOST_OK},
    {"a label of 64 bytes", LABEL_64 ".example", CORS_HOST_LABEL_LONG},
    {"a last label of 64 bytes", "a." LABEL_64, CORS_HOST_LABEL_LONG},
    {"a host of 253 bytes", HOST_253, CORS_HOST_OK},
    {"a host of 254 bytes", HOST_254, CORS_HOST_LONG},
    {"the final dot does not count", HOST_253 ".", CORS_HOST_OK},
    {"one byte too many before the final dot", HOST_254 ".", CORS_HOST_LONG},
    {"upper case", "Example.com", CORS_HOST_UPPER_CASE},
    {"upper case at the end", "example.coM", CORS_HOST_UPPER_CASE},
    {"a Unicode name", "b\xc3\xbc" "cher.example", CORS_HOST_UNICODE},
    {"a byte of Latin-1", "b\xfc" "cher.example", CORS_HOST_UNICODE},
    {"the first byte beyond ASCII", "a\x80", CORS_HOST_UNICODE},
    {"a space", "a b", CORS_HOST_CHARACTER},
    {"a tab", "a\tb", CORS_HOST_CHARACTER},
    {"a control character", "a\x01", CORS_HOST_CHARACTER},
    {"a delete character", "a\x7f", CORS_HOST_CHARACTER},
    {"a backtick", "a`b.example", CORS_HOST_CHARACTER},
    {"an exclamation mark", "a!b.example", CORS_HOST_CHARACTER},
    {"a percent sign", "a%41.example", CORS_HOST_CHARACTER},
    {"an asterisk", "*.example", CORS_HOST_CHARACTER},
    {"a colon", "a:1", CORS_HOST_CHARACTER},
    {"a bracket behind", "a]", CORS_HOST_CHARACTER},

    {"an IPv4 address", "192.0.2.1", CORS_HOST_OK},
    {"the smallest IPv4 address", "0.0.0.0", CORS_HOST_OK},
    {"the greatest IPv4 address", "255.255.255.255", CORS_HOST_OK},
    {"an IPv4 number over 255", "192.0.2.256", CORS_HOST_IPV4},
    {"an IPv4 number with a leading zero", "192.0.2.01", CORS_HOST_IPV4},
    {"three numbers", "192.0.513", CORS_HOST_IPV4},
    {"five numbers", "1.2.3.4.5", CORS_HOST_IPV4},
    {"a number alone", "3221225985", CORS_HOST_IPV4},
    {"hexadecimal", "0x7f.0.0.1", CORS_HOST_IPV4},
    {"hexadecimal at the end", "127.0.0.0x1", CORS_HOST_IPV4},
    {"the shortest hexadecimal", "a.0x", CORS_HOST_IPV4},
    {"hexadecimal from a to f", "a.0xaf", CORS_HOST_IPV4},
    {"a number of 63 digits", ZEROS_60 "111", CORS_HOST_IPV4},
    {"numbers of 64 bytes", "1.1." ZEROS_60, CORS_HOST_IPV4},
    {"an IPv4 address with a final dot", "192.0.2.1.", CORS_HOST_IPV4},
    {"a name that ends in a number", "example.1", CORS_HOST_IPV4},
    {"a name that ends in a number and a dot", "a.1.", CORS_HOST_IPV4},

    {"an IPv6 address", "[2001:db8::1]", CORS_HOST_OK},
    {"the shortest IPv6 address", "[::]", CORS_HOST_OK},
    {"the IPv6 loopback", "[::1]", CORS_HOST_OK},
    {"the longest IPv6 address",
     "[1111:2222:3333:4444:5555:6666:7777:8888]", CORS_HOST_OK},
    {"zeros at the end", "[1::]", CORS_HOST_OK},
    {"the longest run of zeros is compressed", "[1:0:0:2::3]", CORS_HOST_OK},
    {"another run is compressed", "[1::2:0:0:0:3]", CORS_HOST_IPV6},
    {"the first of two equal runs", "[1::2:0:0:3:4]", CORS_HOST_OK},
    {"the second of two equal runs", "[1:0:0:2::3:4]", CORS_HOST_IPV6},
    {"a zero by itself stays", "[1:0:2:3:4:5:6:7]", CORS_HOST_OK},
    {"a zero by itself is compressed", "[1::2:3:4:5:6:7]", CORS_HOST_IPV6},
    {"no compression", "[0:0:0:0:0:0:0:1]", CORS_HOST_IPV6},
    {"leading zeros", "[2001:0db8::1]", CORS_HOST_IPV6},
    {"IPv6 in upper case", "[2001:DB8::1]", CORS_HOST_IPV6},
    {"an embedded IPv4 address as browsers write it", "[::ffff:c000:201]",
     CORS_HOST_OK},
    {"an embedded IPv4 address with dots", "[::ffff:192.0.2.1]",
     CORS_HOST_IPV6},
    {"a zone", "[fe80::1%25eth0]", CORS_HOST_IPV6},
    {"nine pieces", "[1:2:3:4:5:6:7:8:9]", CORS_HOST_IPV6},
    {"two compressions", "[1::2::3]", CORS_HOST_IPV6},
    {"no closing bracket", "[::1", CORS_HOST_IPV6},
    {"something behind the bracket", "[::1]a", CORS_HOST_IPV6},
    {"brackets without an address", "[]", CORS_HOST_IPV6},
    {"an opening bracket alone", "[", CORS_HOST_IPV6},
    {"a name in brackets", "[example]", CORS_HOST_IPV6},
    {"an IPv4 address in brackets", "[192.0.2.1]", CORS_HOST_IPV6},
    {"a wildcard in brackets", "[::*]", CORS_HOST_IPV6},
    {"far too much in brackets", "[" LABEL_64 "]", CORS_HOST_IPV6},
};

START_TEST(check)
{
    const check_row_t *row = &check_rows[_i];

    support_same_number(row->name, cors_host_check(row->host,
                                                   strlen(row->host)),
                        row->fault);
}
END_TEST

START_TEST(check_stops_at_the_length)
{
    support_same_number("no more is read than was given",
                        cors_host_check("example.com:8443", 11), CORS_HOST_OK);
    support_same_number("a NUL byte is a byte like others",
                        cors_host_check("a\0b", 3), CORS_HOST_CHARACTER);
    support_same_number("a NUL byte in brackets",
                        cors_host_check("[::1\0]", 6), CORS_HOST_IPV6);
}
END_TEST

typedef struct nature_row_t {
    const char *name;
    const char *host;
    bool is_address, is_loopback;
} nature_row_t;

static const nature_row_t nature_rows[] = {
    {"a name is neither", "example.com", false, false},
    {"localhost", "localhost", false, true},
    {"localhost with its dot", "localhost.", false, true},
    {"a name under localhost", "app.localhost", false, true},
    {"a name under localhost with its dot", "a.b.localhost.", false, true},
    {"a name that only ends like it", "notlocalhost", false, false},
    {"a name that only begins like it", "localhost.evil.test", false, false},
    {"another top-level name", "localhosts", false, false},
    {"127.0.0.1", "127.0.0.1", true, true},
    {"the end of 127.0.0.0/8", "127.255.255.255", true, true},
    {"its neighbour above", "128.0.0.1", true, false},
    {"its neighbour below", "126.255.255.255", true, false},
    {"a name that begins like 127.0.0.1", "127.0.0.1.evil.test", false, false},
    {"[::1]", "[::1]", true, true},
    {"the unspecified address", "[::]", true, false},
    {"another IPv6 address", "[2001:db8::1]", true, false},
    {"an IPv4 loopback in IPv6, of which no standard speaks",
     "[::ffff:7f00:1]", true, false},
};

START_TEST(nature)
{
    const nature_row_t *row = &nature_rows[_i];
    const apr_size_t len = strlen(row->host);

    support_same_number("the row is a host", cors_host_check(row->host, len),
                        CORS_HOST_OK);
    support_same_number(row->name, cors_host_is_address(row->host, len),
                        row->is_address);
    support_same_number(row->name, cors_host_is_loopback(row->host, len),
                        row->is_loopback);
}
END_TEST

static const struct {
    const char *name;
    const char *host;
    bool lacks_brackets;
} bracket_rows[] = {
    {"an IPv6 address", "2001:db8::1", true},
    {"one in upper case", "2001:DB8::1", true},
    {"the shortest", "::", true},
    {"one that has its brackets", "[::1]", false},
    {"a host and two ports", "www.example:81:82", false},
    {"an address with a path", "::1/", false},
    {"an IPv4 address with a port", "192.0.2.1:81", false},
    {"a name", "example.com", false},
    {"nothing", "", false},
};

START_TEST(brackets)
{
    support_same_number(bracket_rows[_i].name,
                        cors_host_lacks_brackets(bracket_rows[_i].host),
                        bracket_rows[_i].lacks_brackets);
}
END_TEST

typedef struct canonical_row_t {
    const char *name;
    const char *host, *canonical;
} canonical_row_t;

static const canonical_row_t canonical_rows[] = {
    {"a name in lower case", "ExAmPlE.Com", "example.com"},
    {"the final dot of a name stays", "Example.com.", "example.com."},
    {"bytes beyond ASCII stay", "B\xc3\x9c", "b\xc3\x9c"},
    {"hexadecimal", "0X7F.0x1", "127.0.0.1"},
    {"octal", "0300.0250.1", "192.168.0.1"},
    {"one number", "2130706433", "127.0.0.1"},
    {"the final dot of an address goes", "192.0.2.1.", "192.0.2.1"},
    {"no address for all its digits", "300.1.1.1", "300.1.1.1"},
    {"numbers of 64 bytes", "1.1." ZEROS_60, "1.1." ZEROS_60},
    {"numbers of 65 bytes", "1.11." ZEROS_60, "1.11." ZEROS_60},
    {"nothing", "", ""},
    {"IPv6 in lower case", "[2001:DB8::A]", "[2001:db8::a]"},
    {"IPv6 compressed", "[2001:0db8:0:0:0:0:0:1]", "[2001:db8::1]"},
    {"IPv6 all zero", "[0:0:0:0:0:0:0:0]", "[::]"},
    {"IPv6 with a zero piece before the end", "[1:2:3:4:5:6:0:8]",
     "[1:2:3:4:5:6:0:8]"},
    {"IPv6 with zeros at the end", "[1:2:3:4:5:6:0:0]", "[1:2:3:4:5:6::]"},
    {"IPv6 with dots", "[::FFFF:192.0.2.1]", "[::ffff:c000:201]"},
    {"brackets without an address", "[::g]", NULL},
    {"brackets that stay open", "[::1", NULL},
};

START_TEST(canonical)
{
    const canonical_row_t *row = &canonical_rows[_i];
    const char *got = cors_host_canonical(row->host, strlen(row->host), pool);

    support_same_text(row->name, got, row->canonical);
}
END_TEST

/* What canonical says and what check takes must be the same thing. */
START_TEST(canonical_is_a_fixed_point)
{
    const check_row_t *row = &check_rows[_i];
    const apr_size_t len = strlen(row->host);

    if (row->fault == CORS_HOST_OK) {
        support_same_text(row->name, cors_host_canonical(row->host, len, pool),
                          row->host);
    }
}
END_TEST

Suite *cors_suite_host(void)
{
    Suite *suite = suite_create("host");
    TCase *tests = support_case(suite, "host");

    tcase_add_loop_test(tests, check, 0, ROWS(check_rows));
    tcase_add_test(tests, check_stops_at_the_length);
    tcase_add_loop_test(tests, nature, 0, ROWS(nature_rows));
    tcase_add_loop_test(tests, brackets, 0, ROWS(bracket_rows));
    tcase_add_loop_test(tests, canonical, 0, ROWS(canonical_rows));
    tcase_add_loop_test(tests, canonical_is_a_fixed_point, 0,
                        ROWS(check_rows));
    return suite;
}
