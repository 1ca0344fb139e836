/* SPDX-License-Identifier: Apache-2.0 */
/*
 * written: a policy and requests from the lines of an input, and what the
 * manual says about them, found out without src/core (naive.h).
 *
 *     a PATTERN   d PATTERN    CorsAllowOrigin, CorsDenyOrigin
 *     r REGEX                  CorsAllowOriginRegex
 *     M, H, E NAME ...         CorsAllowMethods, -Headers, CorsExposeHeaders
 *     C, P, T, D               credentials, private network, timing, debug
 *     L DIGIT                  CorsDangerouslyAllow, as bits
 *     X SECONDS                CorsMaxAge; nothing for Off
 *     o ORIGIN                 a request; as many as there are
 *     m METHOD, h NAMES, n     and what it asks for, as a preflight
 *     s SITE                   Sec-Fetch-Site
 *     w SCHEME HOST PORT       who the server is
 *
 * What configtest would refuse line by line is left out; what it would refuse
 * as a whole is not, for sections may come together in a request.
 */
#ifndef CORS_FUZZ_WRITTEN_H
#define CORS_FUZZ_WRITTEN_H

#include "cors_decide.h"

enum { WRITTEN_MAX = 16 };

typedef struct written_t {
    cors_policy_t policy;
    cors_sources_t *sources;
    cors_set_t *denied;
    const char *allow[WRITTEN_MAX], *deny[WRITTEN_MAX], *regex[WRITTEN_MAX];
    const char *origins[WRITTEN_MAX];
    int n_allow, n_deny, n_regex, n_origins;
    bool exposes_any;
    cors_facts_t facts;  /* but for the origin */
} written_t;

/* False where nothing is allowed: there is no policy that is on. */
bool written_read(written_t *written, const char *bytes, size_t len);

/* Is the origin, which may be anything, one that the policy means to allow? */
bool written_allows(const written_t *written, const char *origin);

/* May the policy be applied? True for an expression or a public suffix that
 * only the core can judge. */
bool written_is_safe(const written_t *written);

/* Is it one that sends "*" to everybody, whoever asks? */
bool written_is_for_everybody(const written_t *written);

/* With credentials, is TLS missing from the origin and not forgiven? */
bool written_lacks_tls(const written_t *written, const char *origin);

#endif
