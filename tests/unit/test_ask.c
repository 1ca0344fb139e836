/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_ask.h"
#include "support.h"

static const struct {
    const char *name, *query, *value;  /* of the parameter u */
} parameters[] = {
    {"nothing", NULL, NULL},
    {"an empty query", "", NULL},
    {"the only one", "u=a", "a"},
    {"one among others", "x=1&u=a&y=2", "a"},
    {"the first of two", "u=a&u=b", "a"},
    {"an empty one", "u=&x=1", ""},
    {"no equals sign", "u&x=1", NULL},
    {"a longer name", "uu=a&xu=b", NULL},
    {"empty pairs", "&&u=a&&", "a"},
    {"escapes", "u=a%2Fb%3d+c", "a/b= c"},
    {"an ampersand that is escaped", "u=a%26u=b", "a&u=b"},
    {"a NUL", "u=a%00b", NULL},
    {"half an escape", "u=a%2", NULL},
    {"no escape", "u=%zz", NULL},
};

START_TEST(has_parameter)
{
    support_same_text(parameters[_i].name,
                      cors_ask_parameter(parameters[_i].query, "u", pool),
                      parameters[_i].value);
}
END_TEST

START_TEST(a_parameter_is_bounded)
{
    const char *longest = support_repeat('a', CORS_ASK_MAX);

    support_same_text("the longest", cors_ask_parameter(
        apr_pstrcat(pool, "u=", longest, NULL), "u", pool), longest);
    support_same_text("a longer one", cors_ask_parameter(
        apr_pstrcat(pool, "u=", longest, "a", NULL), "u", pool), NULL);
}
END_TEST

#define ASKED "url=/x&origin=https://a"

static const struct {
    const char *name, *query, *says;
} queries[] = {
    {"a path", ASKED, "/x https://a GET - omit public"},
    {"everything", ASKED "&method=put&headers=x-a,x-b&credentials=include"
     "&private-network=1", "/x https://a PUT x-a,x-b include private"},
    {"a method that is not normalized", ASKED "&method=patch",
     "/x https://a patch - omit public"},
    {"nothing of it", ASKED "&method=&headers=&credentials=&private-network=",
     "/x https://a GET - omit public"},
    {"nothing at all", NULL, "! url is missing"},
    {"no origin", "url=/x", "! origin is missing"},
    {"an empty origin", "url=/x&origin=", "! origin is missing"},
    {"twice", ASKED "&url=/y", "! url is there twice"},
    {"a method that is none", ASKED "&method=a%20b", "! method is no token"},
    {"credentials", ASKED "&credentials=yes", "! credentials is"},
    {"a private network", ASKED "&private-network=yes",
     "! private-network is"},
    {"a line end", ASKED "%0d%0a", "! url, origin and names of headers are"},
};

START_TEST(reads)
{
    cors_fetch_t fetch;
    const char *url;
    const char *fault = cors_ask_read(&url, &fetch, queries[_i].query, pool);

    if (fault != NULL) {
        support_has(queries[_i].name, apr_pstrcat(pool, "! ", fault, NULL),
                    queries[_i].says);
        return;
    }
    support_same_text(queries[_i].name, apr_pstrcat(
        pool, url, " ", fetch.origin, " ", fetch.method, " ",
        fetch.headers ? fetch.headers : "-",
        fetch.with_credentials ? " include" : " omit",
        fetch.to_private_network ? " private" : " public", NULL),
        queries[_i].says);
}
END_TEST

static const struct {
    const char *url, *path, *host;  /* path NULL: it makes no sense */
} urls[] = {
    {"/x?y", "/x", NULL},
    {"//x/y", NULL, NULL},
    {"http://a", "/", "a"},
    {"https://a:81/x", "/x", "a"},
    {"https://[::1]:81/x", "/x", "::1"},
    {"", NULL, NULL},
    {"x", NULL, NULL},
    {"*", NULL, NULL},
    {"ftp://a/", NULL, NULL},
    {"HTTP://a/", NULL, NULL},
    {"http:///x", NULL, NULL},
    {"http://a:/", NULL, NULL},
    {"http://a:0/", NULL, NULL},
    {"http://a:65536/", NULL, NULL},
    {"http://a:8x/", NULL, NULL},
    {"mailto:a", NULL, NULL},
};

START_TEST(parses_url)
{
    apr_uri_t uri;
    const bool is_fine = cors_ask_parse_url(&uri, urls[_i].url, pool);

    support_same_number(urls[_i].url, is_fine, urls[_i].path != NULL);
    if (is_fine) {
        support_same_text(urls[_i].url, uri.path, urls[_i].path);
        support_same_text(urls[_i].url, uri.hostname, urls[_i].host);
    }
}
END_TEST

Suite *cors_suite_ask(void)
{
    Suite *suite = suite_create("ask");
    TCase *tests = support_case(suite, "ask");

    tcase_add_loop_test(tests, has_parameter, 0, ROWS(parameters));
    tcase_add_test(tests, a_parameter_is_bounded);
    tcase_add_loop_test(tests, reads, 0, ROWS(queries));
    tcase_add_loop_test(tests, parses_url, 0, ROWS(urls));
    return suite;
}
