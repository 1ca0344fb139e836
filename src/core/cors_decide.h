/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_decide: what a policy says to a request.
 *
 * Pure: no clock, no memory, no log, no failure. The same policy and facts
 * always give the same verdict, which points into both and owns nothing.
 */
#ifndef CORS_DECIDE_H
#define CORS_DECIDE_H

#include <stdbool.h>

#include "cors_acrh.h"
#include "cors_policy.h"
#include "cors_reason.h"

/* What the request says; NULL for a header that it does not have. */
typedef struct cors_facts_t {
    const char *origin;
    bool is_options;
    bool asks_private_network;    /* Access-Control-Request-Private-Network */
    const char *request_method;   /* Access-Control-Request-Method */
    const char *request_headers;  /* Access-Control-Request-Headers */
    const char *fetch_site;       /* Sec-Fetch-Site */
    const char *own_scheme;       /* this server, as the client addressed it */
    const char *own_host;         /* any case; IPv6 with or without brackets */
    int own_port;                 /* 0: the scheme's default */
} cors_facts_t;

typedef enum cors_kind_t {
    CORS_KIND_NONE,         /* no Origin: not a CORS request */
    CORS_KIND_PREFLIGHT,
    CORS_KIND_ACTUAL,
    CORS_KIND_SAME_ORIGIN
} cors_kind_t;

typedef struct cors_header_t {
    const char *name;
    const char *value;
} cors_header_t;

/* Origin, methods, headers, max age, credentials, private network, exposed
 * headers, timing: the most that any kind of response gets is six. */
enum { CORS_HEADERS_MAX = 8 };

typedef struct cors_verdict_t {
    cors_kind_t kind;
    bool is_allowed;          /* of a CORS request */
    cors_reason_t reason;     /* why not */
    const cors_place_t *at;   /* the directive that decided; NULL: a default.
                                 May be the match's: do not copy a verdict,
                                 which points into itself */
    cors_slice_t refused;     /* of the request: what was not allowed */
    const char *vary;         /* to be merged into Vary; NULL for nothing */
    bool allows_any;          /* are unknown origins, and none, sent "*"? */
    const cors_policy_t *policy;  /* what holds for this origin: the one asked,
                                     or ruled */
    int n_headers;
    cors_match_t match;       /* what allowed or denied the origin */
    cors_header_t headers[CORS_HEADERS_MAX];  /* to be sent */
    cors_policy_t ruled;      /* a <CorsOrigin> over the policy asked, if one
                                 holds for the origin */
} cors_verdict_t;

/* The slug of CORS_REQUEST: "preflight", ...; NULL for CORS_KIND_NONE. */
const char *cors_kind_slug(cors_kind_t kind);

/*
 * Does this have the shape of a preflight (Fetch standard, section 3.2.2):
 * OPTIONS with Origin and Access-Control-Request-Method?
 */
bool cors_is_preflight(const cors_facts_t *facts);

/*
 * Is the Origin this server's own, as the client addressed it, or does the
 * browser say so? False without an Origin. (src/core/cors_same_origin.c)
 */
bool cors_is_same_origin(const cors_facts_t *facts);

/* Does a <CorsOrigin> section hold for this origin? */
bool cors_verdict_is_ruled(const cors_verdict_t *verdict);

/* Decide, for a policy that is on. *verdict need not be initialized. */
void cors_decide(cors_verdict_t *verdict, const cors_policy_t *policy,
                 const cors_facts_t *facts);

/*
 * The same in two steps, for who would rather not look up what facts say of
 * this server (own_*) unless it matters: first without, then, where the verdict
 * is about the origin, with it.
 */
void cors_decide_at_first(cors_verdict_t *verdict, const cors_policy_t *policy,
                          const cors_facts_t *facts);
bool cors_verdict_is_about_origin(const cors_verdict_t *verdict);
void cors_decide_by_own_origin(cors_verdict_t *verdict,
                               const cors_policy_t *policy,
                               const cors_facts_t *facts);

#endif
