/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_browser.h"

#include <string.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "cors_names.h"

/* https://fetch.spec.whatwg.org/#cors-safelisted-method */
static bool is_safelisted_method(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0
        || strcmp(method, "POST") == 0;
}

/* https://fetch.spec.whatwg.org/#cors-safelisted-request-header */
static bool is_safelisted_name(const char *name)
{
    return apr_cstr_casecmp(name, "accept") == 0
        || apr_cstr_casecmp(name, "accept-language") == 0
        || apr_cstr_casecmp(name, "content-language") == 0;
}

/* The next name of a list with commas, from p; NULL at the end. */
static char *next_name(const char **list, apr_pool_t *p)
{
    const char *name, *end;

    if (*list == NULL) {
        return NULL;
    }
    name = *list + strspn(*list, ", \t");
    end = name + strcspn(name, ", \t");
    *list = end;
    return end > name ? apr_pstrmemdup(p, name, (apr_size_t)(end - name))
                      : NULL;
}

/* Does the list have the name, or "*", which counts without credentials only
 * and never for Authorization? */
static bool covers(const char *list, const char *name, bool any_case,
                   bool with_credentials, apr_pool_t *p)
{
    const char *item;

    while ((item = next_name(&list, p)) != NULL) {
        if ((any_case ? apr_cstr_casecmp(item, name)
                      : strcmp(item, name)) == 0) {
            return true;
        }
        if (strcmp(item, "*") == 0 && !with_credentials
            && !(any_case && apr_cstr_casecmp(name, "authorization") == 0)) {
            return true;
        }
    }
    return false;
}

bool cors_browser_asks_first(const cors_fetch_t *fetch)
{
    const char *at = fetch->headers;

    if (!is_safelisted_method(fetch->method) || fetch->to_private_network) {
        return true;
    }
    while (at != NULL && *(at += strspn(at, ", \t")) != '\0') {
        char name[32];
        const size_t len = strcspn(at, ", \t");

        apr_cpystrn(name, at, len < sizeof name ? len + 1 : sizeof name);
        if (len >= sizeof name || !is_safelisted_name(name)) {
            return true;
        }
        at += len;
    }
    return false;
}

/* https://fetch.spec.whatwg.org/#concept-cors-check */
cors_step_t cors_browser_check_actual(const cors_fetch_t *fetch,
                                      const cors_answer_t *answer)
{
    const bool is_any = answer->allow_origin != NULL
                     && strcmp(answer->allow_origin, "*") == 0;

    if (answer->allow_origin == NULL) {
        return CORS_STEP_NO_ORIGIN;
    }
    if (!fetch->with_credentials) {
        return is_any || strcmp(answer->allow_origin, fetch->origin) == 0
             ? CORS_STEP_NONE : CORS_STEP_NO_ORIGIN;
    }
    if (is_any) {
        return CORS_STEP_WILDCARD;
    }
    if (strcmp(answer->allow_origin, fetch->origin) != 0) {
        return CORS_STEP_NO_ORIGIN;
    }
    return answer->allow_credentials != NULL
        && strcmp(answer->allow_credentials, "true") == 0
         ? CORS_STEP_NONE : CORS_STEP_CREDENTIALS;
}

/*
 * https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7. Browsers sort
 * the names, and stop at the first.
 */
cors_step_t cors_browser_check_preflight(const cors_fetch_t *fetch,
                                         const cors_answer_t *answer,
                                         const char **what, apr_pool_t *p)
{
    const char *names = fetch->headers, *name;
    cors_step_t step = cors_browser_check_actual(fetch, answer);

    *what = NULL;
    if (step != CORS_STEP_NONE) {
        return step;
    }
    if (answer->status < 200 || answer->status > 299) {
        return CORS_STEP_STATUS;
    }
    if (fetch->to_private_network
        && (answer->allow_private_network == NULL
            || strcmp(answer->allow_private_network, "true") != 0)) {
        return CORS_STEP_PRIVATE_NETWORK;
    }
    if (!is_safelisted_method(fetch->method)
        && !covers(answer->allow_methods, fetch->method, false,
                   fetch->with_credentials, p)) {
        return CORS_STEP_METHOD;
    }
    while ((name = next_name(&names, p)) != NULL) {
        if (!is_safelisted_name(name)
            && !covers(answer->allow_headers, name, true,
                       fetch->with_credentials, p)
            && (*what == NULL || apr_cstr_casecmp(name, *what) < 0)) {
            *what = name;
        }
    }
    return *what != NULL ? CORS_STEP_HEADER : CORS_STEP_NONE;
}

/* https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name */
static bool is_always_shown(const char *name)
{
    static const char *const names[] = {
        "cache-control", "content-language", "content-length", "content-type",
        "expires", "last-modified", "pragma"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (apr_cstr_casecmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A list that is the policy's own: "*", or names. */
const char *cors_browser_hidden(const cors_fetch_t *fetch,
                                const char *exposed, apr_pool_t *p)
{
    const bool shows_all = exposed != NULL && strcmp(exposed, "*") == 0
                        && !fetch->with_credentials;
    const char *names = fetch->reads, *hidden = NULL, *name;

    while ((name = next_name(&names, p)) != NULL) {
        const bool is_forbidden = cors_name_check_response_header(name)
                               == CORS_NAME_FORBIDDEN_RESPONSE_HEADER;

        if ((shows_all && !is_forbidden) || is_always_shown(name)
            || covers(exposed, name, true, true, p)
            || covers(hidden, name, true, true, p)) {
            continue;
        }
        hidden = hidden == NULL ? name
                                : apr_pstrcat(p, hidden, ", ", name, NULL);
    }
    return hidden;
}
