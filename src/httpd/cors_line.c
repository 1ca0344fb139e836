/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_line.h"

#include <stdarg.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "cors_log.h"
#include "cors_rule.h"

enum { EXPECTED_ARGS = 4 };

static bool in_htaccess(const cors_line_t *line)
{
    return ap_check_cmd_context(line->cmd, NOT_IN_HTACCESS) != NULL;
}

void cors_line_fault(cors_line_t *line, cors_message_t id, const char *fmt,
                     ...)
{
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = apr_pvsprintf(line->cmd->pool, fmt, args);
    va_end(args);
    if (line->findings == NULL) {
        line->findings = cors_findings_make(line->cmd->pool);
    }
    cors_findings_add(line->findings, id, line->at, "%s: %s",
                      line->at->directive, text);
}

static void split(cors_line_t *line, const char *args)
{
    apr_array_header_t *words =
        apr_array_make(line->cmd->pool, EXPECTED_ARGS, sizeof(const char *));

    while (*args != '\0') {
        const char *word = ap_getword_conf(line->cmd->pool, &args);

        APR_ARRAY_PUSH(words, const char *) = word;
    }
    line->argc = words->nelts;
    line->argv = (const char *const *)words->elts;
}

/* Is this a line of a <CorsOrigin> section? */
static bool in_rule(const cors_line_t *line)
{
    const ap_directive_t *parent = line->cmd->directive->parent;

    return parent != NULL
        && apr_cstr_casecmp(parent->directive, CORS_RULE_SECTION) == 0;
}

/* Where httpd would ignore the directive silently, and where tenants may not
 * use it, whatever AllowOverrideList says. */
static bool check_context(cors_line_t *line)
{
    if (ap_check_cmd_context(line->cmd, NOT_IN_LIMIT) != NULL) {
        cors_line_fault(line, CORS_MSG_CONTEXT,
                        "has no effect in <Limit> and <LimitExcept>; write it "
                        "outside, and methods with CorsAllowMethods");
        return false;
    }
    if (line->row->not_in_htaccess && in_htaccess(line)) {
        cors_line_fault(line, CORS_MSG_CONTEXT,
                        "is not permitted in .htaccess files; write it in the "
                        "server's own configuration");
        return false;
    }
    if (in_rule(line) && !line->row->in_rule) {
        cors_line_fault(line, CORS_MSG_CONTEXT,
                        "does not depend on the origin; write it outside of "
                        "<CorsOrigin>");
        return false;
    }
    if (line->row->global_only
        && ap_check_cmd_context(line->cmd, GLOBAL_ONLY) != NULL) {
        cors_line_fault(line, CORS_MSG_CONTEXT,
                        "is for the whole server; write it outside of any "
                        "section and virtual host");
        return false;
    }
    return true;
}

static bool check_count(cors_line_t *line)
{
    const cors_row_t *row = line->row;

    if (line->argc < row->min_args) {
        cors_line_fault(line, CORS_MSG_ARGUMENTS,
                        "%s; write %s %s",
                        line->argc == 0 ? "has no argument"
                                        : "has too few arguments",
                        line->cmd->cmd->name, line->cmd->cmd->errmsg);
        return false;
    }
    if (row->max_args != CORS_ARGS_MANY && line->argc > row->max_args) {
        cors_line_fault(line, CORS_MSG_ARGUMENTS,
                        "has an argument too many, '%s'; write %s %s",
                        line->argv[row->max_args], line->cmd->cmd->name,
                        line->cmd->cmd->errmsg);
        return false;
    }
    return true;
}

/* "https://a>" -> "https://a"; false where the section is not closed. */
static bool cut_bracket(cors_line_t *line, const char **args)
{
    const char *end = strrchr(*args, '>');

    if (end == NULL || end[1 + strspn(end + 1, " \t")] != '\0') {
        cors_line_fault(line, CORS_MSG_ARGUMENTS,
                        "has no '>' at its end; write %s %s",
                        line->cmd->cmd->name, line->cmd->cmd->errmsg);
        return false;
    }
    *args = apr_pstrmemdup(line->cmd->pool, *args, (apr_size_t)(end - *args));
    return true;
}

static const cors_row_t *row_of(const cmd_parms *cmd)
{
    return cmd->info;
}

static const cors_place_t *make_place(const cmd_parms *cmd)
{
    cors_place_t *place = apr_palloc(cmd->pool, sizeof *place);

    place->file = cmd->directive->filename;
    place->line = cmd->directive->line_num;
    if (row_of(cmd)->is_section) {
        place->directive = CORS_RULE_DIRECTIVE;
        place->section = cmd->directive;
    }
    else {
        place->directive = cmd->cmd->name;
        place->section = cmd->directive->parent;
    }
    return place;
}

const char *cors_line_take(cmd_parms *cmd, void *policy, const char *args)
{
    cors_registry_t *registry = cors_conf_registry();
    cors_line_t line = {.cmd = cmd, .policy = policy, .row = row_of(cmd)};

    line.at = make_place(cmd);
    if (registry != NULL && !in_htaccess(&line)) {
        line.findings = registry->findings;
        if (!in_rule(&line)) {
            cors_conf_register(policy, cmd);
        }
    }
    if (!line.row->is_section || cut_bracket(&line, &args)) {
        split(&line, args);
        if (check_context(&line) && check_count(&line)) {
            line.row->set(&line);
        }
    }
    if (line.failed != NULL) {
        return line.failed;
    }
    if (line.findings == NULL
        || (registry != NULL && line.findings == registry->findings)) {
        return NULL;
    }
    return cors_log_finding_text(
        &APR_ARRAY_IDX(line.findings, 0, cors_finding_t), cmd->pool);
}
