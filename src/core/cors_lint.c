/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_lint.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_host.h"

/* Long lines of a file are no reason for long lines in a log. */
enum { QUOTED_MAX = 200 };

#define QUOTED "'%.*s'"

/* Errors about one member of a source. */
typedef struct rule_t {
    unsigned hazard;
    cors_message_t id;
    const char *what;  /* follows the quoted pattern */
    const char *mend;  /* follows where credentials are turned on */
} rule_t;

static const rule_t rules[] = {
    {CORS_HAZARD_ANY, CORS_MSG_ANY_CREDENTIALS,
     "allows every origin with credentials, which gives the users' data to "
     "any site",
     "write the origins that may use credentials, or CorsAllowCredentials "
     "Off"},
    {CORS_HAZARD_INSECURE, CORS_MSG_INSECURE,
     "has no TLS, so that anybody on the network path can use credentials in "
     "its name",
     "write its https origin, or CorsDangerouslyAllow InsecureOrigins"},
    {CORS_HAZARD_PUBLIC_SUFFIX, CORS_MSG_PUBLIC_SUFFIX,
     "allows whoever registers a name under this public suffix, with "
     "credentials",
     "write the registered domain after the *., or CorsDangerouslyAllow "
     "PublicSuffixes"},
    {CORS_HAZARD_NULL, CORS_MSG_NULL,
     "is the origin of every sandboxed frame, on any site",
     "remove it, or write CorsDangerouslyAllow NullOrigin"},
    {CORS_HAZARD_REGEX_ARBITRARY, CORS_MSG_REGEX_ARBITRARY,
     "allows arbitrary origins with credentials",
     "write an expression for your own hosts with every dot escaped, or "
     "patterns with CorsAllowOrigin"},
};

typedef void visit_t(const cors_policy_t *policy, const cors_source_t *source,
                     const cors_pattern_t *pattern, const cors_match_t *member,
                     unsigned hazards, cors_findings_t *findings);

static void each_member(const cors_policy_t *policy, visit_t *visit,
                        cors_findings_t *findings)
{
    const apr_array_header_t *list = policy->sources->list;

    for (int i = 0; i < list->nelts; i++) {
        const cors_source_t *source =
            APR_ARRAY_IDX(list, i, const cors_source_t *);

        for (int j = 0; j < cors_set_size(source->set); j++) {
            const cors_pattern_t *pattern;
            cors_match_t member;
            unsigned hazards = cors_set_member(source->set, j, &pattern,
                                               &member);

            visit(policy, source, pattern, &member, hazards, findings);
        }
    }
}

/* The directive to name: a line of a file has none, its source has. */
static const char *directive_of(const cors_match_t *member,
                                const cors_source_t *source)
{
    return member->at->directive ? member->at->directive
                                 : source->at->directive;
}

/* "; CorsAllowCredentials at conf/x.conf:3": the other half of the fault. */
static const char *credentials_clause(const cors_policy_t *policy,
                                      apr_pool_t *p)
{
    return cors_policy_has_credentials(policy)
         ? apr_psprintf(p, " (%s)",
                        cors_place_text(policy->credentials.at, p))
         : "";
}

static void visit_error(const cors_policy_t *policy,
                        const cors_source_t *source,
                        const cors_pattern_t *pattern,
                        const cors_match_t *member, unsigned hazards,
                        cors_findings_t *findings)
{
    unsigned unsafe = hazards & cors_policy_hazards(policy);
    const char *example = "";

    (void)pattern;
    if ((unsafe & CORS_HAZARD_REGEX_ARBITRARY) != 0) {
        example = apr_psprintf(findings->pool, ", '%s' among them",
                               cors_regex_arbitrary(member->regex));
    }
    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if ((unsafe & rules[i].hazard) != 0) {
            cors_findings_add(findings, rules[i].id, member->at,
                              "%s " QUOTED " %s%s%s; %s",
                              directive_of(member, source), QUOTED_MAX, member->text,
                              rules[i].what, example,
                              credentials_clause(policy, findings->pool),
                              rules[i].mend);
        }
    }
}

void cors_lint_errors(const cors_policy_t *policy, cors_findings_t *findings)
{
    unsigned unsafe = cors_policy_hazards(policy);

    if (unsafe == 0) {
        return;
    }
    each_member(policy, visit_error, findings);
    if ((unsafe & CORS_HAZARD_EXPOSE_ANY) != 0) {
        cors_findings_add(findings, CORS_MSG_EXPOSE_ANY, policy->exposed->at,
                          "CorsExposeHeaders '*' is no wildcard for browsers "
                          "where credentials are allowed%s; write the names "
                          "of the headers",
                          credentials_clause(policy, findings->pool));
    }
}

static void visit_warning(const cors_policy_t *policy,
                          const cors_source_t *source,
                          const cors_pattern_t *pattern,
                          const cors_match_t *member, unsigned hazards,
                          cors_findings_t *findings)
{
    if ((hazards & CORS_HAZARD_INSECURE) != 0
        && strncmp(pattern->text, "http://", 7) == 0
        && (policy->lifted.value & CORS_HAZARD_INSECURE) == 0
        && !cors_policy_has_credentials(policy)) {
        cors_findings_add(findings, CORS_MSG_WARN_HTTP, member->at,
                          "%s " QUOTED " has no TLS: anybody on the network "
                          "path can speak in its name; write its https origin "
                          "if it has one", directive_of(member, source), QUOTED_MAX,
                          member->text);
    }
    if (member->regex != NULL && cors_regex_unescaped_dot(member->regex) >= 0) {
        cors_findings_add(findings, CORS_MSG_WARN_DOT, member->at,
                          "%s " QUOTED " has an unescaped '.' at offset %d, "
                          "which stands for any character; write '\\.'",
                          directive_of(member, source), QUOTED_MAX, member->text,
                          cors_regex_unescaped_dot(member->regex));
    }
    if (source->is_production && pattern != NULL
        && pattern->kind == CORS_PATTERN_ORIGIN
        && cors_host_is_loopback(pattern->text + pattern->host_at,
                                 pattern->host_len)) {
        cors_findings_add(findings, CORS_MSG_WARN_LOOPBACK, member->at,
                          "%s " QUOTED " is a loopback origin in a file for "
                          "production: whoever runs a program on a visitor's "
                          "machine can use it; move it to a development file",
                          directive_of(member, source), QUOTED_MAX, member->text);
    }
}

void cors_lint_warnings(const cors_policy_t *policy,
                        cors_findings_t *findings)
{
    each_member(policy, visit_warning, findings);
}
