/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_decide: what kind of request is it, which step refuses, and what is
 * taken for this server's own origin. Whole verdicts, policy by policy, are
 * compared in test_decide_grid.c.
 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_decide.h"
#include "support.h"

static const struct {
    const char *name;
    cors_facts_t facts;
    bool is_preflight;
    cors_kind_t kind;
} kind_rows[] = {
    {"no Origin", {0}, false, CORS_KIND_NONE},
    {"no Origin, whatever else there is",
     {.is_options = true, .request_method = "PUT", .request_headers = "x-a",
      .fetch_site = "same-origin"}, false, CORS_KIND_NONE},
    {"an Origin", {.origin = "https://a"}, false, CORS_KIND_ACTUAL},
    {"OPTIONS that asks nothing",
     {.origin = "https://a", .is_options = true}, false, CORS_KIND_ACTUAL},
    {"another method that seems to ask",
     {.origin = "https://a", .request_method = "PUT"}, false,
     CORS_KIND_ACTUAL},
    {"OPTIONS that asks for headers only",
     {.origin = "https://a", .is_options = true, .request_headers = "x-a"},
     false, CORS_KIND_ACTUAL},
    {"a preflight",
     {.origin = "https://a", .is_options = true, .request_method = "PUT"},
     true, CORS_KIND_PREFLIGHT},
    {"a preflight that asks for an empty method",
     {.origin = "https://a", .is_options = true, .request_method = ""}, true,
     CORS_KIND_PREFLIGHT},
    {"a preflight of an opaque origin",
     {.origin = "null", .is_options = true, .request_method = "GET"}, true,
     CORS_KIND_PREFLIGHT},
    {"a preflight of nonsense",
     {.origin = "", .is_options = true, .request_method = "GET"}, true,
     CORS_KIND_PREFLIGHT},
    {"an allowed origin, although the browser calls it the same",
     {.origin = "https://a", .fetch_site = "same-origin"}, false,
     CORS_KIND_ACTUAL},
};

START_TEST(kind)
{
    cors_policy_t *policy = support_policy(
        &(support_policy_t){.allow = "https://a"});
    cors_verdict_t verdict;

    memset(&verdict, 0xff, sizeof verdict);
    cors_decide(&verdict, policy, &kind_rows[_i].facts);
    support_same_number(kind_rows[_i].name,
                        cors_is_preflight(&kind_rows[_i].facts),
                        kind_rows[_i].is_preflight);
    support_same_number(kind_rows[_i].name, verdict.kind, kind_rows[_i].kind);
}
END_TEST

START_TEST(slugs)
{
    static const char *const want[] = {
        [CORS_KIND_NONE] = NULL,
        [CORS_KIND_PREFLIGHT] = "preflight",
        [CORS_KIND_ACTUAL] = "actual",
        [CORS_KIND_SAME_ORIGIN] = "same-origin",
    };

    for (int i = 0; i < ROWS(want); i++) {
        support_same_text("slug", cors_kind_slug((cors_kind_t)i), want[i]);
    }
}
END_TEST

/* Each row has one fault fewer than the one before: the first one counts. */
static const struct {
    const char *name;
    support_policy_t written;
    const char *origin, *method, *headers;
    cors_reason_t reason;
    const char *directive, *refused;
} step_rows[] = {
    {"the policy comes first",
     {.allow = "https://a *", .credentials = true}, "https://a/", "PUT", "x-b",
     CORS_REASON_UNSAFE_POLICY, "CorsAllowOrigin", "https://a/"},
    {"then the form of the origin",
     {.allow = "https://a"}, "https://a/", "PUT", "x-b",
     CORS_REASON_ORIGIN_MALFORMED, NULL, "https://a/"},
    {"then those who are denied",
     {.allow = "https://a", .deny = "https://b"}, "https://b", "PUT", "x-b",
     CORS_REASON_ORIGIN_NOT_ALLOWED, "CorsDenyOrigin", "https://b"},
    {"even where a source allows them",
     {.allow = "https://a", .deny = "https://a"}, "https://a", "PUT", "x-b",
     CORS_REASON_ORIGIN_NOT_ALLOWED, "CorsDenyOrigin", "https://a"},
    {"then those who are allowed",
     {.allow = "https://a", .deny = "https://b"}, "https://c", "PUT", "x-b",
     CORS_REASON_ORIGIN_NOT_ALLOWED, "CorsAllowOrigin", "https://c"},
    {"then what an expression let through",
     {.allow = "https://b ~http://[ab]", .credentials = true}, "http://a",
     "PUT", "x-b", CORS_REASON_UNSAFE_POLICY, "CorsAllowOriginRegex",
     "http://a"},
    {"then the private network",
     {.allow = "https://a"}, "https://a", "PUT", "x-b",
     CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED, NULL, "https://a"},
    {"then the method",
     {.allow = "https://a", .private_network = true}, "https://a", "PUT",
     "x-b", CORS_REASON_METHOD_NOT_ALLOWED, NULL, "PUT"},
    {"then the method, by a directive",
     {.allow = "https://a", .private_network = true, .methods = "put"},
     "https://a", "PUT", "x-b", CORS_REASON_METHOD_NOT_ALLOWED,
     "CorsAllowMethods", "PUT"},
    {"then the headers",
     {.allow = "https://a", .private_network = true, .methods = "PUT"},
     "https://a", "PUT", "accept, x-b ,x-c", CORS_REASON_HEADER_NOT_ALLOWED,
     NULL, "x-b"},
    {"then the headers, by a directive",
     {.allow = "https://a", .private_network = true, .methods = "PUT",
      .headers = "X-C"}, "https://a", "PUT", "x-b",
     CORS_REASON_HEADER_NOT_ALLOWED, "CorsAllowHeaders", "x-b"},
    {"then nothing is left to refuse",
     {.allow = "https://a", .private_network = true, .methods = "PUT",
      .headers = "X-B"}, "https://a", "PUT", "x-b", CORS_REASON_NONE,
     "CorsAllowOrigin", NULL},
};

START_TEST(steps)
{
    const cors_facts_t facts = {
        .origin = step_rows[_i].origin, .is_options = true,
        .asks_private_network = true, .request_method = step_rows[_i].method,
        .request_headers = step_rows[_i].headers};
    cors_verdict_t verdict;

    cors_decide(&verdict, support_policy(&step_rows[_i].written), &facts);
    support_same_number(step_rows[_i].name, verdict.reason,
                        step_rows[_i].reason);
    support_same_number(step_rows[_i].name, verdict.is_allowed,
                        step_rows[_i].reason == CORS_REASON_NONE);
    support_same_text(step_rows[_i].name,
                      verdict.at ? verdict.at->directive : NULL,
                      step_rows[_i].directive);
    support_same_text(step_rows[_i].name, verdict.refused.text == NULL ? NULL
                      : apr_pstrmemdup(pool, verdict.refused.text,
                                       verdict.refused.len),
                      step_rows[_i].refused);
    support_same_number(step_rows[_i].name, verdict.n_headers > 0,
                        verdict.is_allowed);
}
END_TEST

/* An expression says nothing of TLS, so each of its matches is looked at. */
static const struct {
    const char *name;
    support_policy_t written;
    const char *origin;
    cors_reason_t reason;
} regex_rows[] = {
    {"https by an expression", {.allow = "~https?://a", .credentials = true},
     "https://a", CORS_REASON_NONE},
    {"http by an expression", {.allow = "~https?://a", .credentials = true},
     "http://a", CORS_REASON_UNSAFE_POLICY},
    {"http without credentials", {.allow = "~https?://a"}, "http://a",
     CORS_REASON_NONE},
    {"http, the guard lifted",
     {.allow = "~https?://a", .credentials = true,
      .lifted = CORS_HAZARD_INSECURE}, "http://a", CORS_REASON_NONE},
    {"http, another guard lifted",
     {.allow = "~https?://a", .credentials = true,
      .lifted = CORS_HAZARD_NULL | CORS_HAZARD_PUBLIC_SUFFIX}, "http://a",
     CORS_REASON_UNSAFE_POLICY},
    {"a loopback host", {.allow = "~http://localhost:\\d+",
     .credentials = true}, "http://localhost:81", CORS_REASON_NONE},
    {"a scheme of an application", {.allow = "~app://a", .credentials = true},
     "app://a", CORS_REASON_UNSAFE_POLICY},
    {"an opaque origin is not asked about",
     {.allow = "~null|https://a", .lifted = CORS_HAZARD_NULL}, "null",
     CORS_REASON_ORIGIN_NOT_ALLOWED},
};

START_TEST(regexes_and_tls)
{
    const cors_facts_t facts = {.origin = regex_rows[_i].origin};
    cors_verdict_t verdict;

    cors_decide(&verdict, support_policy(&regex_rows[_i].written), &facts);
    support_same_number(regex_rows[_i].name, verdict.reason,
                        regex_rows[_i].reason);
}
END_TEST

static const struct {
    const char *name;
    const char *origin, *scheme, *host;
    int port;
    bool is_own;
} own_rows[] = {
    {"the same", "https://own", "https", "own", 443, true},
    {"the same, the port left to the scheme", "https://own", "https", "own",
     0, true},
    {"http", "http://own", "http", "own", 80, true},
    {"another port", "https://own:8443", "https", "own", 8443, true},
    {"the host in another case", "https://own", "https", "OwN", 0, true},
    {"IPv6 without brackets", "http://[::1]:81", "http", "::1", 81, true},
    {"IPv6 with brackets", "http://[::1]:81", "http", "[::1]", 81, true},
    {"IPv4", "http://192.0.2.1", "http", "192.0.2.1", 80, true},
    {"another scheme", "http://own", "https", "own", 0, false},
    {"another scheme on the same port", "http://own:443", "https", "own", 443,
     false},
    {"a scheme that begins alike", "http://own", "https", "own", 80, false},
    {"another host", "https://other", "https", "own", 0, false},
    {"a subdomain", "https://x.own", "https", "own", 0, false},
    {"a host that begins alike", "https://own.evil", "https", "own", 0, false},
    {"a final dot", "https://own.", "https", "own", 0, false},
    {"no port where one is", "https://own", "https", "own", 8443, false},
    {"a port where none is", "https://own:8443", "https", "own", 0, false},
    {"a port that begins alike", "https://own:8443", "https", "own", 844,
     false},
    {"an IPv6 address that begins alike", "http://[::1]", "http", "::", 80,
     false},
    {"an opaque origin", "null", "https", "own", 0, false},
    {"an opaque origin and a host of that name", "null", "https", "null", 0,
     false},
    {"a malformed origin", "https://own/", "https", "own", 0, false},
    {"the default port spelt out", "https://own:443", "https", "own", 443,
     false},
    {"a server without a name", "https://own", "https", NULL, 0, false},
    {"a server without a scheme", "https://own", NULL, "own", 0, false},
};

START_TEST(own_origin)
{
    const cors_facts_t facts = {
        .origin = own_rows[_i].origin, .own_scheme = own_rows[_i].scheme,
        .own_host = own_rows[_i].host, .own_port = own_rows[_i].port};
    cors_policy_t *policy = support_policy(
        &(support_policy_t){.allow = "https://listed"});
    cors_verdict_t verdict;

    cors_decide(&verdict, policy, &facts);
    support_same_number(own_rows[_i].name, verdict.kind, own_rows[_i].is_own
                        ? CORS_KIND_SAME_ORIGIN : CORS_KIND_ACTUAL);
    support_same_number(own_rows[_i].name, verdict.is_allowed, false);
    support_same_number(own_rows[_i].name, verdict.reason == CORS_REASON_NONE,
                        own_rows[_i].is_own);
}
END_TEST

/* Sec-Fetch-Site is set by the browser; scripts cannot. */
static const struct {
    const char *name;
    const char *origin, *fetch_site;
    cors_kind_t kind;
} site_rows[] = {
    {"the browser knows", "https://own", "same-origin", CORS_KIND_SAME_ORIGIN},
    {"even of an opaque origin", "null", "same-origin", CORS_KIND_SAME_ORIGIN},
    {"even of nonsense", "https://own/", "same-origin",
     CORS_KIND_SAME_ORIGIN},
    {"the same site is not the same origin", "https://own", "same-site",
     CORS_KIND_ACTUAL},
    {"another site", "https://own", "cross-site", CORS_KIND_ACTUAL},
    {"a navigation", "https://own", "none", CORS_KIND_ACTUAL},
    {"in another case", "https://own", "Same-Origin", CORS_KIND_ACTUAL},
    {"two values", "https://own", "same-origin, same-origin",
     CORS_KIND_ACTUAL},
    {"nothing", "https://own", "", CORS_KIND_ACTUAL},
};

START_TEST(fetch_site)
{
    const cors_facts_t facts = {.origin = site_rows[_i].origin,
                                .fetch_site = site_rows[_i].fetch_site};
    cors_policy_t *policy = support_policy(
        &(support_policy_t){.allow = "https://listed"});
    cors_verdict_t verdict;

    cors_decide(&verdict, policy, &facts);
    support_same_number(site_rows[_i].name, verdict.kind, site_rows[_i].kind);
}
END_TEST

/* The policy's own strings and the request's: nothing is made. */
START_TEST(a_verdict_owns_nothing)
{
    const support_policy_t written = {.allow = "https://a", .methods = "PUT",
                                      .credentials = true};
    const cors_facts_t facts = {.origin = "https://a", .is_options = true,
                                .request_method = "PUT"};
    const cors_policy_t *policy = support_policy(&written);
    cors_verdict_t verdict;

    cors_decide(&verdict, policy, &facts);
    ck_assert_int_eq(verdict.n_headers, 5);
    ck_assert_ptr_eq(verdict.headers[0].value, facts.origin);
    ck_assert_ptr_eq(verdict.headers[2].value, policy->methods->value);
    ck_assert_ptr_eq(verdict.at, &verdict.match.at);
}
END_TEST

/* CorsDebug: what is sent of a preflight that asks for PUT, by its step. */
static const struct {
    const char *name;
    support_policy_t written;
    cors_facts_t facts;
    const char *sent;
} debug_rows[] = {
    {"nothing for a stranger", {.allow = "https://b"},
     {.request_method = "PUT"}, ""},
    {"nothing in an unsafe policy", {.allow = "*", .credentials = true},
     {.request_method = "PUT"}, ""},
    {"nothing for an actual request", {.allow = "https://b"}, {0}, ""},
    {"before the network", {.allow = "https://a", .credentials = true},
     {.request_method = "PUT", .asks_private_network = true},
     "Origin=https://a Credentials=true "},
    {"before the method", {.allow = "*", .private_network = true},
     {.request_method = "PUT", .asks_private_network = true},
     "Origin=* Private-Network=true Methods=GET, HEAD, POST "},
    {"before the headers", {.allow = "https://a", .methods = "*",
                            .credentials = true},
     {.request_method = "PUT", .request_headers = "x-a"},
     "Origin=https://a Credentials=true Methods=PUT Headers=Accept, "
     "Accept-Language, Content-Language, Content-Type "},
    {"without the *", {.allow = "*", .methods = "*", .headers = "* X-B"},
     {.request_method = "PUT", .request_headers = "authorization"},
     "Origin=* Methods=* Headers=Accept, Accept-Language, Content-Language, "
     "Content-Type, X-B "},
};

START_TEST(debug)
{
    cors_facts_t facts = debug_rows[_i].facts;
    cors_policy_t *policy = support_policy(&debug_rows[_i].written);
    cors_verdict_t verdict;
    const char *sent = "";

    facts.origin = "https://a";
    facts.is_options = true;
    policy->debug.value = CORS_ON;
    cors_decide(&verdict, policy, &facts);
    for (int i = 0; i < verdict.n_headers; i++) {
        sent = apr_pstrcat(pool, sent, verdict.headers[i].name
                           + strlen("Access-Control-Allow-"), "=",
                           verdict.headers[i].value, " ", NULL);
    }
    support_same_number(debug_rows[_i].name, verdict.is_allowed, false);
    support_same_text(debug_rows[_i].name, sent, debug_rows[_i].sent);
}
END_TEST

Suite *cors_suite_decide(void)
{
    Suite *suite = suite_create("decide");
    TCase *tests = support_case(suite, "decide");

    tcase_add_loop_test(tests, kind, 0, ROWS(kind_rows));
    tcase_add_test(tests, slugs);
    tcase_add_loop_test(tests, steps, 0, ROWS(step_rows));
    tcase_add_loop_test(tests, regexes_and_tls, 0, ROWS(regex_rows));
    tcase_add_loop_test(tests, own_origin, 0, ROWS(own_rows));
    tcase_add_loop_test(tests, fetch_site, 0, ROWS(site_rows));
    tcase_add_loop_test(tests, debug, 0, ROWS(debug_rows));
    tcase_add_test(tests, a_verdict_owns_nothing);
    return suite;
}
