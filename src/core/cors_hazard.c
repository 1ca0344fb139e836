/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_hazard.h"

#include <string.h>

#include "cors_host.h"
#include "cors_psl.h"

unsigned cors_hazards_of_pattern(const cors_pattern_t *pattern)
{
    const char *host = pattern->text + pattern->host_at;
    unsigned hazards = 0;

    switch (pattern->kind) {
    case CORS_PATTERN_ANY:
        return CORS_HAZARD_ANY;
    case CORS_PATTERN_NULL:
        return CORS_HAZARD_NULL;
    case CORS_PATTERN_ORIGIN:
        break;
    }
    if (cors_host_is_loopback(host, pattern->host_len)) {
        return 0;
    }
    if (pattern->scheme_len != 5 || memcmp(pattern->text, "https", 5) != 0) {
        hazards |= CORS_HAZARD_INSECURE;
    }
    if (pattern->any_subdomain
        && cors_psl_is_public_suffix(host, pattern->host_len)) {
        hazards |= CORS_HAZARD_PUBLIC_SUFFIX;
    }
    return hazards;
}
