/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_pattern.h"
#include "support.h"

typedef struct row_t {
    const char *name;
    const char *text;
    const char *mend;  /* the pattern to write; NULL: in doubt, so advice */
} row_t;

static const row_t rows[] = {
    {"a WebSocket's URL", "wss://a.example:8443", "https://a.example:8443"},
    {"a host with the port of http", "example.com:80", NULL},
    {"a word", "undefined", NULL},
    {"a word and a comma", "null,", NULL},
    {"two hosts around an @", "https://good.com@evil.com", NULL},
    {"upper case and a slash", "https://Example.com/", "https://example.com"},
    {"a trailing slash", "https://example.com/", "https://example.com"},
    {"a path", "https://example.com:8443/a/b", "https://example.com:8443"},
    {"a wildcard path", "https://example.com/*", "https://example.com"},
    {"a backslash", "https://example.com\\", "https://example.com"},
    {"a query", "https://example.com?a=b", "https://example.com"},
    {"a fragment", "https://example.com/#a", "https://example.com"},
    {"user information", "https://u:p@example.com:81",
     "https://example.com:81"},
    {"everything at once", "HTTPS://u@*.Example.com:443/a?b#c",
     "https://*.example.com"},
    {"a scheme in upper case", "HTTP://example.com", "http://example.com"},
    {"null in upper case", "Null", "null"},
    {"https's default port", "https://example.com:443", "https://example.com"},
    {"http's default port", "http://example.com:80", "http://example.com"},
    {"a default port with a leading zero", "http://example.com:080",
     "http://example.com"},
    {"a default port after IPv6", "https://[::1]:443", "https://[::1]"},
    {"a default port after a wildcard", "https://*.example.com:443",
     "https://*.example.com"},
    {"a leading zero in the port", "https://example.com:08443",
     "https://example.com:8443"},
    {"a colon without a port", "https://example.com:", "https://example.com"},
    {"a wildcard port stays", "https://Example.com:*",
     "https://example.com:*"},

    {"a host alone", "example.com", "https://example.com"},
    {"a host and a port", "example.com:8443", "https://example.com:8443"},
    {"subdomains without a scheme", "*.example.com", "https://*.example.com"},
    {"a loopback host needs no TLS", "localhost:3000",
     "http://localhost:3000"},
    {"a loopback address needs no TLS", "127.0.0.1:8080",
     "http://127.0.0.1:8080"},
    {"slashes without a scheme", "//example.com", "https://example.com"},
    {"any scheme", "*://example.com", "https://example.com"},
    {"one slash", "https:/example.com", "https://example.com"},
    {"no slash", "https:example.com", "https://example.com"},
    {"backslashes", "https:\\\\example.com", "https://example.com"},
    {"a wildcard that touches the host", "https://*example.com",
     "https://*.example.com"},
    {"two wildcard labels", "https://*.*.example.com",
     "https://*.example.com"},
    {"a comma behind", "https://example.com,", "https://example.com"},

    {"IPv4 shortened", "https://127.1", "https://127.0.0.1"},
    {"IPv4 with a final dot", "https://192.0.2.1.", "https://192.0.2.1"},
    {"IPv4 in hexadecimal", "https://0xC0000201", "https://192.0.2.1"},
    {"IPv6 in upper case", "https://[2001:DB8::A]:81",
     "https://[2001:db8::a]:81"},
    {"IPv6 at length", "https://[0:0:0:0:0:0:0:1]", "https://[::1]"},
    {"IPv6 with dots", "https://[::ffff:192.0.2.1]",
     "https://[::ffff:c000:201]"},
    {"IPv6 without brackets", "https://2001:db8::1", "https://[2001:db8::1]"},

    {"a file has no origin", "file:///index.html", NULL},
    {"a file, one slash", "file:/index.html", NULL},
    {"a port over 65535 must not vanish", "https://Example.com:99999", NULL},
    {"a port over 65535 and a slash", "https://example.com:65536/", NULL},
    {"a port over 65535 without a scheme", "example.com:99999", NULL},
    {"port zero must not vanish", "https://Example.com:0", NULL},
    {"part of a port must not vanish", "https://example.com:80*/", NULL},
    {"two ports", "https://example.com:81:82/", NULL},
    {"a scheme is no host", "https//example.com", NULL},
    {"a scheme within a scheme", "http://https://example.com", NULL},
    {"a URL of another kind", "mailto:x", NULL},
    {"a page of the browser", "about:blank", NULL},
    {"a path alone", "/api", NULL},
    {"a path of two parts", "/etc/origins", NULL},
    {"two origins", "https://a.example,https://b.example", NULL},
    {"any host", "https://*", NULL},
    {"any host with a port", "https://*:81", NULL},
    {"a wildcard at the end", "https://example.*", NULL},
    {"a wildcard in the middle", "https://a.*.example", NULL},
    {"a wildcard before an address", "https://*.192.0.2.1", NULL},
    {"Unicode", "https://b\xc3\xbc" "cher.example", NULL},
    {"a host too long", "https://" HOST_254 "/", NULL},
    {"a label too long", "https://" LABEL_64 "/", NULL},
    {"no host", "https://", NULL},
    {"nothing", "", NULL},
    {"no address", "https://[::g]", NULL},
    {"an address out of range", "https://1.2.3.256", NULL},
    {"an odd character", "https://a`b.example/", NULL},
};

START_TEST(mend)
{
    const row_t *row = &rows[_i];
    cors_pattern_t pattern;
    cors_pattern_fault_t fault = cors_pattern_parse(&pattern, row->text);

    ck_assert_msg(fault != CORS_PATTERN_OK, "%s: nothing to mend", row->name);
    support_same_text(row->name, cors_pattern_mend(fault, row->text, pool),
                      row->mend ? apr_psprintf(pool, "'%s'", row->mend)
                                : cors_pattern_advice(fault));
}
END_TEST

/* Whatever was written, the pattern to write instead is one. */
START_TEST(mends_are_patterns)
{
    static const char *const pieces[] = {
        "https", "HTTP", "file", ":", "//", "/", "*", "*.", ".", "a", "B",
        "example", ".com", "localhost", "[::1]", "[", "]", "::1", "127.1",
        "0x1", ":81", ":443", ":0", ":*", "@", "?", "#", "\\", ",", " ", "%",
        "\xc3\xbc", "null", "-", "_", "\x7f",
    };
    uint32_t state = (uint32_t)_i;
    int mended = 0;

    for (int round = 0; round < 5000; round++) {
        char text[128] = "", *quoted;
        cors_pattern_t pattern;
        cors_pattern_fault_t fault;

        for (unsigned n = support_random(&state, 8); n > 0; n--) {
            strcat(text, pieces[support_random(&state, ROWS(pieces))]);
        }
        fault = cors_pattern_parse(&pattern, text);
        if (fault == CORS_PATTERN_OK) {
            continue;
        }
        quoted = apr_pstrdup(pool, cors_pattern_mend(fault, text, pool));
        if (*quoted != '\'') {
            continue;
        }
        mended++;
        quoted[strlen(quoted) - 1] = '\0';
        ck_assert_msg(cors_pattern_parse(&pattern, quoted + 1)
                      == CORS_PATTERN_OK,
                      "seed %d: '%s' is mended to '%s'", _i, text, quoted + 1);
    }
    ck_assert_int_gt(mended, 100);
}
END_TEST

Suite *cors_suite_pattern_mend(void)
{
    Suite *suite = suite_create("pattern_mend");
    TCase *tests = support_case(suite, "pattern_mend");

    tcase_add_loop_test(tests, mend, 0, ROWS(rows));
    tcase_add_loop_test(tests, mends_are_patterns, 1, 5);
    return suite;
}
