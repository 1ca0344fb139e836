/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <apr_strings.h>

#include "cors_wants.h"
#include "support.h"

static const char *const words[CORS_WANTS] = {
    [CORS_WANT_ORIGIN] = "origin",
    [CORS_WANT_INSECURE_ORIGIN] = "insecure",
    [CORS_WANT_DENIED_ORIGIN] = "denied",
    [CORS_WANT_NOT_AN_ORIGIN] = "nonsense",
    [CORS_WANT_METHOD] = "method",
    [CORS_WANT_HEADER] = "header",
    [CORS_WANT_PRIVATE_NETWORK] = "network",
};

static const char *wants_of(const cors_policy_t *policy,
                            const cors_facts_t *facts)
{
    cors_seen_item_t items[CORS_WANTS_MAX];
    cors_verdict_t verdict;
    const char *text = "";
    int n;

    cors_decide(&verdict, policy, facts);
    n = cors_wants_of(items, &verdict, policy, facts);
    for (int i = 0; i < n; i++) {
        ck_assert_ptr_eq(items[i].at, policy->sources->at);
        ck_assert(!items[i].is_outside);
        ck_assert(items[i].reported == cors_policy_is_report_only(policy));
        text = apr_psprintf(pool, "%s%s%s %.*s", text, i ? ", " : "",
                            words[items[i].want], (int)items[i].len,
                            items[i].value);
    }
    return text;
}

#define ASK(from, what) \
    .origin = (from), .is_options = true, .request_method = (what)

static const struct {
    const char *name;
    support_policy_t written;
    cors_facts_t facts;
    const char *wants;
} rows[] = {
    {"no CORS request", {.allow = "https://a"}, {0}, ""},
    {"allowed", {.allow = "https://a"}, {.origin = "https://a"}, ""},
    {"an allowed preflight", {.allow = "https://a"},
     {ASK("https://a", "GET"), .request_headers = "content-type"}, ""},
    {"the same origin", {.allow = "https://a"},
     {.origin = "https://b", .fetch_site = "same-origin"}, ""},
    {"an unsafe policy", {.allow = "https://a *", .credentials = true},
     {ASK("https://b", "PUT"), .request_headers = "x-a"}, ""},
    {"an origin", {.allow = "https://a"}, {.origin = "https://b"},
     "origin https://b"},
    {"an opaque origin", {.allow = "https://a"}, {.origin = "null"},
     "origin null"},
    {"no origin", {.allow = "https://a"}, {.origin = "https://a/"},
     "nonsense https://a/"},
    {"a denied origin", {.allow = "https://a", .deny = "https://a"},
     {.origin = "https://a"}, "denied https://a"},
    {"an origin without TLS", {.allow = "https://a", .credentials = true},
     {.origin = "http://a"}, "insecure http://a"},
    {"but without credentials", {.allow = "https://a"},
     {.origin = "http://a"}, "origin http://a"},
    {"but with the guard lifted",
     {.allow = "https://a", .credentials = true,
      .lifted = CORS_HAZARD_INSECURE}, {.origin = "http://a"},
     "origin http://a"},
    {"but on a loopback host", {.allow = "https://a", .credentials = true},
     {.origin = "http://localhost"}, "origin http://localhost"},
    {"a method", {.allow = "https://a"}, {ASK("https://a", "PUT")},
     "method PUT"},
    {"a method in another case", {.allow = "https://a", .methods = "PUT"},
     {ASK("https://a", "put")}, "method put"},
    {"headers", {.allow = "https://a", .headers = "X-B"},
     {ASK("https://a", "GET"), .request_headers = "x-a, accept,x-b ,\tx-c"},
     "header x-a, header x-c"},
    {"headers asked for twice", {.allow = "https://a"},
     {ASK("https://a", "GET"), .request_headers = "x-a,x-b,X-A,x-a"},
     "header x-a, header x-b"},
    {"what no directive can name", {.allow = "https://a"},
     {.origin = "file://b"}, "nonsense file://b"},
    {"what * does not cover", {.allow = "https://a", .headers = "*"},
     {ASK("https://a", "GET"), .request_headers = "authorization,x-a"},
     "header authorization"},
    {"a private network", {.allow = "https://a"},
     {ASK("https://a", "GET"), .asks_private_network = true}, "network On"},
    {"all at once", {.allow = "https://a"},
     {ASK("https://b", "PUT"), .request_headers = "x-a,x-b",
      .asks_private_network = true},
     "origin https://b, network On, method PUT, header x-a, header x-b"},
    {"only the origin of an actual request", {.allow = "https://a"},
     {.origin = "https://b", .request_method = "PUT",
      .request_headers = "x-a", .asks_private_network = true},
     "origin https://b"},
};

START_TEST(wants)
{
    const cors_policy_t *policy = support_policy(&rows[_i].written);

    support_same_text(rows[_i].name, wants_of(policy, &rows[_i].facts),
                      rows[_i].wants);
}
END_TEST

START_TEST(reported_wants)
{
    const cors_facts_t facts = {.origin = "https://b"};
    cors_policy_t *policy = support_policy(
        &(support_policy_t){.allow = "https://a"});

    policy->engine.at = support_place("CorsEngine", 1);
    policy->engine.value = CORS_REPORT_ONLY;
    ck_assert_str_eq(wants_of(policy, &facts), "origin https://b");
}
END_TEST

/* A list that stands in another section is to be added to there. */
START_TEST(beside_the_list)
{
    static const int here, there;
    cors_policy_t *policy = support_policy(
        &(support_policy_t){.allow = "https://a", .methods = "PUT"});
    const cors_facts_t facts = {ASK("https://b", "DELETE")};
    cors_place_t *sources =
        apr_pmemdup(pool, policy->sources->at, sizeof *sources);
    cors_place_t *methods =
        apr_pmemdup(pool, policy->methods->at, sizeof *methods);
    cors_seen_item_t items[CORS_WANTS_MAX];
    cors_verdict_t verdict;

    sources->section = &here;
    methods->section = _i == 0 ? &here : &there;
    ((cors_sources_t *)(uintptr_t)policy->sources)->at = sources;
    ((cors_list_t *)(uintptr_t)policy->methods)->at = methods;
    cors_decide(&verdict, policy, &facts);
    ck_assert_int_eq(cors_wants_of(items, &verdict, policy, &facts), 2);
    ck_assert_ptr_eq(items[0].at, sources);
    ck_assert_ptr_eq(items[1].at, _i == 0 ? sources : methods);
}
END_TEST

/* Of so many headers, the method and the origin come first. */
START_TEST(no_more_than_there_is_room_for)
{
    const cors_policy_t *policy = support_policy(
        &(support_policy_t){.allow = "https://a"});
    cors_facts_t facts = {ASK("https://b", "PUT")};
    cors_seen_item_t items[CORS_WANTS_MAX];
    cors_verdict_t verdict;
    const char *names = "x-0";

    for (int i = 1; i < 100; i++) {
        names = apr_psprintf(pool, "%s,x-%d", names, i);
    }
    facts.request_headers = names;
    cors_decide(&verdict, policy, &facts);
    ck_assert_int_eq(cors_wants_of(items, &verdict, policy, &facts),
                     CORS_WANTS_MAX);
    ck_assert_int_eq(items[0].want, CORS_WANT_ORIGIN);
    ck_assert_int_eq(items[1].want, CORS_WANT_METHOD);
    ck_assert_int_eq(items[CORS_WANTS_MAX - 1].want, CORS_WANT_HEADER);
}
END_TEST

START_TEST(headers_that_are_too_long)
{
    const cors_policy_t *policy = support_policy(
        &(support_policy_t){.allow = "https://a"});
    const cors_facts_t facts = {
        ASK("https://b", "GET"),
        .request_headers = support_repeat('x', CORS_ACRH_MAX + 1)
    };

    ck_assert_str_eq(wants_of(policy, &facts), "origin https://b");
}
END_TEST

Suite *cors_suite_wants(void)
{
    Suite *suite = suite_create("wants");
    TCase *tests = support_case(suite, "wants");

    tcase_add_loop_test(tests, wants, 0, ROWS(rows));
    tcase_add_test(tests, reported_wants);
    tcase_add_loop_test(tests, beside_the_list, 0, 2);
    tcase_add_test(tests, no_more_than_there_is_room_for);
    tcase_add_test(tests, headers_that_are_too_long);
    return suite;
}
