/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_decide_grid: policies x requests. Each cell has the whole verdict as a
 * text (verdicts.h).
 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_decide.h"
#include "support.h"
#include "verdicts.h"

enum { LISTED, RICH, ANY, ANY_BUT, ECHOING, NULLS, UNSAFE, POLICIES };

static const support_policy_t policies[POLICIES] = {
    [LISTED] = {.allow = "https://a https://*.b:*"},
    [RICH] = {.allow = "https://a", .methods = "PUT",
              .headers = "Authorization X-A", .expose = "X-Id",
              .max_age = "0", .credentials = true, .private_network = true,
              .timing = true},
    [ANY] = {.allow = "*", .methods = "*", .headers = "* Authorization",
             .expose = "*", .max_age = "Off", .timing = true},
    [ANY_BUT] = {.allow = "*", .deny = "https://a"},
    [ECHOING] = {.allow = "https://a", .methods = "*", .headers = "*",
                 .credentials = true},
    [NULLS] = {.allow = "null", .lifted = CORS_HAZARD_NULL},
    [UNSAFE] = {.allow = "https://a *", .credentials = true},
};

enum {
    PLAIN, FROM_A, FROM_B, FROM_NULL, FROM_TWO, FROM_HERE, ASK_GET, ASK_PUT,
    ASK_DELETE, ASK_NETWORK, REQUESTS
};

static const cors_facts_t requests[REQUESTS] = {
    [PLAIN] = {0},
    [FROM_A] = {.origin = "https://a"},
    [FROM_B] = {.origin = "https://x.b:81"},
    [FROM_NULL] = {.origin = "null"},
    [FROM_TWO] = {.origin = "https://a, https://b"},
    [FROM_HERE] = {.origin = "https://here", .own_scheme = "https",
                   .own_host = "here"},
    [ASK_GET] = {.origin = "https://a", .is_options = true,
                 .request_method = "GET"},
    [ASK_PUT] = {.origin = "https://a", .is_options = true,
                 .request_method = "PUT",
                 .request_headers = "authorization,x-a"},
    [ASK_DELETE] = {.origin = "https://a", .is_options = true,
                    .request_method = "DELETE",
                    .request_headers = "x-a, x-b"},
    [ASK_NETWORK] = {.origin = "https://a", .is_options = true,
                     .request_method = "GET", .asks_private_network = true},
};

#define ON(request) (1u << (request))
#define ASKS (ON(ASK_GET) | ON(ASK_PUT) | ON(ASK_DELETE) | ON(ASK_NETWORK))

#define STRANGER "denied: origin-not-allowed by CorsAllowOrigin:1, " \
                 "refusing its origin\n"
#define BANNED "denied: origin-not-allowed by CorsDenyOrigin:1 for " \
               "'https://a', refusing its origin\n"
#define MALFORMED "denied: origin-malformed, refusing its origin\n"
#define NO_NETWORK "denied: private-network-not-allowed for 'https://a', " \
                   "refusing its origin\n"
#define TOO_WIDE "denied: unsafe-policy by CorsAllowOrigin:1, refusing its " \
                 "origin\n"
#define BY_A "allowed by CorsAllowOrigin:1 for 'https://a'\n"
#define BY_ANY "allowed by CorsAllowOrigin:1 for '*'\n"

static const struct {
    int policy;
    unsigned requests;
    const char *verdict;
} cells[] = {
    {LISTED, ON(PLAIN), "none\n" VARY},
    {LISTED, ON(FROM_A), "actual " BY_A ORIGIN("https://a") VARY},
    {LISTED, ON(FROM_B),
     "actual allowed by CorsAllowOrigin:2 for 'https://*.b:*'\n"
     ORIGIN("https://x.b:81") VARY},
    {LISTED, ON(FROM_NULL), "actual " STRANGER VARY},
    {LISTED, ON(FROM_TWO), "actual " MALFORMED VARY},
    {LISTED, ON(FROM_HERE), "same-origin\n" VARY},
    {LISTED, ON(ASK_GET),
     "preflight " BY_A ORIGIN("https://a") METHODS("GET, HEAD, POST")
     HEADERS(SAFE) MAX_AGE("600") VARY_PREFLIGHT},
    {LISTED, ON(ASK_PUT),
     "preflight denied: method-not-allowed for 'https://a', refusing 'PUT'\n"
     VARY_PREFLIGHT},
    {LISTED, ON(ASK_DELETE),
     "preflight denied: method-not-allowed for 'https://a', refusing "
     "'DELETE'\n" VARY_PREFLIGHT},
    {LISTED, ON(ASK_NETWORK), "preflight " NO_NETWORK VARY_PREFLIGHT},

    {RICH, ON(PLAIN), "none\n" VARY},
    {RICH, ON(FROM_A),
     "actual " BY_A ORIGIN("https://a") CREDENTIALS EXPOSE("X-Id")
     TIMING("https://a") VARY},
    {RICH, ON(FROM_B) | ON(FROM_NULL), "actual " STRANGER VARY},
    {RICH, ON(FROM_TWO), "actual " MALFORMED VARY},
    {RICH, ON(FROM_HERE), "same-origin\n" VARY},
    {RICH, ON(ASK_GET) | ON(ASK_PUT),
     "preflight " BY_A ORIGIN("https://a") CREDENTIALS
     METHODS("GET, HEAD, POST, PUT") HEADERS(SAFE ", Authorization, X-A")
     MAX_AGE("0") VARY_PREFLIGHT},
    {RICH, ON(ASK_DELETE),
     "preflight denied: method-not-allowed by CorsAllowMethods:1 for "
     "'https://a', refusing 'DELETE'\n" VARY_PREFLIGHT},
    {RICH, ON(ASK_NETWORK),
     "preflight " BY_A ORIGIN("https://a") CREDENTIALS
     METHODS("GET, HEAD, POST, PUT") HEADERS(SAFE ", Authorization, X-A")
     MAX_AGE("0") NETWORK VARY_PREFLIGHT},

    {ANY, ON(PLAIN), "none\n" ORIGIN("*") EXPOSE("*") TIMING("*")},
    {ANY, ON(FROM_A) | ON(FROM_B) | ON(FROM_NULL) | ON(FROM_HERE),
     "actual " BY_ANY ORIGIN("*") EXPOSE("*") TIMING("*")},
    {ANY, ON(FROM_TWO), "actual " MALFORMED VARY},
    {ANY, ON(ASK_GET) | ON(ASK_PUT) | ON(ASK_DELETE),
     "preflight " BY_ANY ORIGIN("*") METHODS("*")
     HEADERS("*, Authorization")},
    {ANY, ON(ASK_NETWORK),
     "preflight denied: private-network-not-allowed for '*', refusing its "
     "origin\n" VARY_PREFLIGHT},

    {ANY_BUT, ON(PLAIN), "none\n" ORIGIN("*") VARY},
    {ANY_BUT, ON(FROM_A), "actual " BANNED VARY},
    {ANY_BUT, ON(FROM_B) | ON(FROM_NULL) | ON(FROM_HERE),
     "actual " BY_ANY ORIGIN("*") VARY},
    {ANY_BUT, ON(FROM_TWO), "actual " MALFORMED VARY},
    {ANY_BUT, ASKS, "preflight " BANNED VARY_PREFLIGHT},

    {ECHOING, ON(PLAIN), "none\n" VARY},
    {ECHOING, ON(FROM_A),
     "actual " BY_A ORIGIN("https://a") CREDENTIALS VARY},
    {ECHOING, ON(FROM_B) | ON(FROM_NULL), "actual " STRANGER VARY},
    {ECHOING, ON(FROM_TWO), "actual " MALFORMED VARY},
    {ECHOING, ON(FROM_HERE), "same-origin\n" VARY},
    {ECHOING, ON(ASK_GET),
     "preflight " BY_A ORIGIN("https://a") CREDENTIALS METHODS("GET")
     HEADERS(SAFE) MAX_AGE("600") VARY_PREFLIGHT},
    {ECHOING, ON(ASK_PUT),
     "preflight denied: header-not-allowed by CorsAllowHeaders:1 for "
     "'https://a', refusing 'authorization'\n" VARY_PREFLIGHT},
    {ECHOING, ON(ASK_DELETE),
     "preflight " BY_A ORIGIN("https://a") CREDENTIALS METHODS("DELETE")
     HEADERS("x-a, x-b") MAX_AGE("600") VARY_PREFLIGHT},
    {ECHOING, ON(ASK_NETWORK), "preflight " NO_NETWORK VARY_PREFLIGHT},

    {NULLS, ON(PLAIN), "none\n" VARY},
    {NULLS, ON(FROM_A) | ON(FROM_B), "actual " STRANGER VARY},
    {NULLS, ON(FROM_NULL),
     "actual allowed by CorsAllowOrigin:1 for 'null'\n" ORIGIN("null") VARY},
    {NULLS, ON(FROM_TWO), "actual " MALFORMED VARY},
    {NULLS, ON(FROM_HERE), "same-origin\n" VARY},
    {NULLS, ASKS, "preflight " STRANGER VARY_PREFLIGHT},

    {UNSAFE, ON(PLAIN), "none\n" VARY},
    {UNSAFE, ON(FROM_A) | ON(FROM_B) | ON(FROM_NULL) | ON(FROM_TWO),
     "actual " TOO_WIDE VARY},
    {UNSAFE, ON(FROM_HERE), "same-origin\n" VARY},
    {UNSAFE, ASKS, "preflight " TOO_WIDE VARY_PREFLIGHT},
};

START_TEST(cell)
{
    const cors_policy_t *policy = support_policy(&policies[cells[_i].policy]);

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
}
END_TEST

Suite *cors_suite_decide_grid(void)
{
    Suite *suite = suite_create("decide_grid");
    TCase *tests = support_case(suite, "decide_grid");

    tcase_add_loop_test(tests, cell, 0, ROWS(cells));
    tcase_add_test(tests, the_grid_is_complete);
    return suite;
}
