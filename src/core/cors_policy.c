/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_policy.h"

/* Browsers keep a preflight for five seconds if not told otherwise. */
static const char default_max_age[] = "600";

static const cors_list_t *default_methods;
static const cors_list_t *default_headers;

void cors_policy_init(apr_pool_t *p)
{
    default_methods = cors_list_create(CORS_LIST_METHODS, NULL, p);
    default_headers = cors_list_create(CORS_LIST_REQUEST_HEADERS, NULL, p);
}

static void merge_setting(cors_setting_t *merged, const cors_setting_t *base,
                          const cors_setting_t *add)
{
    *merged = add->at ? *add : *base;
}

void cors_policy_merge(cors_policy_t *merged, const cors_policy_t *base,
                       const cors_policy_t *add)
{
    merge_setting(&merged->engine, &base->engine, &add->engine);
    merge_setting(&merged->credentials, &base->credentials, &add->credentials);
    merge_setting(&merged->max_age, &base->max_age, &add->max_age);
    merge_setting(&merged->private_network, &base->private_network,
                  &add->private_network);
    merge_setting(&merged->timing, &base->timing, &add->timing);
    merge_setting(&merged->disallowed, &base->disallowed, &add->disallowed);
    merge_setting(&merged->preflight, &base->preflight, &add->preflight);
    merge_setting(&merged->preflight_status, &base->preflight_status,
                  &add->preflight_status);
    merge_setting(&merged->upstream, &base->upstream, &add->upstream);
    merge_setting(&merged->lifted, &base->lifted, &add->lifted);
    merge_setting(&merged->debug, &base->debug, &add->debug);
    merged->sources = add->sources ? add->sources : base->sources;
    merged->denied = add->denied ? add->denied : base->denied;
    merged->methods = add->methods ? add->methods : base->methods;
    merged->headers = add->headers ? add->headers : base->headers;
    merged->exposed = add->exposed ? add->exposed : base->exposed;
}

/* Of these hazards of its sources, those that the policy may not have. */
static unsigned unsafe_among(const cors_policy_t *policy, unsigned hazards)
{
    if (!cors_policy_has_credentials(policy)) {
        hazards &= CORS_HAZARD_NULL;
    }
    return hazards & ~(unsigned)policy->lifted.value;
}

unsigned cors_policy_forbidden(const cors_policy_t *policy)
{
    return unsafe_among(policy, (1u << CORS_HAZARDS) - 1);
}

unsigned cors_policy_hazards(const cors_policy_t *policy)
{
    const bool exposes_any = policy->exposed != NULL && policy->exposed->any
                          && cors_policy_has_credentials(policy);

    return unsafe_among(policy, cors_sources_hazards(policy->sources))
         | (exposes_any ? CORS_HAZARD_EXPOSE_ANY : 0u);
}

const char *cors_policy_max_age(const cors_policy_t *policy)
{
    return policy->max_age.at ? policy->max_age.text : default_max_age;
}

const cors_list_t *cors_policy_methods(const cors_policy_t *policy)
{
    return policy->methods ? policy->methods : default_methods;
}

const cors_list_t *cors_policy_headers(const cors_policy_t *policy)
{
    return policy->headers ? policy->headers : default_headers;
}
