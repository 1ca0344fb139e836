/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_hazard: what is not safe in every policy, as bits of a mask.
 *
 * A set knows the hazards of its members, a policy those that it cannot have
 * (cors_policy_hazards), so that the two are compared at no cost.
 */
#ifndef CORS_HAZARD_H
#define CORS_HAZARD_H

#include "cors_pattern.h"

enum {
    CORS_HAZARD_ANY = 1 << 0,            /* the pattern * */
    CORS_HAZARD_NULL = 1 << 1,           /* the pattern null */
    CORS_HAZARD_INSECURE = 1 << 2,       /* no TLS and no loopback */
    CORS_HAZARD_PUBLIC_SUFFIX = 1 << 3,  /* *. on a public suffix */
    CORS_HAZARD_REGEX_ARBITRARY = 1 << 4, /* a regex that allows anything */
    CORS_HAZARDS = 5                     /* how many */
};

/* The hazards of a pattern by itself. */
unsigned cors_hazards_of_pattern(const cors_pattern_t *pattern);

#endif
