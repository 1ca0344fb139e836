/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_decide_rules: as test_decide_grid, for policies with <CorsOrigin>
 * sections: policies x requests, each cell a whole verdict.
 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_decide.h"
#include "support.h"
#include "verdicts.h"

enum { MIXED, STARRED, LAST, MEMBERS, UNSAFE, NARROW, POLICIES };

enum { NONE, NO_CREDENTIALS };

/* A policy, its rules in order, and what support_policy_t cannot say of them. */
static const struct {
    support_policy_t around;
    struct {
        support_policy_t written;
        int off;
    } rules[3];
} policies[POLICIES] = {
    [MIXED] = {
        {.allow = "https://plain", .deny = "https://bad.part",
         .methods = "PUT", .expose = "X-Out"},
        {{{.allow = "https://app", .max_age = "60", .credentials = true},
          NONE},
         {{.allow = "https://*.part https://app", .methods = "DELETE",
           .expose = "X-Part", .timing = true}, NONE}},
    },
    [STARRED] = {
        {.allow = "*", .max_age = "5"},
        {{{.allow = "https://app", .expose = "X-App", .credentials = true},
          NONE},
         {{.allow = "https://a.part", .methods = "DELETE"}, NONE}},
    },
    [LAST] = {
        {.methods = "*", .headers = "*"},
        {{{.allow = "https://app", .credentials = true}, NONE},
         {{.allow = "*", .methods = "PUT", .expose = "X-All"}, NONE}},
    },
    [MEMBERS] = {
        {.allow = "https://plain", .private_network = true,
         .credentials = true},
        {{{.allow = "https://a.part", .headers = "X-A"}, NO_CREDENTIALS},
         {{.allow = "https://app"}, NONE}},
    },
    [UNSAFE] = {
        {.allow = "https://plain", .credentials = true},
        {{{.allow = "https://app"}, NONE}, {{.allow = "*"}, NONE}},
    },
    [NARROW] = {
        {0},
        {{{.allow = "https://app", .private_network = true, .methods = "PUT"},
          NONE}},
    },
};

enum {
    NOBODY, APP, PART, BAD, PLAIN, STRANGER, TWO, HERE, APP_PUT, PART_DELETE,
    PLAIN_PUT, STRANGER_GET, BAD_GET, APP_NETWORK, REQUESTS
};

#define ASK(of, method) .origin = of, .is_options = true, \
                        .request_method = method

static const cors_facts_t requests[REQUESTS] = {
    [NOBODY] = {0},
    [APP] = {.origin = "https://app"},
    [PART] = {.origin = "https://a.part"},
    [BAD] = {.origin = "https://bad.part"},
    [PLAIN] = {.origin = "https://plain"},
    [STRANGER] = {.origin = "https://stranger"},
    [TWO] = {.origin = "https://app, https://app"},
    [HERE] = {.origin = "https://here", .own_scheme = "https",
              .own_host = "here"},
    [APP_PUT] = {ASK("https://app", "PUT"), .request_headers = "x-b"},
    [PART_DELETE] = {ASK("https://a.part", "DELETE")},
    [PLAIN_PUT] = {ASK("https://plain", "PUT")},
    [STRANGER_GET] = {ASK("https://stranger", "GET")},
    [BAD_GET] = {ASK("https://bad.part", "GET")},
    [APP_NETWORK] = {ASK("https://app", "GET"), .asks_private_network = true},
};

#define ON(request) (1u << (request))

#define RULE(n, pattern) "allowed by <CorsOrigin>:" n " for '" pattern "'\n"
#define BY_PLAIN "allowed by CorsAllowOrigin:1 for 'https://plain'\n"
#define BY_STAR "allowed by CorsAllowOrigin:1 for '*'\n"
#define STRANGE(by) "denied: origin-not-allowed by " by ":1, refusing its " \
                    "origin\n"
#define BANNED "denied: origin-not-allowed by CorsDenyOrigin:1 for " \
               "'https://bad.part', refusing its origin\n"
#define MALFORMED "denied: origin-malformed, refusing its origin\n"
#define NO_METHOD(by, pattern, method) \
    "preflight denied: method-not-allowed" by " for '" pattern \
    "', refusing '" method "'\n" VARY_PREFLIGHT
#define NO_HEADER(pattern) \
    "preflight denied: header-not-allowed for '" pattern \
    "', refusing 'x-b'\n" VARY_PREFLIGHT
#define NO_NETWORK(pattern) \
    "preflight denied: private-network-not-allowed for '" pattern \
    "', refusing its origin\n" VARY_PREFLIGHT
#define TOO_WIDE "denied: unsafe-policy by <CorsOrigin>:2 for '*', refusing " \
                 "its origin\n"
#define GHP "GET, HEAD, POST"

static const struct {
    int policy;
    unsigned requests;
    const char *verdict;
} cells[] = {
    {MIXED, ON(NOBODY), "none\n" VARY},
    {MIXED, ON(APP),
     "actual " RULE("1", "https://app") ORIGIN("https://app") CREDENTIALS
     EXPOSE("X-Out") VARY},
    {MIXED, ON(PART),
     "actual " RULE("2", "https://*.part") ORIGIN("https://a.part")
     EXPOSE("X-Part") TIMING("https://a.part") VARY},
    {MIXED, ON(BAD), "actual " BANNED VARY},
    {MIXED, ON(PLAIN),
     "actual " BY_PLAIN ORIGIN("https://plain") EXPOSE("X-Out") VARY},
    {MIXED, ON(STRANGER), "actual " STRANGE("CorsAllowOrigin") VARY},
    {MIXED, ON(TWO), "actual " MALFORMED VARY},
    {MIXED, ON(HERE), "same-origin\n" VARY},
    {MIXED, ON(APP_PUT), NO_HEADER("https://app")},
    {MIXED, ON(PART_DELETE),
     "preflight " RULE("2", "https://*.part") ORIGIN("https://a.part")
     METHODS(GHP ", DELETE") HEADERS(SAFE) MAX_AGE("600") VARY_PREFLIGHT},
    {MIXED, ON(PLAIN_PUT),
     "preflight " BY_PLAIN ORIGIN("https://plain") METHODS(GHP ", PUT")
     HEADERS(SAFE) MAX_AGE("600") VARY_PREFLIGHT},
    {MIXED, ON(STRANGER_GET),
     "preflight " STRANGE("CorsAllowOrigin") VARY_PREFLIGHT},
    {MIXED, ON(BAD_GET), "preflight " BANNED VARY_PREFLIGHT},
    {MIXED, ON(APP_NETWORK), NO_NETWORK("https://app")},

    {STARRED, ON(NOBODY), "none\n" ORIGIN("*") VARY},
    {STARRED, ON(APP),
     "actual " RULE("1", "https://app") ORIGIN("https://app") CREDENTIALS
     EXPOSE("X-App") VARY},
    {STARRED, ON(PART),
     "actual " RULE("2", "https://a.part") ORIGIN("*") VARY},
    {STARRED, ON(BAD) | ON(PLAIN) | ON(STRANGER) | ON(HERE),
     "actual " BY_STAR ORIGIN("*") VARY},
    {STARRED, ON(TWO), "actual " MALFORMED VARY},
    {STARRED, ON(APP_PUT), NO_METHOD("", "https://app", "PUT")},
    {STARRED, ON(PART_DELETE),
     "preflight " RULE("2", "https://a.part") ORIGIN("*")
     METHODS(GHP ", DELETE") HEADERS(SAFE) MAX_AGE("5") VARY_PREFLIGHT},
    {STARRED, ON(PLAIN_PUT), NO_METHOD("", "*", "PUT")},
    {STARRED, ON(STRANGER_GET) | ON(BAD_GET),
     "preflight " BY_STAR ORIGIN("*") METHODS(GHP) HEADERS(SAFE) MAX_AGE("5")
     VARY_PREFLIGHT},
    {STARRED, ON(APP_NETWORK), NO_NETWORK("https://app")},

    {LAST, ON(NOBODY), "none\n" ORIGIN("*") EXPOSE("X-All") VARY},
    {LAST, ON(APP),
     "actual " RULE("1", "https://app") ORIGIN("https://app") CREDENTIALS
     VARY},
    {LAST, ON(PART) | ON(BAD) | ON(PLAIN) | ON(STRANGER) | ON(HERE),
     "actual " RULE("2", "*") ORIGIN("*") EXPOSE("X-All") VARY},
    {LAST, ON(TWO), "actual " MALFORMED VARY},
    {LAST, ON(APP_PUT),
     "preflight " RULE("1", "https://app") ORIGIN("https://app") CREDENTIALS
     METHODS("PUT") HEADERS("x-b") MAX_AGE("600") VARY_PREFLIGHT},
    {LAST, ON(PART_DELETE), NO_METHOD(" by CorsAllowMethods:1", "*",
                                      "DELETE")},
    {LAST, ON(PLAIN_PUT) | ON(STRANGER_GET) | ON(BAD_GET),
     "preflight " RULE("2", "*") ORIGIN("*") METHODS(GHP ", PUT") HEADERS("*")
     MAX_AGE("600") VARY_PREFLIGHT},
    {LAST, ON(APP_NETWORK), NO_NETWORK("https://app")},

    {MEMBERS, ON(NOBODY), "none\n" VARY},
    {MEMBERS, ON(APP),
     "actual " RULE("2", "https://app") ORIGIN("https://app") CREDENTIALS
     VARY},
    {MEMBERS, ON(PART),
     "actual " RULE("1", "https://a.part") ORIGIN("https://a.part") VARY},
    {MEMBERS, ON(PLAIN),
     "actual " BY_PLAIN ORIGIN("https://plain") CREDENTIALS VARY},
    {MEMBERS, ON(BAD) | ON(STRANGER),
     "actual " STRANGE("CorsAllowOrigin") VARY},
    {MEMBERS, ON(TWO), "actual " MALFORMED VARY},
    {MEMBERS, ON(HERE), "same-origin\n" VARY},
    {MEMBERS, ON(APP_PUT), NO_METHOD("", "https://app", "PUT")},
    {MEMBERS, ON(PART_DELETE), NO_METHOD("", "https://a.part", "DELETE")},
    {MEMBERS, ON(PLAIN_PUT), NO_METHOD("", "https://plain", "PUT")},
    {MEMBERS, ON(STRANGER_GET) | ON(BAD_GET),
     "preflight " STRANGE("CorsAllowOrigin") VARY_PREFLIGHT},
    {MEMBERS, ON(APP_NETWORK),
     "preflight " RULE("2", "https://app") ORIGIN("https://app") CREDENTIALS
     METHODS(GHP) HEADERS(SAFE) MAX_AGE("600") NETWORK VARY_PREFLIGHT},

    {UNSAFE, ON(NOBODY), "none\n" VARY},
    {UNSAFE, ON(APP),
     "actual " RULE("1", "https://app") ORIGIN("https://app") CREDENTIALS
     VARY},
    {UNSAFE, ON(PART) | ON(BAD) | ON(PLAIN) | ON(STRANGER),
     "actual " TOO_WIDE VARY},
    {UNSAFE, ON(TWO), "actual " MALFORMED VARY},
    {UNSAFE, ON(HERE), "same-origin\n" VARY},
    {UNSAFE, ON(APP_PUT), NO_METHOD("", "https://app", "PUT")},
    {UNSAFE, ON(PART_DELETE) | ON(PLAIN_PUT) | ON(STRANGER_GET) | ON(BAD_GET),
     "preflight " TOO_WIDE VARY_PREFLIGHT},
    {UNSAFE, ON(APP_NETWORK), NO_NETWORK("https://app")},

    {NARROW, ON(NOBODY), "none\n" VARY},
    {NARROW, ON(APP),
     "actual " RULE("1", "https://app") ORIGIN("https://app") VARY},
    {NARROW, ON(PART) | ON(BAD) | ON(PLAIN) | ON(STRANGER),
     "actual " STRANGE("<CorsOrigin>") VARY},
    {NARROW, ON(TWO), "actual " MALFORMED VARY},
    {NARROW, ON(HERE), "same-origin\n" VARY},
    {NARROW, ON(APP_PUT), NO_HEADER("https://app")},
    {NARROW, ON(PART_DELETE) | ON(PLAIN_PUT) | ON(STRANGER_GET) | ON(BAD_GET),
     "preflight " STRANGE("<CorsOrigin>") VARY_PREFLIGHT},
    {NARROW, ON(APP_NETWORK),
     "preflight " RULE("1", "https://app") ORIGIN("https://app")
     METHODS(GHP ", PUT") HEADERS(SAFE) MAX_AGE("600") NETWORK
     VARY_PREFLIGHT},
};

static const cors_policy_t *policy_of(int number)
{
    cors_policy_t *policy = support_policy(&policies[number].around);

    for (int i = 0; i < 3; i++) {
        cors_policy_t *rule;

        if (policies[number].rules[i].written.allow == NULL) {
            break;
        }
        rule = support_add_rule(policy, &policies[number].rules[i].written);
        if (policies[number].rules[i].off == NO_CREDENTIALS) {
            rule->credentials.at = support_place("CorsAllowCredentials", 1);
            rule->credentials.value = CORS_OFF;
        }
    }
    return policy;
}

START_TEST(cell)
{
    const cors_policy_t *policy = policy_of(cells[_i].policy);

    for (int i = 0; i < REQUESTS; i++) {
        cors_verdict_t verdict;

        if ((cells[_i].requests & ON(i)) == 0) {
            continue;
        }
        memset(&verdict, 0xff, sizeof verdict);
        cors_decide(&verdict, policy, &requests[i]);
        support_same_text(apr_psprintf(pool, "policy %d, request %d",
                                       cells[_i].policy, i),
                          verdicts_text(&verdict, requests[i].origin),
                          cells[_i].verdict);
        ck_assert_int_eq(cors_verdict_is_ruled(&verdict),
                         verdict.policy != policy);
    }
}
END_TEST

START_TEST(the_grid_is_complete)
{
    int seen[POLICIES][REQUESTS] = {{0}};

    for (int i = 0; i < ROWS(cells); i++) {
        for (int j = 0; j < REQUESTS; j++) {
            seen[cells[i].policy][j] += (cells[i].requests & ON(j)) != 0;
        }
    }
    for (int i = 0; i < POLICIES * REQUESTS; i++) {
        ck_assert_msg(seen[i / REQUESTS][i % REQUESTS] == 1,
                      "policy %d, request %d has %d cells", i / REQUESTS,
                      i % REQUESTS, seen[i / REQUESTS][i % REQUESTS]);
    }
    ck_assert_int_ge(POLICIES * REQUESTS, 40);
}
END_TEST

/* Does an unknown origin, or none, get "*"? What caches are told with it. */
static const struct {
    const char *name;
    int policy;
    bool allows_any;
} any_rows[] = {
    {"no star", MIXED, false},
    {"a plain star", STARRED, true},
    {"a star in a section", LAST, true},
    {"an unsafe star in a section", UNSAFE, false},
};

START_TEST(allows_any)
{
    cors_verdict_t verdict;

    cors_decide(&verdict, policy_of(any_rows[_i].policy), &requests[NOBODY]);
    support_same_number(any_rows[_i].name, verdict.allows_any,
                        any_rows[_i].allows_any);
}
END_TEST

Suite *cors_suite_decide_rules(void)
{
    Suite *suite = suite_create("decide_rules");
    TCase *tests = support_case(suite, "decide_rules");

    tcase_add_loop_test(tests, cell, 0, ROWS(cells));
    tcase_add_test(tests, the_grid_is_complete);
    tcase_add_loop_test(tests, allows_any, 0, ROWS(any_rows));
    return suite;
}
