/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_browser: the Fetch standard's checks, row by row; and whether browsers
 * agree with cors_decide about what is allowed.
 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_browser.h"
#include "cors_decide.h"
#include "support.h"

static const struct {
    const char *name;
    const char *method, *headers;
    bool to_private_network;
    bool asks_first;
} first_rows[] = {
    {"GET", "GET", NULL, false, false},
    {"HEAD", "HEAD", NULL, false, false},
    {"POST", "POST", "", false, false},
    {"PUT", "PUT", NULL, false, true},
    {"a method in another case", "get", NULL, false, true},
    {"safelisted headers", "GET", "Accept, accept-language ,content-language",
     false, false},
    {"a content type", "POST", "Content-Type", false, true},
    {"another header", "GET", "accept,x-a", false, true},
    {"a header that begins alike", "GET", "accept-x", false, true},
    {"a long header", "GET", A60, false, true},
    {"commas and spaces", "GET", " ,\t, ", false, false},
    {"a private network", "GET", NULL, true, true},
};

START_TEST(asks_first)
{
    const cors_fetch_t fetch = {
        .url = "https://s/", .origin = "https://a",
        .method = first_rows[_i].method, .headers = first_rows[_i].headers,
        .to_private_network = first_rows[_i].to_private_network
    };

    support_same_number(first_rows[_i].name, cors_browser_asks_first(&fetch),
                        first_rows[_i].asks_first);
}
END_TEST

/* https://fetch.spec.whatwg.org/#concept-cors-check, from https://a */
static const struct {
    const char *name;
    const char *allow_origin, *allow_credentials;
    cors_step_t without, with;  /* credentials */
} cors_rows[] = {
    {"nothing", NULL, NULL, CORS_STEP_NO_ORIGIN, CORS_STEP_NO_ORIGIN},
    {"nothing but credentials", NULL, "true", CORS_STEP_NO_ORIGIN,
     CORS_STEP_NO_ORIGIN},
    {"everybody", "*", NULL, CORS_STEP_NONE, CORS_STEP_WILDCARD},
    {"everybody, with credentials", "*", "true", CORS_STEP_NONE,
     CORS_STEP_WILDCARD},
    {"the origin", "https://a", NULL, CORS_STEP_NONE, CORS_STEP_CREDENTIALS},
    {"the origin, with credentials", "https://a", "true", CORS_STEP_NONE,
     CORS_STEP_NONE},
    {"true in another case", "https://a", "True", CORS_STEP_NONE,
     CORS_STEP_CREDENTIALS},
    {"false", "https://a", "false", CORS_STEP_NONE, CORS_STEP_CREDENTIALS},
    {"true twice", "https://a", "true, true", CORS_STEP_NONE,
     CORS_STEP_CREDENTIALS},
    {"another origin", "https://b", "true", CORS_STEP_NO_ORIGIN,
     CORS_STEP_NO_ORIGIN},
    {"a final slash", "https://a/", "true", CORS_STEP_NO_ORIGIN,
     CORS_STEP_NO_ORIGIN},
    {"another case", "https://A", "true", CORS_STEP_NO_ORIGIN,
     CORS_STEP_NO_ORIGIN},
    {"two origins", "https://a, https://b", "true", CORS_STEP_NO_ORIGIN,
     CORS_STEP_NO_ORIGIN},
    {"a pattern", "https://*", "true", CORS_STEP_NO_ORIGIN,
     CORS_STEP_NO_ORIGIN},
    {"null", "null", "true", CORS_STEP_NO_ORIGIN, CORS_STEP_NO_ORIGIN},
    {"an empty value", "", "true", CORS_STEP_NO_ORIGIN, CORS_STEP_NO_ORIGIN},
};

START_TEST(cors_check)
{
    cors_fetch_t fetch = {.url = "https://s/", .origin = "https://a",
                          .method = "GET"};
    const cors_answer_t answer = {
        .status = 404, .allow_origin = cors_rows[_i].allow_origin,
        .allow_credentials = cors_rows[_i].allow_credentials
    };

    support_same_number(cors_rows[_i].name,
                        cors_browser_check_actual(&fetch, &answer),
                        cors_rows[_i].without);
    fetch.with_credentials = true;
    support_same_number(cors_rows[_i].name,
                        cors_browser_check_actual(&fetch, &answer),
                        cors_rows[_i].with);
}
END_TEST

/* https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7; the origin and
 * the credentials are right. */
static const struct {
    const char *name;
    const char *method, *headers;
    const char *allow_methods, *allow_headers;
    bool with_credentials;
    cors_step_t step;
    const char *what;
} preflight_rows[] = {
    {"nothing is asked", "GET", NULL, NULL, NULL, false, CORS_STEP_NONE,
     NULL},
    {"a method", "PUT", NULL, "PUT", NULL, false, CORS_STEP_NONE, NULL},
    {"among others", "PUT", NULL, "GET,PUT , X", NULL, true, CORS_STEP_NONE,
     NULL},
    {"in another case", "PUT", NULL, "put", NULL, false, CORS_STEP_METHOD,
     NULL},
    {"a part of a name", "PUT", NULL, "PUTS", NULL, false, CORS_STEP_METHOD,
     NULL},
    {"not at all", "PUT", NULL, NULL, "*", false, CORS_STEP_METHOD, NULL},
    {"any method", "PUT", NULL, "*", NULL, false, CORS_STEP_NONE, NULL},
    {"no any with credentials", "PUT", NULL, "*", NULL, true,
     CORS_STEP_METHOD, NULL},
    {"a safelisted method needs nothing", "POST", NULL, "PUT", NULL, true,
     CORS_STEP_NONE, NULL},
    {"a header", "GET", "X-A", NULL, "x-a", true, CORS_STEP_NONE, NULL},
    {"safelisted headers need nothing", "GET", "Accept,Accept-Language", NULL,
     NULL, true, CORS_STEP_NONE, NULL},
    {"a content type does", "GET", "Content-Type", NULL, NULL, false,
     CORS_STEP_HEADER, "Content-Type"},
    {"any header", "GET", "x-a", NULL, "*", false, CORS_STEP_NONE, NULL},
    {"no any header with credentials", "GET", "x-a", NULL, "*", true,
     CORS_STEP_HEADER, "x-a"},
    {"but not Authorization", "GET", "Authorization", NULL, "*", false,
     CORS_STEP_HEADER, "Authorization"},
    {"unless it is named", "GET", "Authorization", NULL, "*, authorization",
     false, CORS_STEP_NONE, NULL},
    {"the first by the alphabet", "GET", "x-c,X-B,x-a", NULL, "x-a", false,
     CORS_STEP_HEADER, "X-B"},
    {"the method comes first", "PUT", "x-a", NULL, NULL, false,
     CORS_STEP_METHOD, NULL},
};

START_TEST(preflight_check)
{
    const char *name = preflight_rows[_i].name, *what = "unset";
    const cors_fetch_t fetch = {
        .url = "https://s/", .origin = "https://a",
        .method = preflight_rows[_i].method,
        .headers = preflight_rows[_i].headers,
        .with_credentials = preflight_rows[_i].with_credentials
    };
    const cors_answer_t answer = {
        .status = 204, .allow_origin = "https://a",
        .allow_credentials = "true",
        .allow_methods = preflight_rows[_i].allow_methods,
        .allow_headers = preflight_rows[_i].allow_headers
    };

    support_same_number(name, cors_browser_check_preflight(
        &fetch, &answer, &what, pool), preflight_rows[_i].step);
    support_same_text(name, what, preflight_rows[_i].what);
}
END_TEST

static const struct {
    const char *name;
    int status;
    const char *allow_origin, *network;
    cors_step_t step;
} order_rows[] = {
    {"the origin comes first", 403, "https://b", NULL, CORS_STEP_NO_ORIGIN},
    {"then the status", 403, "https://a", NULL, CORS_STEP_STATUS},
    {"199 is not ok", 199, "https://a", "true", CORS_STEP_STATUS},
    {"300 is not ok", 300, "https://a", "true", CORS_STEP_STATUS},
    {"then the network", 200, "https://a", NULL, CORS_STEP_PRIVATE_NETWORK},
    {"then the method", 299, "https://a", "true", CORS_STEP_METHOD},
};

START_TEST(preflight_order)
{
    const cors_fetch_t fetch = {
        .url = "https://s/", .origin = "https://a", .method = "PUT",
        .headers = "x-a", .to_private_network = true
    };
    const cors_answer_t answer = {
        .status = order_rows[_i].status,
        .allow_origin = order_rows[_i].allow_origin,
        .allow_private_network = order_rows[_i].network
    };
    const char *what;

    support_same_number(order_rows[_i].name, cors_browser_check_preflight(
        &fetch, &answer, &what, pool), order_rows[_i].step);
}
END_TEST

static const support_policy_t policies[] = {
    {.allow = "https://a"},
    {.allow = "https://a", .methods = "PUT", .headers = "X-A Authorization",
     .credentials = true, .private_network = true},
    {.allow = "*", .methods = "*", .headers = "*"},
    {.allow = "*", .methods = "*", .headers = "* Authorization",
     .private_network = true},
    {.allow = "*", .deny = "https://a"},
    {.allow = "https://a", .methods = "*", .headers = "*",
     .credentials = true, .private_network = true},
    {.allow = "null", .lifted = CORS_HAZARD_NULL, .headers = "X-B"},
    {.allow = "https://a *", .credentials = true},
    {.allow = "~https?://[ab]", .credentials = true, .methods = "*"},
};

static const char *const origins[] = {
    "https://a", "http://a", "https://c", "null"
};
static const char *const methods[] = {"GET", "POST", "PUT", "put"};
static const char *const headers[] = {
    NULL, "accept", "content-type", "x-a", "x-a,x-b", "authorization",
    "authorization,x-a"
};

enum { REQUESTS = ROWS(origins) * ROWS(methods) * ROWS(headers) * 2 };

static void fill(cors_answer_t *answer, const cors_verdict_t *verdict)
{
    for (int i = 0; i < verdict->n_headers; i++) {
        const char *name = verdict->headers[i].name;
        const char *value = verdict->headers[i].value;

        if (strcmp(name, "Access-Control-Allow-Origin") == 0) {
            answer->allow_origin = value;
        }
        else if (strcmp(name, "Access-Control-Allow-Credentials") == 0) {
            answer->allow_credentials = value;
        }
        else if (strcmp(name, "Access-Control-Allow-Private-Network") == 0) {
            answer->allow_private_network = value;
        }
        else if (strcmp(name, "Access-Control-Allow-Methods") == 0) {
            answer->allow_methods = value;
        }
        else if (strcmp(name, "Access-Control-Allow-Headers") == 0) {
            answer->allow_headers = value;
        }
    }
}

static cors_fetch_t request_of(int n)
{
    cors_fetch_t fetch = {.url = "https://s/"};

    fetch.origin = origins[n % ROWS(origins)];
    n /= ROWS(origins);
    fetch.method = methods[n % ROWS(methods)];
    n /= ROWS(methods);
    fetch.headers = headers[n % ROWS(headers)];
    fetch.to_private_network = n / ROWS(headers) != 0;
    return fetch;
}

/* Both answers; what the browser makes of them is what was decided. */
static void compare(const char *name, const cors_policy_t *policy,
                    const cors_fetch_t *fetch)
{
    const cors_facts_t asks = {
        .origin = fetch->origin, .is_options = true,
        .request_method = fetch->method, .request_headers = fetch->headers,
        .asks_private_network = fetch->to_private_network
    };
    const cors_facts_t facts = {.origin = fetch->origin};
    cors_answer_t answer = {.status = 204};
    cors_verdict_t verdict;
    const char *what;

    cors_decide(&verdict, policy, &asks);
    fill(&answer, &verdict);
    support_same_number(name, cors_browser_check_preflight(
        fetch, &answer, &what, pool) == CORS_STEP_NONE, verdict.is_allowed);
    answer = (cors_answer_t){.status = 200};
    cors_decide(&verdict, policy, &facts);
    fill(&answer, &verdict);
    support_same_number(name, cors_browser_check_actual(fetch, &answer)
                        == CORS_STEP_NONE, verdict.is_allowed);
}

/* With what the policy has of credentials, and without; CorsDebug changes what
 * is said, not what is allowed. */
START_TEST(agrees_with_decide)
{
    cors_policy_t *policy = support_policy(&policies[_i]);

    for (int n = 0; n < REQUESTS * 4; n++) {
        cors_fetch_t fetch = request_of(n % REQUESTS);

        policy->debug.value = n / REQUESTS % 2 ? CORS_ON : CORS_OFF;
        fetch.with_credentials = n / REQUESTS / 2 && policies[_i].credentials;
        compare(apr_psprintf(pool, "%s from %s, headers %s, network %d, "
                             "debug %d, credentials %d", fetch.method,
                             fetch.origin,
                             fetch.headers ? fetch.headers : "(none)",
                             fetch.to_private_network, policy->debug.value,
                             fetch.with_credentials), policy, &fetch);
    }
}
END_TEST

static const struct {
    const char *name;
    const char *reads, *exposed;
    bool with_credentials;
    const char *hidden;
} hidden_rows[] = {
    {"nothing is read", NULL, NULL, false, NULL},
    {"no names", " ,, ", NULL, false, NULL},
    {"what every script may see", "Cache-Control,content-language, "
     "Content-Length,Content-Type,EXPIRES,Last-Modified,pragma", NULL, false,
     NULL},
    {"none is exposed", "x-a", NULL, false, "x-a"},
    {"exposed, in whatever case", "X-a", "x-A", false, NULL},
    {"one of two", "x-a, x-b", "X-A", false, "x-b"},
    {"two of three, in order", "x-c,x-a,x-b", "X-A", false, "x-c, x-b"},
    {"one name twice", "x-a,X-A", NULL, false, "x-a"},
    {"a name that begins alike", "x-ab", "x-a", false, "x-ab"},
    {"all are exposed", "x-a,authorization", "*", false, NULL},
    {"a star and cookies", "x-a", "*", true, "x-a"},
    {"a cookie", "set-cookie", "*", false, "set-cookie"},
    {"another cookie", "Set-Cookie2", "x-a", false, "Set-Cookie2"},
};

START_TEST(hidden)
{
    const cors_fetch_t fetch = {
        .reads = hidden_rows[_i].reads,
        .with_credentials = hidden_rows[_i].with_credentials
    };

    support_same_text(hidden_rows[_i].name, cors_browser_hidden(
        &fetch, hidden_rows[_i].exposed, pool), hidden_rows[_i].hidden);
}
END_TEST

Suite *cors_suite_browser(void)
{
    Suite *suite = suite_create("browser");
    TCase *tests = support_case(suite, "browser");

    tcase_add_loop_test(tests, asks_first, 0, ROWS(first_rows));
    tcase_add_loop_test(tests, cors_check, 0, ROWS(cors_rows));
    tcase_add_loop_test(tests, preflight_check, 0, ROWS(preflight_rows));
    tcase_add_loop_test(tests, preflight_order, 0, ROWS(order_rows));
    tcase_add_loop_test(tests, hidden, 0, ROWS(hidden_rows));
    tcase_add_loop_test(tests, agrees_with_decide, 0, ROWS(policies));
    return suite;
}
