/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_rule_line.h"

#include <apr_strings.h>

#include "cors_directives.h"
#include "cors_rule.h"
#include "cors_source_line.h"
#include "mod_cors.h"

/* What may stand in the section, for a message. */
static const char *permitted(apr_pool_t *p)
{
    const char *names = NULL;

    for (const command_rec *cmd = cors_directives; cmd->name != NULL; cmd++) {
        const cors_row_t *row = cmd->cmd_data;

        if (row->in_rule) {
            names = names ? apr_pstrcat(p, names, ", ", cmd->name, NULL)
                          : cmd->name;
        }
    }
    return names;
}

/*
 * The line within, with the rule as its policy: httpd has it parsed, as for its
 * own sections, into configuration records that nobody else looks at. Each by
 * itself, so that one fault does not hide the next.
 */
static void take(cors_line_t *line, const ap_directive_t *within,
                 ap_conf_vector_t *config)
{
    cmd_parms cmd = *line->cmd;
    ap_directive_t *alone = apr_pmemdup(cmd.pool, within, sizeof *within);

    if (ap_find_command(within->directive, cors_directives) == NULL) {
        cors_line_fault(line, CORS_MSG_CONTEXT,
                        "has %s in it, at %s:%d, which would hold for every "
                        "origin; write it outside; only %s may stand within",
                        within->directive, within->filename, within->line_num,
                        permitted(cmd.pool));
        return;
    }
    alone->next = NULL;
    line->failed = ap_walk_config(alone, &cmd, config);
}

void cors_rule_line_section(cors_line_t *line)
{
    cors_sources_t *sources = cors_source_line_group(line);
    cors_policy_t *rule = cors_rules_add(sources, line->at);
    ap_conf_vector_t *config = ap_create_per_dir_config(line->cmd->pool);
    cors_pattern_t pattern;

    for (int i = 0; i < line->argc; i++) {
        if (cors_source_line_parse(line, &pattern, line->argv[i])) {
            cors_rules_add_pattern(sources, &pattern, line->at);
        }
    }
    ap_set_module_config(config, &cors_module, rule);
    for (const ap_directive_t *within = line->cmd->directive->first_child;
         within != NULL && line->failed == NULL; within = within->next) {
        take(line, within, config);
    }
}
