/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_lint.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "cors_host.h"
#include "cors_rule.h"

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

/* The directive to name: a line of a file has none, who asked for it has. */
static const char *directive_of(const cors_match_t *member,
                                const cors_place_t *at)
{
    return member->at.directive ? member->at.directive : at->directive;
}

/* " (CorsAllowCredentials at conf/x.conf:3)": the other half of the fault. */
static const char *clause(const cors_place_t *credentials, apr_pool_t *p)
{
    return credentials
         ? apr_psprintf(p, " (%s)", cors_place_text(credentials, p)) : "";
}

/* What is wrong with a member of the source at, in a policy with credentials
 * (NULL: without). */
static void report_hazards(const cors_place_t *credentials,
                           const cors_place_t *at,
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
                              directive_of(member, at), QUOTED_MAX,
                              member->text, rules[i].what, example,
                              clause(credentials, findings->pool),
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
                      "headers",
                      clause(credentials_of(policy), findings->pool));
}

void cors_lint_forbidden(const cors_feed_t *feed, const cors_match_t *member,
                         unsigned hazards, cors_findings_t *findings)
{
    const int before = findings->nelts;

    for (int i = 0; i < CORS_HAZARDS; i++) {
        if ((hazards & (1u << i)) != 0) {
            report_hazards(feed->forbidden_by[i], feed->at, member, 1u << i,
                           findings);
        }
    }
    /* A row is left out, which is no error of the configuration. */
    for (int i = before; feed->kind == CORS_FEED_QUERY && i < findings->nelts;
         i++) {
        APR_ARRAY_IDX(findings, i, cors_finding_t).id = CORS_MSG_ROW;
    }
}

static const cors_source_t *source_at(const cors_policy_t *policy, int i)
{
    return APR_ARRAY_IDX(policy->sources->list, i, const cors_source_t *);
}

/* All members of the set that have some hazard of these. */
static void report_members(const cors_policy_t *policy,
                           const cors_source_t *source,
                           const cors_set_t *set, unsigned unsafe,
                           cors_findings_t *findings)
{
    for (int i = 0; i < cors_set_size(set); i++) {
        cors_pattern_t pattern;
        cors_match_t member;
        unsigned hazards = cors_set_member(set, i, &pattern, &member);

        report_hazards(credentials_of(policy), source->at, &member,
                       hazards & unsafe, findings);
    }
}

/* Of the policy or rule itself, without the rules that it may have. */
static void lint_own_errors(const cors_policy_t *policy,
                            cors_lint_memory_t *memory,
                            cors_findings_t *findings)
{
    const unsigned unsafe = cors_policy_hazards(policy);

    for (int i = 0; i < policy->sources->list->nelts; i++) {
        const cors_source_t *source = source_at(policy, i);
        const cors_set_t *set = cors_source_enter(source);

        if (set != NULL && (cors_set_hazards(set) & unsafe) != 0
            && is_new(memory, source, credentials_of(policy), unsafe,
                      false)) {
            report_members(policy, source, set, unsafe, findings);
        }
        cors_source_leave(source);
    }
    if ((unsafe & CORS_HAZARD_EXPOSE_ANY) != 0) {
        report_exposed(policy, findings);
    }
}

typedef void lint_t(const cors_policy_t *policy, cors_lint_memory_t *memory,
                    cors_findings_t *findings);

/* A rule over the policy is a policy, too. */
static void lint_rules(const cors_policy_t *policy, lint_t *lint,
                       cors_lint_memory_t *memory, cors_findings_t *findings)
{
    for (int i = 0; i < cors_rules_count(policy->sources); i++) {
        cors_policy_t ruled;

        cors_policy_merge(&ruled, policy, cors_rules_get(policy->sources, i));
        lint(&ruled, memory, findings);
    }
}

void cors_lint_errors(const cors_policy_t *policy, cors_lint_memory_t *memory,
                      cors_findings_t *findings)
{
    lint_own_errors(policy, memory, findings);
    lint_rules(policy, lint_own_errors, memory, findings);
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
                      clause(credentials_of(policy), findings->pool));
}

/* The first member of the source with one of these hazards; false for none. */
static bool report_first(const cors_policy_t *policy,
                         const cors_source_t *source, unsigned unsafe,
                         cors_findings_t *findings)
{
    const cors_set_t *set = cors_source_enter(source);
    cors_match_t member;
    bool is_found = false;

    for (unsigned bit = 1; bit < 1u << CORS_HAZARDS && !is_found; bit <<= 1) {
        is_found = set != NULL && (unsafe & bit) != 0
                && cors_set_hazard(set, bit, &member);
        if (is_found) {
            report_hazards(credentials_of(policy), source->at, &member, bit,
                           findings);
        }
    }
    cors_source_leave(source);
    return is_found;
}

void cors_lint_example(const cors_policy_t *policy, const cors_match_t *match,
                       cors_findings_t *findings)
{
    const unsigned unsafe = cors_policy_hazards(policy);

    for (int i = 0; i < policy->sources->list->nelts; i++) {
        if (report_first(policy, source_at(policy, i), unsafe, findings)) {
            return;
        }
    }
    if ((unsafe & CORS_HAZARD_EXPOSE_ANY) != 0) {
        report_exposed(policy, findings);
    }
    else if (match->text != NULL && match->regex != NULL) {
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
                          "if it has one", directive_of(member, source->at),
                          QUOTED_MAX, member->text);
    }
    if (member->regex != NULL && cors_regex_unescaped_dot(member->regex) >= 0) {
        cors_findings_add(findings, CORS_MSG_WARN_DOT, &member->at,
                          "%s " QUOTED " has an unescaped '.' at offset %d, "
                          "which stands for any character; write '\\.'",
                          directive_of(member, source->at), QUOTED_MAX,
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
                          directive_of(member, source->at), QUOTED_MAX,
                          member->text);
    }
}

/* Most sets give no reason to be looked through. */
static bool may_warn(const cors_source_t *source, const cors_set_t *set,
                     bool warns_of_http)
{
    return source->is_production || cors_set_has_regex(set)
        || (warns_of_http
            && (cors_set_hazards(set) & CORS_HAZARD_INSECURE) != 0);
}

static void lint_own_warnings(const cors_policy_t *policy,
                              cors_lint_memory_t *memory,
                              cors_findings_t *findings)
{
    const bool warns_of_http =
        (policy->lifted.value & CORS_HAZARD_INSECURE) == 0
        && !cors_policy_has_credentials(policy);

    for (int i = 0; i < policy->sources->list->nelts; i++) {
        const cors_source_t *source = source_at(policy, i);
        const cors_set_t *set = cors_source_enter(source);
        const bool looks = set != NULL && may_warn(source, set, warns_of_http)
                        && is_new(memory, source, NULL, 0, warns_of_http);

        for (int j = 0; looks && j < cors_set_size(set); j++) {
            cors_pattern_t pattern;
            cors_match_t member;

            (void)cors_set_member(set, j, &pattern, &member);
            visit_warning(source, member.regex ? NULL : &pattern, &member,
                          warns_of_http, findings);
        }
        cors_source_leave(source);
    }
}

void cors_lint_warnings(const cors_policy_t *policy,
                        cors_lint_memory_t *memory,
                        cors_findings_t *findings)
{
    lint_own_warnings(policy, memory, findings);
    lint_rules(policy, lint_own_warnings, memory, findings);
}
