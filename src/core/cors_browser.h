/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_browser: what browsers make of a server's answers, and what they write
 * to their console.
 *
 * The steps are those of the Fetch standard's CORS check and CORS-preflight
 * fetch, in its order. The wording is the browsers' own, as of Chromium 156,
 * Firefox 115 and Safari 17; it changes now and then. That of private networks
 * is Chromium's up to 141: later ones ask the visitor, not the server.
 */
#ifndef CORS_BROWSER_H
#define CORS_BROWSER_H

#include <stdbool.h>

#include <apr_pools.h>

/* Where a browser stops. */
typedef enum cors_step_t {
    CORS_STEP_NONE,                  /* it does not: the script may read */
    CORS_STEP_NO_ORIGIN,             /* no Access-Control-Allow-Origin */
    CORS_STEP_WILDCARD,              /* "*", but credentials are sent */
    CORS_STEP_CREDENTIALS,           /* no Access-Control-Allow-Credentials */
    CORS_STEP_STATUS,                /* a preflight's status is not ok */
    CORS_STEP_PRIVATE_NETWORK,
    CORS_STEP_METHOD,
    CORS_STEP_HEADER,
    CORS_STEPS                       /* how many */
} cors_step_t;

typedef enum cors_console_t {
    CORS_CONSOLE_CHROME,
    CORS_CONSOLE_FIREFOX,
    CORS_CONSOLE_SAFARI,
    CORS_CONSOLES  /* how many */
} cors_console_t;

/* One answer, by the headers that matter; NULL for one that is not there. */
typedef struct cors_answer_t {
    int status;
    const char *allow_origin;
    const char *allow_credentials;
    const char *allow_private_network;
    const char *allow_methods;
    const char *allow_headers;
    const char *expose_headers;
} cors_answer_t;

/* What the page asks for. */
typedef struct cors_fetch_t {
    const char *url, *origin, *method;
    const char *headers;          /* names, joined by commas; NULL for none */
    const char *reads;            /* of the response's headers; the same */
    bool with_credentials;
    bool to_private_network;
} cors_fetch_t;

/*
 * Does a browser send a preflight first? By the names only: what values make
 * the CORS-safelisted headers unsafe is not known here, so that Content-Type is
 * taken to have one (application/json, say).
 */
bool cors_browser_asks_first(const cors_fetch_t *fetch);

/* Where a browser stops with this answer to a preflight. */
cors_step_t cors_browser_check_preflight(const cors_fetch_t *fetch,
                                         const cors_answer_t *answer,
                                         const char **what, apr_pool_t *p);

/* Where it stops with this answer to the request itself. */
cors_step_t cors_browser_check_actual(const cors_fetch_t *fetch,
                                      const cors_answer_t *answer);

/*
 * Of the headers that the script would read, those that browsers hide from it,
 * joined by ", ", from p; NULL for none. exposed: the response's
 * Access-Control-Expose-Headers, or NULL.
 */
const char *cors_browser_hidden(const cors_fetch_t *fetch,
                                const char *exposed, apr_pool_t *p);

/* "chrome", ... */
const char *cors_console_slug(cors_console_t console);

/*
 * What this browser writes to its console, from p, where fetch() is what asked;
 * of other ways to ask the first words differ. what: the header name for
 * CORS_STEP_HEADER. NULL for CORS_STEP_NONE, which it says nothing about.
 */
const char *cors_console_text(cors_console_t console, cors_step_t step,
                              bool is_preflight, const cors_fetch_t *fetch,
                              const cors_answer_t *answer, const char *what,
                              apr_pool_t *p);

#endif
