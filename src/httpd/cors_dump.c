/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_dump.h"

#include <apr_cstr.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <http_core.h>

#include "cors_describe.h"
#include "cors_log.h"
#include "cors_rule.h"
#include "cors_sections.h"
#include "mod_cors.h"

/* The longest that browsers remember a preflight, in seconds. */
enum { CHROMIUM_MAX_AGE = 7200, SAFARI_MAX_AGE = 600 };

typedef struct dump_t {
    apr_file_t *out;
    apr_pool_t *p;
    cors_findings_t *remarks;
    bool has_policies;
} dump_t;

/* ----------------------------------------------------------------- policies */

static void print_place(const dump_t *dump, const cors_place_t *at)
{
    apr_file_printf(dump->out, "    # %s:%d", at->file, at->line);
}

static void print_policy(const dump_t *dump, const cors_policy_t *policy)
{
    const apr_array_header_t *list = cors_describe(policy, dump->p);

    for (int i = 0; i < list->nelts; i++) {
        const cors_described_t *d = &APR_ARRAY_IDX(list, i, cors_described_t);

        if (d->at == NULL) {
            continue;  /* the default, which the manual has */
        }
        apr_file_printf(dump->out, "%s    %s %s", d->is_in_rule ? "    " : "",
                        d->directive, d->value);
        print_place(dump, d->at);
        if (strcmp(d->directive, "CorsOriginsQuery") == 0) {
            apr_file_puts(" (asked while the server runs)", dump->out);
        }
        else if (d->origins >= 0) {
            apr_file_printf(dump->out, " (%d origin%s)", d->origins,
                            d->origins == 1 ? "" : "s");
        }
        apr_file_puts("\n", dump->out);
    }
}

static bool is_remarked(const dump_t *dump, const cors_place_t *at,
                        const char *text)
{
    for (int i = 0; i < dump->remarks->nelts; i++) {
        const cors_finding_t *remark =
            &APR_ARRAY_IDX(dump->remarks, i, cors_finding_t);

        if (at->line == remark->at.line
            && strcmp(at->file, remark->at.file) == 0
            && strcmp(text, remark->text) == 0) {
            return true;  /* other sections inherit it */
        }
    }
    return false;
}

static void remark(const dump_t *dump, const cors_place_t *at,
                   const char *text)
{
    if (!is_remarked(dump, at, text)) {
        cors_findings_add(dump->remarks, CORS_MSG_VALUE, at, "%s", text);
    }
}

static void remark_max_age(const dump_t *dump, const cors_policy_t *policy)
{
    const cors_setting_t *max_age = &policy->max_age;

    if (max_age->at != NULL && max_age->value > SAFARI_MAX_AGE) {
        remark(dump, max_age->at, apr_psprintf(
            dump->p, "CorsMaxAge %d: browsers remember a preflight for less, "
            "Chromium for %d seconds at most, Safari for %d", max_age->value,
            CHROMIUM_MAX_AGE, SAFARI_MAX_AGE));
    }
}

/* A pattern that never decides, because an earlier <CorsOrigin> does. */
static void remark_shadowed(const dump_t *dump, const cors_rules_t *rules)
{
    cors_match_t later, earlier;

    for (int i = 0; i < cors_set_size(rules->patterns); i++) {
        if (cors_rules_is_shadowed(rules, i, &later, &earlier)) {
            remark(dump, &later.at, apr_psprintf(
                dump->p, CORS_RULE_DIRECTIVE " '%s' never decides: '%s' of %s "
                "comes first; %s", later.text, earlier.text,
                cors_place_text(&earlier.at, dump->p),
                strcmp(later.text, earlier.text) == 0
                ? "take it out of one of them"
                : "move this section before that one"));
        }
    }
}

static void remark_policy(const dump_t *dump, const cors_policy_t *policy)
{
    remark_max_age(dump, policy);
    for (int i = 0; policy->sources != NULL
         && i < cors_rules_count(policy->sources); i++) {
        remark_max_age(dump, cors_rules_get(policy->sources, i));
    }
    if (policy->sources != NULL && policy->sources->rules != NULL) {
        remark_shadowed(dump, policy->sources->rules);
    }
}

static const char *server_text(const server_rec *server, apr_pool_t *p)
{
    if (!server->is_virtual) {
        return "the main server";
    }
    return apr_psprintf(p, "virtual host %s at %s:%u",
                        server->server_hostname ? server->server_hostname
                                                : "without a name",
                        server->defn_name ? server->defn_name : "",
                        server->defn_line_number);
}

static void visit(void *data, server_rec *server,
                  const cors_section_t *section, const cors_policy_t *policy)
{
    dump_t *dump = data;

    if (policy->sources == NULL
        || (section != NULL && section->server != server)) {
        return;
    }
    dump->has_policies = true;
    if (section == NULL) {
        apr_file_printf(dump->out, "  %s%s\n", server_text(server, dump->p),
                        cors_policy_is_on(policy) ? "" : ": CORS is off");
    }
    else {
        apr_file_printf(dump->out, "  %s %s at %s:%d, %s%s\n",
                        section->directive->directive,
                        section->directive->args,
                        section->directive->filename,
                        section->directive->line_num,
                        server_text(server, dump->p),
                        cors_policy_is_on(policy) ? "" : ": CORS is off");
    }
    print_policy(dump, policy);
    remark_policy(dump, policy);
}

/* ---------------------------------------------------------------- leftovers */

static bool has(const char *text, const char *word)
{
    return ap_strcasestr(text, word) != NULL;
}

static bool is_named(const ap_directive_t *node, const char *name)
{
    return apr_cstr_casecmp(node->directive, name) == 0;
}

/* Does SetEnvIf and its like look at Origin? Arguments may be in quotes. */
static bool sets_by_origin(const ap_directive_t *node, apr_pool_t *p)
{
    const char *args = node->args;

    if (is_named(node, "SetEnvIfExpr")) {
        return has(args, "'Origin'") || has(args, "HTTP:Origin");
    }
    return (is_named(node, "SetEnvIf") || is_named(node, "SetEnvIfNoCase"))
        && apr_cstr_casecmp(ap_getword_conf(p, &args), "Origin") == 0;
}

/* Why the module makes this line superfluous; NULL if it does not. */
static const char *why_leftover(const ap_directive_t *node, apr_pool_t *p)
{
    if (is_named(node, "Header") && has(node->args, "Access-Control-")) {
        return "the policy's header takes its place";
    }
    if (sets_by_origin(node, p)
        || (is_named(node, "RewriteCond") && has(node->args, "HTTP:Origin}"))) {
        return "CorsAllowOrigin compares the whole origin";
    }
    if ((is_named(node, "<Limit") || is_named(node, "<LimitExcept"))
        && has(node->args, "OPTIONS")) {
        return "preflights are answered before access control";
    }
    if ((is_named(node, "RewriteCond") || is_named(node, "<If")
         || is_named(node, "<ElseIf"))
        && has(node->args, "REQUEST_METHOD") && has(node->args, "OPTIONS")) {
        return "preflights are answered before it";
    }
    return NULL;
}

static void print_leftover(const dump_t *dump, const ap_directive_t *node,
                           const char *why, bool *is_first)
{
    if (*is_first) {
        apr_file_puts("Left of hand-made recipes, in server configuration "
                      "(.htaccess is not looked at):\n", dump->out);
        *is_first = false;
    }
    apr_file_printf(dump->out, "  %s:%d: %s %s: %s\n", node->filename,
                    node->line_num, node->directive, node->args, why);
}

static void print_leftovers(const dump_t *dump, const ap_directive_t *node,
                            bool *is_first)
{
    const char *condition = NULL;   /* of the rule that follows */

    for (; node != NULL; node = node->next) {
        const char *why = why_leftover(node, dump->p);

        if (why == NULL && is_named(node, "RewriteRule")) {
            why = condition;
        }
        if (why != NULL) {
            print_leftover(dump, node, why, is_first);
        }
        if (!is_named(node, "RewriteCond")) {
            condition = NULL;
        }
        else if (why != NULL) {
            condition = why;
        }
        print_leftovers(dump, node->first_child, is_first);
    }
}

/* ----------------------------------------------------------------- findings */

static void print_findings(const dump_t *dump, const char *title,
                           const cors_findings_t *findings, bool with_ids)
{
    bool is_first = true;

    for (int i = 0; i < findings->nelts; i++) {
        const cors_finding_t *finding =
            &APR_ARRAY_IDX(findings, i, cors_finding_t);

        if (is_first) {
            apr_file_printf(dump->out, "%s:\n", title);
            is_first = false;
        }
        if (with_ids) {
            apr_file_printf(dump->out, "  %s\n",
                            cors_log_finding_text(finding, dump->p));
        }
        else {
            apr_file_printf(dump->out, "  %s:%d: %s\n", finding->at.file,
                            finding->at.line, finding->text);
        }
    }
}

void cors_dump(apr_pool_t *pconf, server_rec *s)
{
    const cors_registry_t *registry = cors_conf_registry();
    dump_t dump = {.p = pconf, .remarks = cors_findings_make(pconf)};
    bool is_first = true;

    if (registry == NULL || !ap_exists_config_define("DUMP_CORS")
        || apr_file_open_stdout(&dump.out, pconf) != APR_SUCCESS) {
        return;
    }
    apr_file_printf(dump.out, "CORS policies (mod_cors %s):\n",
                    MOD_CORS_VERSION);
    cors_sections_visit(registry, s, visit, &dump, pconf);
    if (!dump.has_policies) {
        apr_file_puts("  none: no section names an origin\n", dump.out);
    }
    print_findings(&dump, "Warnings", registry->findings, true);
    print_findings(&dump, "Remarks", dump.remarks, false);
    print_leftovers(&dump, ap_conftree, &is_first);
}
