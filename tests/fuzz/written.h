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
 *     R PATTERN ..., Z         <CorsOrigin PATTERN ...>, and its end: of the
 *                              lines above M, H, E, C, c (Off), P, T and X
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

/* What is found out about the policy, or about one of its rules: -1 is what the
 * policy around it says. */
typedef struct written_rule_t {
    const char *allow[WRITTEN_MAX];
    int n_allow;
    int has_credentials, exposes_any;
} written_rule_t;

typedef struct written_t {
    cors_policy_t policy;
    cors_sources_t *sources;
    cors_set_t *denied;
    written_rule_t own, rules[WRITTEN_MAX];
    const char *deny[WRITTEN_MAX], *regex[WRITTEN_MAX];
    const char *origins[WRITTEN_MAX];
    int n_rules, n_deny, n_regex, n_origins;
    cors_facts_t facts;         /* but for the origin */
    cors_policy_t *in_section;  /* while it is read: the rule, or NULL */
} written_t;

/* False where nothing is allowed: there is no policy that is on. */
bool written_read(written_t *written, const char *bytes, size_t len);

/* Is the origin, which may be anything, one that the policy means to allow? */
bool written_allows(const written_t *written, const char *origin);

/* May what holds for the origin (NULL: for those without) be applied? True for
 * an expression or a public suffix that only the core can judge. */
bool written_is_safe(const written_t *written, const char *origin);

/* Is it one that sends "*" to everybody, whoever asks? */
bool written_is_for_everybody(const written_t *written);

/* Are credentials allowed to the origin? */
bool written_has_credentials(const written_t *written, const char *origin);

/* With credentials, is TLS missing from the origin and not forgiven? */
bool written_lacks_tls(const written_t *written, const char *origin);

#endif
