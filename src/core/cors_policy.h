/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_policy: what the directives in effect for a URL say.
 *
 * A zeroed policy has nothing set. Each directive merges on its own and the
 * origin sources as one group; merging picks pointers and happens in requests.
 * What a value means when it is unset is answered here and nowhere else.
 */
#ifndef CORS_POLICY_H
#define CORS_POLICY_H

#include <stdbool.h>

#include "cors_list.h"
#include "cors_place.h"
#include "cors_set.h"
#include "cors_source.h"

/* A directive with one value; unset where at is NULL. */
typedef struct cors_setting_t {
    const cors_place_t *at;
    int value;         /* a number, a flag, or one of the enums below */
    const char *text;  /* the header value, where the setting becomes one */
} cors_setting_t;

enum { CORS_OFF = 0, CORS_ON = 1 };
enum { CORS_REPORT_ONLY = 2 };  /* of the engine, beside On and Off */
enum { CORS_DISALLOWED_IGNORE = 0, CORS_DISALLOWED_REJECT = 1 };
enum { CORS_PREFLIGHT_ANSWER = 0, CORS_PREFLIGHT_PASS_THROUGH = 1 };
enum { CORS_UPSTREAM_REPLACE = 0, CORS_UPSTREAM_KEEP = 1 };

/* CorsMaxAge: seconds, or no header at all. */
enum { CORS_MAX_AGE_OFF = -1, CORS_MAX_AGE_LIMIT = 86400 };

enum {
    CORS_PREFLIGHT_STATUS_MIN = 200,
    CORS_PREFLIGHT_STATUS_MAX = 299,
    CORS_PREFLIGHT_STATUS_DEFAULT = 204
};

/* Joins the hazards of cors_hazard.h: "*" exposed along with credentials. */
enum { CORS_HAZARD_EXPOSE_ANY = 1 << 8 };

typedef struct cors_policy_t {
    cors_setting_t engine;
    cors_setting_t credentials;
    cors_setting_t max_age;
    cors_setting_t private_network;
    cors_setting_t timing;
    cors_setting_t disallowed;
    cors_setting_t preflight;
    cors_setting_t preflight_status;
    cors_setting_t upstream;
    cors_setting_t lifted;           /* CORS_HAZARD_* that are tolerated */
    cors_setting_t debug;
    const cors_sources_t *sources;
    const cors_set_t *denied;
    const cors_list_t *methods;
    const cors_list_t *headers;
    const cors_list_t *exposed;
} cors_policy_t;

/* base with what add sets on top. merged may be neither of them. */
void cors_policy_merge(cors_policy_t *merged, const cors_policy_t *base,
                       const cors_policy_t *add);

/* Is CORS on: is there a source, and is the engine not off? */
static inline bool cors_policy_is_on(const cors_policy_t *policy)
{
    return policy->sources != NULL
        && (policy->engine.at == NULL || policy->engine.value != CORS_OFF);
}

/*
 * Does the policy say nothing at all: no source, and no CorsEngine Off? Then
 * that of another URL may speak in its place.
 */
static inline bool cors_policy_is_silent(const cors_policy_t *policy)
{
    return policy->sources == NULL
        && (policy->engine.at == NULL || policy->engine.value != CORS_OFF);
}

/* Is the policy to be watched only: decided and logged, never applied? */
static inline bool cors_policy_is_report_only(const cors_policy_t *policy)
{
    return policy->engine.value == CORS_REPORT_ONLY;
}

static inline bool cors_policy_has_credentials(const cors_policy_t *policy)
{
    return policy->credentials.value == CORS_ON;
}

/*
 * The hazards (CORS_HAZARD_*) that make this policy unsafe as a whole, after
 * what CorsDangerouslyAllow lifts; 0 for a policy that may be applied.
 */
unsigned cors_policy_hazards(const cors_policy_t *policy);

/* The hazards that no source of this policy may have. */
unsigned cors_policy_forbidden(const cors_policy_t *policy);

/*
 * Does the policy send "*" to everybody? Not with credentials, with which
 * browsers refuse it. A list may be replaced at any time: who needs the answer
 * twice asks once.
 */
static inline bool cors_policy_allows_any(const cors_policy_t *policy)
{
    return (cors_sources_hazards(policy->sources) & CORS_HAZARD_ANY) != 0
        && !cors_policy_has_credentials(policy);
}

/*
 * May the answer to an actual request differ from origin to origin, given what
 * cors_policy_allows_any said?
 */
static inline bool cors_policy_depends_on_origin(const cors_policy_t *policy,
                                                 bool allows_any)
{
    return policy->denied != NULL || policy->sources->rules != NULL
        || !allows_any;
}

/* Does the policy refuse actual requests from origins that it denies? */
static inline bool cors_policy_rejects(const cors_policy_t *policy)
{
    return policy->disallowed.value == CORS_DISALLOWED_REJECT
        && !cors_policy_is_report_only(policy);
}

/* Are preflights answered by the policy, and not by a handler or backend? */
static inline bool cors_policy_answers_preflights(const cors_policy_t *policy)
{
    return policy->preflight.value == CORS_PREFLIGHT_ANSWER
        && !cors_policy_is_report_only(policy);
}

/* Do failed preflights say how far they came? */
static inline bool cors_policy_debugs(const cors_policy_t *policy)
{
    return policy->debug.value == CORS_ON;
}

/* The status of an allowed preflight. */
static inline int cors_policy_preflight_status(const cors_policy_t *policy)
{
    return policy->preflight_status.at ? policy->preflight_status.value
                                       : CORS_PREFLIGHT_STATUS_DEFAULT;
}

/* The Access-Control-Max-Age header's value; NULL where none is sent. */
const char *cors_policy_max_age(const cors_policy_t *policy);

/* The lists in effect, defaults where nothing is set; exposed may be NULL. */
const cors_list_t *cors_policy_methods(const cors_policy_t *policy);
const cors_list_t *cors_policy_headers(const cors_policy_t *policy);

/*
 * Make the default lists. Call once, before threads start; they live in p,
 * and so may no policy outlive it.
 */
void cors_policy_init(apr_pool_t *p);

#endif
