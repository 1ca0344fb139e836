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
bool cors_policy_is_on(const cors_policy_t *policy);

/*
 * Does the policy say nothing at all: no source, and no CorsEngine Off? Then
 * that of another URL may speak in its place.
 */
bool cors_policy_is_silent(const cors_policy_t *policy);

/* Is the policy to be watched only: decided and logged, never applied? */
bool cors_policy_is_report_only(const cors_policy_t *policy);

bool cors_policy_has_credentials(const cors_policy_t *policy);

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
bool cors_policy_allows_any(const cors_policy_t *policy);

/*
 * May the answer to an actual request differ from origin to origin, given what
 * cors_policy_allows_any said?
 */
bool cors_policy_depends_on_origin(const cors_policy_t *policy,
                                   bool allows_any);

/* Does the policy refuse actual requests from origins that it denies? */
bool cors_policy_rejects(const cors_policy_t *policy);

/* Are preflights answered by the policy, and not by a handler or backend? */
bool cors_policy_answers_preflights(const cors_policy_t *policy);

/* Do failed preflights say how far they came? */
bool cors_policy_debugs(const cors_policy_t *policy);

/* The status of an allowed preflight. */
int cors_policy_preflight_status(const cors_policy_t *policy);

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
