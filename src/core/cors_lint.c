/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_lint.h"

#include <string.h>

#include <apr_hash.h>
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

/* How a source is used, as far as its findings differ. */
typedef struct use_t {
    const cors_source_t *source;
    const cors_place_t *credentials;
    unsigned hazards;
    bool is_warned;
} use_t;

struct cors_lint_memory_t {
    apr_hash_t *uses;  /* of use_t, by its bytes */
    apr_pool_t *pool;
};

cors_lint_memory_t *cors_lint_memory_make(apr_pool_t *p)
{
    cors_lint_memory_t *memory = apr_palloc(p, sizeof *memory);

    memory->uses = apr_hash_make(p);
    memory->pool = p;
    return memory;
}

static bool is_new(cors_lint_memory_t *memory, const cors_source_t *source,
                   const cors_place_t *credentials, unsigned hazards,
                   bool is_warned)
{
    use_t *use;

    if (memory == NULL) {
        return true;
    }
    use = apr_pcalloc(memory->pool, sizeof *use);
    use->source = source;
    use->credentials = credentials;
    use->hazards = hazards;
    use->is_warned = is_warned;
    if (apr_hash_get(memory->uses, use, sizeof *use) != NULL) {
        return false;
    }
    apr_hash_set(memory->uses, use, sizeof *use, use);
    return true;
}

static const cors_place_t *credentials_of(const cors_policy_t *policy)
{
    return cors_policy_has_credentials(policy) ? policy->credentials.at : NULL;
}

/* The directive to name: a line of a file has none, its source has. */
static const char *directive_of(const cors_match_t *member,
                                const cors_source_t *source)
{
    return member->at.directive ? member->at.directive
                                 : source->at->directive;
}

/* " (CorsAllowCredentials at conf/x.conf:3)": the other half of the fault. */
static const char *credentials_clause(const cors_policy_t *policy,
                                      apr_pool_t *p)
{
    const cors_place_t *at = credentials_of(policy);

    return at ? apr_psprintf(p, " (%s)", cors_place_text(at, p)) : "";
}

static void report_hazards(const cors_policy_t *policy,
                           const cors_source_t *source,
                           const cors_match_t *member, unsigned hazards,
                           cors_findings_t *findings)
{
    const char *example = "";

    if ((hazards & CORS_HAZARD_REGEX_ARBITRARY) != 0) {
        example = apr_psprintf(findings->pool, ", '%s' among them",
                               cors_regex_arbitrary(member->regex));
    }
    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if ((hazards & rules[i].hazard) != 0) {
            cors_findings_add(findings, rules[i].id, &member->at,
                              "%s " QUOTED " %s%s%s; %s",
                              directive_of(member, source), QUOTED_MAX,
                              member->text, rules[i].what, example,
                              credentials_clause(policy, findings->pool),
                              rules[i].mend);
        }
    }
}

static void report_exposed(const cors_policy_t *policy,
                           cors_findings_t *findings)
{
    cors_findings_add(findings, CORS_MSG_EXPOSE_ANY, policy->exposed->at,
                      "CorsExposeHeaders '*' is no wildcard for browsers where "
                      "credentials are allowed%s; write the names of the "
                      "headers", credentials_clause(policy, findings->pool));
}

static const cors_source_t *source_at(const cors_policy_t *policy, int i)
{
    return APR_ARRAY_IDX(policy->sources->list, i, const cors_source_t *);
}

void cors_lint_errors(const cors_policy_t *policy, cors_lint_memory_t *memory,
                      cors_findings_t *findings)
{
    const unsigned unsafe = cors_policy_hazards(policy);

    for (int i = 0; i < policy->sources->list->nelts; i++) {
        const cors_source_t *source = source_at(policy, i);

        if ((cors_set_hazards(source->set) & unsafe) == 0
            || !is_new(memory, source, credentials_of(policy), unsafe,
                       false)) {
            continue;
        }
        for (int j = 0; j < cors_set_size(source->set); j++) {
            cors_pattern_t pattern;
            cors_match_t member;
            unsigned hazards = cors_set_member(source->set, j, &pattern,
                                               &member);

            report_hazards(policy, source, &member, hazards & unsafe,
                           findings);
        }
    }
    if ((unsafe & CORS_HAZARD_EXPOSE_ANY) != 0) {
        report_exposed(policy, findings);
    }
}

/* The guard against credentials for plain http that cors_decide.c keeps. */
static void report_insecure_match(const cors_policy_t *policy,
                                  const cors_match_t *match,
                                  cors_findings_t *findings)
{
    cors_findings_add(findings, CORS_MSG_INSECURE, &match->at,
                      "%s " QUOTED " matches an origin without TLS, which is "
                      "not allowed with credentials%s; write an expression "
                      "for https only, or CorsDangerouslyAllow "
                      "InsecureOrigins", match->at.directive, QUOTED_MAX,
                      match->text,
                      credentials_clause(policy, findings->pool));
}

void cors_lint_example(const cors_policy_t *policy, const cors_match_t *match,
                       cors_findings_t *findings)
{
    const unsigned unsafe = cors_policy_hazards(policy);

    for (int i = 0; i < policy->sources->list->nelts; i++) {
        const cors_source_t *source = source_at(policy, i);
        cors_match_t member;

        for (unsigned bit = 1; bit < 1u << CORS_HAZARDS; bit <<= 1) {
            if ((unsafe & bit) != 0
                && cors_set_hazard(source->set, bit, &member)) {
                report_hazards(policy, source, &member, bit, findings);
                return;
            }
        }
    }
    if ((unsafe & CORS_HAZARD_EXPOSE_ANY) != 0) {
        report_exposed(policy, findings);
    }
    else if (match->text != NULL) {
        report_insecure_match(policy, match, findings);
    }
}

static void visit_warning(const cors_source_t *source,
                          const cors_pattern_t *pattern,
                          const cors_match_t *member, bool warns_of_http,
                          cors_findings_t *findings)
{
    if (warns_of_http && pattern != NULL
        && strncmp(pattern->text, "http://", 7) == 0
        && !cors_host_is_loopback(pattern->text + pattern->host_at,
                                  pattern->host_len)) {
        cors_findings_add(findings, CORS_MSG_WARN_HTTP, &member->at,
                          "%s " QUOTED " has no TLS: anybody on the network "
                          "path can speak in its name; write its https origin "
                          "if it has one", directive_of(member, source),
                          QUOTED_MAX, member->text);
    }
    if (member->regex != NULL && cors_regex_unescaped_dot(member->regex) >= 0) {
        cors_findings_add(findings, CORS_MSG_WARN_DOT, &member->at,
                          "%s " QUOTED " has an unescaped '.' at offset %d, "
                          "which stands for any character; write '\\.'",
                          directive_of(member, source), QUOTED_MAX,
                          member->text,
                          cors_regex_unescaped_dot(member->regex));
    }
    if (source->is_production && pattern != NULL
        && pattern->kind == CORS_PATTERN_ORIGIN
        && cors_host_is_loopback(pattern->text + pattern->host_at,
                                 pattern->host_len)) {
        cors_findings_add(findings, CORS_MSG_WARN_LOOPBACK, &member->at,
                          "%s " QUOTED " is a loopback origin in a file for "
                          "production: whoever runs a program on a visitor's "
                          "machine can use it; move it to a development file",
                          directive_of(member, source), QUOTED_MAX,
                          member->text);
    }
}

/* Most sources give no reason to be looked through. */
static bool may_warn(const cors_source_t *source, bool warns_of_http)
{
    return source->is_production || cors_set_has_regex(source->set)
        || (warns_of_http
            && (cors_set_hazards(source->set) & CORS_HAZARD_INSECURE) != 0);
}

void cors_lint_warnings(const cors_policy_t *policy,
                        cors_lint_memory_t *memory,
                        cors_findings_t *findings)
{
    const bool warns_of_http =
        (policy->lifted.value & CORS_HAZARD_INSECURE) == 0
        && !cors_policy_has_credentials(policy);

    for (int i = 0; i < policy->sources->list->nelts; i++) {
        const cors_source_t *source = source_at(policy, i);

        if (!may_warn(source, warns_of_http)
            || !is_new(memory, source, NULL, 0, warns_of_http)) {
            continue;
        }
        for (int j = 0; j < cors_set_size(source->set); j++) {
            cors_pattern_t pattern;
            cors_match_t member;

            (void)cors_set_member(source->set, j, &pattern, &member);
            visit_warning(source, member.regex ? NULL : &pattern, &member,
                          warns_of_http, findings);
        }
    }
}
