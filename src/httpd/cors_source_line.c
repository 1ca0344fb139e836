/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_source_line.h"

#include <apr_env.h>
#include <apr_cstr.h>
#include <apr_strings.h>

#include "cors_feed_file.h"

cors_sources_t *cors_source_line_group(cors_line_t *line)
{
    if (line->policy->sources == NULL) {
        line->policy->sources = cors_sources_create(line->at, line->cmd->pool);
    }
    /* Made for this section, by this line or an earlier one. */
    return (cors_sources_t *)(uintptr_t)line->policy->sources;
}

bool cors_source_line_parse(cors_line_t *line, cors_pattern_t *pattern,
                            const char *text)
{
    cors_pattern_fault_t fault = cors_pattern_parse(pattern, text);

    if (fault == CORS_PATTERN_OK) {
        return true;
    }
    cors_line_fault(line, CORS_MSG_PATTERN, "'%s' %s; write %s", text,
                    cors_pattern_fault_text(fault),
                    cors_pattern_mend(fault, text, line->cmd->pool));
    return false;
}

void cors_source_line_patterns(cors_line_t *line)
{
    /* The group exists even if no pattern of it is good: it must not fall
     * back to what an outer section allows. */
    cors_sources_t *sources = cors_source_line_group(line);
    cors_pattern_t pattern;

    for (int i = 0; i < line->argc; i++) {
        if (cors_source_line_parse(line, &pattern, line->argv[i])) {
            cors_sources_add_pattern(sources, &pattern, line->at);
        }
    }
}

void cors_source_line_denied(cors_line_t *line)
{
    cors_set_t *set = (cors_set_t *)(uintptr_t)line->policy->denied;
    cors_pattern_t pattern;

    if (set == NULL) {
        set = cors_set_create(line->cmd->pool);
        line->policy->denied = set;
    }
    for (int i = 0; i < line->argc; i++) {
        if (cors_source_line_parse(line, &pattern, line->argv[i])) {
            cors_set_add(set, &pattern, line->at);
        }
    }
}

void cors_source_line_regexes(cors_line_t *line)
{
    cors_sources_t *sources = cors_source_line_group(line);

    for (int i = 0; i < line->argc; i++) {
        const char *why;
        cors_regex_t *regex = cors_regex_compile(line->argv[i], &why,
                                                 line->cmd->pool);

        if (regex != NULL) {
            cors_sources_add_regex(sources, regex, line->at);
        }
        else {
            cors_line_fault(line, CORS_MSG_REGEX,
                            "'%s' does not compile: %s; write a Perl-"
                            "compatible expression for a whole origin",
                            line->argv[i], why);
        }
    }
}

/* ------------------------------------------------------- files and queries */

/* The feed for a file or a query, made when it is first named. Queries of two
 * virtual hosts may go to two databases. */
static cors_feed_t *feed_for(cors_line_t *line, cors_feed_kind_t kind,
                             const char *spec)
{
    cors_registry_t *registry = cors_conf_registry();
    cors_fed_t *fed;

    for (int i = 0; i < registry->feeds->nelts; i++) {
        fed = &APR_ARRAY_IDX(registry->feeds, i, cors_fed_t);
        if (fed->feed->kind == kind
            && strcmp(fed->feed->spec, spec) == 0
            && (kind == CORS_FEED_FILE
                || fed->server == line->cmd->server)) {
            return fed->feed;
        }
    }
    fed = apr_array_push(registry->feeds);
    fed->server = line->cmd->server;
    fed->feed = cors_feed_create(kind, spec, line->at, registry->pool);
    if (kind == CORS_FEED_FILE) {
        /* At once, and once: its faults belong to the configuration's. */
        cors_feed_file_read(fed->feed, line->at, line->findings,
                            line->cmd->temp_pool);
    }
    return fed->feed;
}

static void add_file(cors_line_t *line, const char *path, bool is_production)
{
    const char *absolute = ap_server_root_relative(line->cmd->pool, path);

    if (cors_conf_registry() == NULL || absolute == NULL || *path == '\0') {
        cors_line_fault(line, CORS_MSG_FILE,
                        "'%s' is not a path; write one relative to "
                        "ServerRoot, or an absolute one", path);
        return;
    }
    cors_sources_add_feed(cors_source_line_group(line),
                          feed_for(line, CORS_FEED_FILE, absolute),
                          is_production, line->at);
}

void cors_source_line_query(cors_line_t *line)
{
    cors_sources_t *sources = cors_source_line_group(line);
    const char *sql = line->argv[0] + strspn(line->argv[0], " \t");

    if (cors_conf_registry() == NULL || *sql == '\0') {
        cors_line_fault(line, CORS_MSG_VALUE,
                        "has no SQL; write \"SELECT pattern FROM table\"");
        return;
    }
    cors_sources_add_feed(sources,
                          feed_for(line, CORS_FEED_QUERY, line->argv[0]),
                          false, line->at);
}

void cors_source_line_file(cors_line_t *line)
{
    (void)cors_source_line_group(line);
    add_file(line, line->argv[0], false);
}

/* "name=path" -> its path if the name is the wanted one. */
static const char *path_for(const char *choice, const char *name)
{
    const apr_size_t len = strlen(name);

    return strncmp(choice, name, len) == 0 && choice[len] == '='
         ? choice + len + 1 : NULL;
}

/* All choices are name=path, no name twice? */
static bool check_choices(cors_line_t *line)
{
    bool ok = true;

    for (int i = 1; i < line->argc; i++) {
        const char *choice = line->argv[i];
        const char *equals = strchr(choice, '=');
        const char *name;

        if (equals == NULL || equals == choice || equals[1] == '\0') {
            cors_line_fault(line, CORS_MSG_FILE_CHOICE,
                            "'%s' is not a choice; write name=path", choice);
            ok = false;
            continue;
        }
        name = apr_pstrmemdup(line->cmd->pool, choice,
                              (apr_size_t)(equals - choice));
        for (int j = 1; j < i; j++) {
            if (path_for(line->argv[j], name) != NULL) {
                cors_line_fault(line, CORS_MSG_FILE_CHOICE,
                                "'%s' is there twice; write each name once",
                                name);
                ok = false;
            }
        }
    }
    return ok;
}

/* The names to choose from, as a message lists them. */
static const char *join_choices(const cors_line_t *line)
{
    const char *joined = "";

    for (int i = 1; i < line->argc; i++) {
        joined = apr_pstrcat(line->cmd->pool, joined, i > 1 ? ", " : "",
                             apr_pstrmemdup(line->cmd->pool, line->argv[i],
                                            strcspn(line->argv[i], "=")),
                             NULL);
    }
    return joined;
}

/*
 * An unset, empty or unlisted value is never guessed at: it takes default=,
 * which is where the strictest list belongs, or nothing.
 */
void cors_source_line_file_env(cors_line_t *line)
{
    static const char fallback[] = "default";
    const char *variable = line->argv[0];
    const char *name = fallback, *path = NULL;
    char *value = NULL;

    (void)cors_source_line_group(line);
    if (!check_choices(line)) {
        return;
    }
    if (apr_env_get(&value, variable, line->cmd->pool) != APR_SUCCESS) {
        value = NULL;
    }
    for (int i = 1; value != NULL && path == NULL && i < line->argc; i++) {
        path = path_for(line->argv[i], value);
        name = path ? value : fallback;
    }
    for (int i = 1; path == NULL && i < line->argc; i++) {
        path = path_for(line->argv[i], fallback);
    }
    if (path == NULL) {
        cors_line_fault(line, CORS_MSG_FILE_CHOICE,
                        "the environment variable %s is %s%s%s; set it to one "
                        "of %s, or write default=path", variable,
                        value ? "'" : "", value ? value : "unset",
                        value ? "', which is not listed" : "",
                        join_choices(line));
        return;
    }
    add_file(line, path,
             strcmp(name, fallback) == 0
             || apr_cstr_casecmpn(name, "prod", 4) == 0);
}
