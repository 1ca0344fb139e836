/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The browsers' wording, see cors_browser.h. In a template, %u is the URL, %o
 * the origin, %m the method, %h a header's name in lower case, %n as the script
 * wrote it, %s the status and %c the value of Access-Control-Allow-Credentials.
 */
#include "cors_browser.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

typedef struct wording_t {
    const char *preflight;
    const char *actual;
} wording_t;

#define CHROME "Access to fetch at '%u' from origin '%o' has been blocked by " \
    "CORS policy: "
#define CHROME_PREFLIGHT CHROME "Response to preflight request doesn't pass "  \
    "access control check: "
#define CHROME_NO_ORIGIN "No 'Access-Control-Allow-Origin' header is present " \
    "on the requested resource."
#define CHROME_WILDCARD "The value of the 'Access-Control-Allow-Origin' "      \
    "header in the response must not be the wildcard '*' when the request's "  \
    "credentials mode is 'include'."
#define CHROME_CREDENTIALS "The value of the "                                 \
    "'Access-Control-Allow-Credentials' header in the response is '%c' which " \
    "must be 'true' when the request's credentials mode is 'include'."

#define FIREFOX(reason) "Cross-Origin Request Blocked: The Same Origin "       \
    "Policy disallows reading the remote resource at %u. (Reason: " reason ")."
#define FIREFOX_STATUS(reason) FIREFOX(reason) " Status code: %s."
#define FIREFOX_CREDENTIALS "expected \xe2\x80\x98true\xe2\x80\x99 in CORS "   \
    "header \xe2\x80\x98" "Access-Control-Allow-Credentials\xe2\x80\x99"
#define FIREFOX_WILDCARD "Credential is not supported if the CORS header "     \
    "\xe2\x80\x98" "Access-Control-Allow-Origin\xe2\x80\x99 is "               \
    "\xe2\x80\x98*\xe2\x80\x99"

#define SAFARI_NO_ORIGIN "Origin %o is not allowed by "                        \
    "Access-Control-Allow-Origin. Status code: %s"
#define SAFARI_WILDCARD "Cannot use wildcard in Access-Control-Allow-Origin "  \
    "when credentials flag is true."
#define SAFARI_CREDENTIALS "Credentials flag is true, but "                    \
    "Access-Control-Allow-Credentials is not \"true\"."

static const wording_t wordings[CORS_CONSOLES][CORS_STEPS] = {
    [CORS_CONSOLE_CHROME] = {
        [CORS_STEP_NO_ORIGIN] = {CHROME_PREFLIGHT CHROME_NO_ORIGIN,
                                 CHROME CHROME_NO_ORIGIN},
        [CORS_STEP_WILDCARD] = {CHROME_PREFLIGHT CHROME_WILDCARD,
                                CHROME CHROME_WILDCARD},
        [CORS_STEP_CREDENTIALS] = {CHROME_PREFLIGHT CHROME_CREDENTIALS,
                                   CHROME CHROME_CREDENTIALS},
        [CORS_STEP_STATUS] = {
            CHROME_PREFLIGHT "It does not have HTTP ok status.", NULL},
        [CORS_STEP_PRIVATE_NETWORK] = {
            CHROME_PREFLIGHT "No 'Access-Control-Allow-Private-Network' "
            "header was present in the preflight response for this private "
            "network request targeting the `private` address space.", NULL},
        [CORS_STEP_METHOD] = {
            CHROME "Method %m is not allowed by Access-Control-Allow-Methods "
            "in preflight response.", NULL},
        [CORS_STEP_HEADER] = {
            CHROME "Request header field %h is not allowed by "
            "Access-Control-Allow-Headers in preflight response.", NULL},
    },
    [CORS_CONSOLE_FIREFOX] = {
        [CORS_STEP_NO_ORIGIN] = {
            FIREFOX_STATUS("CORS header \xe2\x80\x98"
                           "Access-Control-Allow-Origin\xe2\x80\x99 missing"),
            FIREFOX_STATUS("CORS header \xe2\x80\x98"
                           "Access-Control-Allow-Origin\xe2\x80\x99 missing")},
        [CORS_STEP_WILDCARD] = {FIREFOX(FIREFOX_WILDCARD),
                                FIREFOX(FIREFOX_WILDCARD)},
        [CORS_STEP_CREDENTIALS] = {FIREFOX(FIREFOX_CREDENTIALS),
                                   FIREFOX(FIREFOX_CREDENTIALS)},
        [CORS_STEP_STATUS] = {
            FIREFOX_STATUS("CORS preflight response did not succeed"), NULL},
        [CORS_STEP_PRIVATE_NETWORK] = {NULL, NULL},
        [CORS_STEP_METHOD] = {
            FIREFOX("Did not find method in CORS header \xe2\x80\x98"
                    "Access-Control-Allow-Methods\xe2\x80\x99"), NULL},
        [CORS_STEP_HEADER] = {
            FIREFOX("header \xe2\x80\x98%h\xe2\x80\x99 is not allowed "
                    "according to header \xe2\x80\x98"
                    "Access-Control-Allow-Headers\xe2\x80\x99 from CORS "
                    "preflight response"), NULL},
    },
    [CORS_CONSOLE_SAFARI] = {
        [CORS_STEP_NO_ORIGIN] = {
            "Preflight response is not successful. Status code: %s",
            SAFARI_NO_ORIGIN},
        [CORS_STEP_WILDCARD] = {SAFARI_WILDCARD, SAFARI_WILDCARD},
        [CORS_STEP_CREDENTIALS] = {SAFARI_CREDENTIALS, SAFARI_CREDENTIALS},
        [CORS_STEP_STATUS] = {
            "Preflight response is not successful. Status code: %s", NULL},
        [CORS_STEP_PRIVATE_NETWORK] = {NULL, NULL},
        [CORS_STEP_METHOD] = {
            "Method %m is not allowed by Access-Control-Allow-Methods.", NULL},
        [CORS_STEP_HEADER] = {
            "Request header field %n is not allowed by "
            "Access-Control-Allow-Headers.", NULL},
    },
};

const char *cors_console_slug(cors_console_t console)
{
    static const char *const slugs[CORS_CONSOLES] = {
        [CORS_CONSOLE_CHROME] = "chrome",
        [CORS_CONSOLE_FIREFOX] = "firefox",
        [CORS_CONSOLE_SAFARI] = "safari",
    };

    return slugs[console];
}

static const char *lower(const char *name, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, name);

    for (char *c = copy; *c != '\0'; c++) {
        *c = (char)apr_tolower(*c);
    }
    return copy;
}

/* A response whose status nobody knows is taken to be a good one. */
static const char *value_of(char key, const cors_fetch_t *fetch,
                            const cors_answer_t *answer, const char *what,
                            apr_pool_t *p)
{
    switch (key) {
    case 'u': return fetch->url;
    case 'o': return fetch->origin;
    case 'm': return fetch->method;
    case 'h': return what != NULL ? lower(what, p) : "";
    case 'n': return what != NULL ? what : "";
    case 's': return apr_itoa(p, answer->status != 0 ? answer->status : 200);
    default:
        return answer->allow_credentials != NULL ? answer->allow_credentials
                                                 : "";
    }
}

/* Safari looks at a preflight's status first, and then as at any response. */
static bool is_late(cors_console_t console, cors_step_t step,
                    const cors_answer_t *answer)
{
    return console == CORS_CONSOLE_SAFARI && step == CORS_STEP_NO_ORIGIN
        && answer->status >= 200 && answer->status <= 299;
}

const char *cors_console_text(cors_console_t console, cors_step_t step,
                              bool is_preflight, const cors_fetch_t *fetch,
                              const cors_answer_t *answer, const char *what,
                              apr_pool_t *p)
{
    const wording_t *wording = &wordings[console][step];
    const char *at = is_preflight && !is_late(console, step, answer)
                   ? wording->preflight : wording->actual;
    const char *text = "";

    if (at == NULL) {
        return NULL;
    }
    for (const char *key; (key = strchr(at, '%')) != NULL; at = key + 2) {
        text = apr_pstrcat(p, text,
                           apr_pstrmemdup(p, at, (apr_size_t)(key - at)),
                           value_of(key[1], fetch, answer, what, p), NULL);
    }
    return apr_pstrcat(p, text, at, NULL);
}
