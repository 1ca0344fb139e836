/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_directives.h"

#include <stddef.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "cors_line.h"
#include "cors_rule.h"
#include "cors_rule_line.h"
#include "cors_source_line.h"

/* ------------------------------------------------------------------ values */

static cors_setting_t *setting_of(const cors_line_t *line)
{
    return (cors_setting_t *)((char *)line->policy + line->row->offset);
}

/* "On or Off": the legal words, as a message names them. */
static const char *join_words(const cors_word_t *words, apr_pool_t *p)
{
    const char *joined = words->word;

    for (words++; words->word != NULL; words++) {
        joined = apr_pstrcat(p, joined, words[1].word ? ", " : " or ",
                             words->word, NULL);
    }
    return joined;
}

static const cors_word_t *find_word(cors_line_t *line, const char *text)
{
    const cors_word_t *word;

    for (word = line->row->words; word->word != NULL; word++) {
        if (apr_cstr_casecmp(word->word, text) == 0) {
            return word;
        }
    }
    cors_line_fault(line, CORS_MSG_VALUE, "does not know '%s'; write %s",
                    text, join_words(line->row->words, line->cmd->pool));
    return NULL;
}

static void set_word(cors_line_t *line)
{
    const cors_word_t *word = find_word(line, line->argv[0]);

    if (word != NULL) {
        setting_of(line)->at = line->at;
        setting_of(line)->value = word->value;
    }
}

/* Several words, each a bit; repeating the directive adds to them. */
static void set_bits(cors_line_t *line)
{
    for (int i = 0; i < line->argc; i++) {
        const cors_word_t *word = find_word(line, line->argv[i]);

        if (word != NULL) {
            setting_of(line)->at = line->at;
            setting_of(line)->value |= word->value;
        }
    }
}

static bool parse_number(int *number, const char *text)
{
    int n = 0;

    if (*text == '\0' || strlen(text) > 9) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        n = n * 10 + (*text - '0');
    }
    *number = n;
    return true;
}

/* A number within the row's bounds, or one of its words if it has any. */
static bool read_number(cors_line_t *line, cors_setting_t *setting)
{
    const cors_row_t *row = line->row;
    const char *text = line->argv[0];

    setting->at = line->at;
    if (row->words != NULL && apr_cstr_casecmp(text, row->words->word) == 0) {
        setting->value = row->words->value;
    }
    else if (!parse_number(&setting->value, text) || setting->value < row->min
             || setting->value > row->max) {
        cors_line_fault(line, CORS_MSG_VALUE,
                        "'%s' is out of range; write a number in %d..%d%s%s",
                        text, row->min, row->max, row->words ? ", or " : "",
                        row->words ? row->words->word : "");
        return false;
    }
    else {
        setting->text = apr_itoa(line->cmd->pool, setting->value);
    }
    return true;
}

static void set_number(cors_line_t *line)
{
    cors_setting_t setting = {NULL, 0, NULL};

    if (read_number(line, &setting)) {
        *setting_of(line) = setting;
    }
}

/* Of the server, not of a policy. */
static void set_reload(cors_line_t *line)
{
    cors_setting_t setting = {NULL, 0, NULL};

    if (read_number(line, &setting)) {
        cors_conf_registry()->reload = setting;
    }
}

/* ------------------------------------------------------------------- lists */

static void set_list(cors_line_t *line)
{
    const cors_list_t **field =
        (const cors_list_t **)((char *)line->policy + line->row->offset);
    cors_list_t *list;

    /* What is here was made for this section, by an earlier line. */
    list = (cors_list_t *)(uintptr_t)*field;
    if (list == NULL) {
        list = cors_list_create((cors_list_kind_t)line->row->min, line->at,
                                line->cmd->pool);
        *field = list;
    }
    for (int i = 0; i < line->argc; i++) {
        cors_name_fault_t fault = cors_list_add(list, line->argv[i]);

        if (fault != CORS_NAME_OK) {
            cors_line_fault(line,
                            list->kind == CORS_LIST_METHODS
                                ? CORS_MSG_METHOD : CORS_MSG_HEADER_NAME,
                            "'%s' %s; write %s", line->argv[i],
                            cors_name_fault_text(fault),
                            cors_name_fault_mend(fault));
        }
    }
    cors_list_seal(list, line->cmd->pool);
}

/* ------------------------------------------------------------------- table */

static const cors_word_t on_off[] = {
    {"On", CORS_ON}, {"Off", CORS_OFF}, {NULL, 0}
};
static const cors_word_t engine_words[] = {
    {"On", CORS_ON}, {"Off", CORS_OFF}, {"ReportOnly", CORS_REPORT_ONLY},
    {NULL, 0}
};
static const cors_word_t max_age_off[] = {
    {"Off", CORS_MAX_AGE_OFF}, {NULL, 0}
};
static const cors_word_t disallowed_words[] = {
    {"Ignore", CORS_DISALLOWED_IGNORE}, {"Reject", CORS_DISALLOWED_REJECT},
    {NULL, 0}
};
static const cors_word_t preflight_words[] = {
    {"Answer", CORS_PREFLIGHT_ANSWER},
    {"PassThrough", CORS_PREFLIGHT_PASS_THROUGH}, {NULL, 0}
};
static const cors_word_t upstream_words[] = {
    {"Replace", CORS_UPSTREAM_REPLACE}, {"Keep", CORS_UPSTREAM_KEEP}, {NULL, 0}
};
static const cors_word_t guard_words[] = {
    {"NullOrigin", CORS_HAZARD_NULL},
    {"InsecureOrigins", CORS_HAZARD_INSECURE},
    {"PublicSuffixes", CORS_HAZARD_PUBLIC_SUFFIX},
    {NULL, 0}
};

/* A day: who wants less often wants 0. */
enum { RELOAD_INTERVAL_MAX = 86400 };

#define FIELD(name) .offset = offsetof(cors_policy_t, name)
#define ONE .min_args = 1, .max_args = 1
#define MANY .min_args = 1, .max_args = CORS_ARGS_MANY
#define LIST(kind) .set = set_list, MANY, .min = (kind)
#define FLAG .set = set_word, ONE, .words = on_off
#define IN_RULE .in_rule = true

static const cors_row_t
    engine = {.set = set_word, ONE, FIELD(engine), .words = engine_words},
    allow_origin = {.set = cors_source_line_patterns, MANY},
    allow_origin_regex = {.set = cors_source_line_regexes, MANY},
    origins_file = {.set = cors_source_line_file, ONE,
                    .not_in_htaccess = true},
    origins_file_env = {.set = cors_source_line_file_env, .min_args = 2,
                        .max_args = CORS_ARGS_MANY, .not_in_htaccess = true},
    origins_query = {.set = cors_source_line_query, ONE,
                     .not_in_htaccess = true},
    deny_origin = {.set = cors_source_line_denied, MANY},
    allow_methods = {LIST(CORS_LIST_METHODS), FIELD(methods), IN_RULE},
    allow_headers = {LIST(CORS_LIST_REQUEST_HEADERS), FIELD(headers), IN_RULE},
    allow_credentials = {FLAG, FIELD(credentials), IN_RULE},
    expose_headers = {LIST(CORS_LIST_RESPONSE_HEADERS), FIELD(exposed),
                      IN_RULE},
    max_age = {.set = set_number, ONE, FIELD(max_age), .words = max_age_off,
               .min = 0, .max = CORS_MAX_AGE_LIMIT, IN_RULE},
    allow_private_network = {FLAG, FIELD(private_network), IN_RULE},
    timing_allow_origin = {FLAG, FIELD(timing), IN_RULE},
    disallowed = {.set = set_word, ONE, FIELD(disallowed),
                  .words = disallowed_words},
    preflight = {.set = set_word, ONE, FIELD(preflight),
                 .words = preflight_words},
    preflight_status = {.set = set_number, ONE, FIELD(preflight_status),
                        .min = CORS_PREFLIGHT_STATUS_MIN,
                        .max = CORS_PREFLIGHT_STATUS_MAX},
    upstream_headers = {.set = set_word, ONE, FIELD(upstream),
                        .words = upstream_words},
    dangerously_allow = {.set = set_bits, MANY, FIELD(lifted),
                         .words = guard_words, .not_in_htaccess = true},
    debug = {FLAG, FIELD(debug)},
    reload_interval = {.set = set_reload, ONE, .min = 0,
                       .max = RELOAD_INTERVAL_MAX, .not_in_htaccess = true,
                       .global_only = true},
    origin_section = {.set = cors_rule_line_section, MANY, .is_section = true};

/* The last column is the synopsis, which messages and httpd -L show. */
#define DIRECTIVE(name, row, synopsis)                                         \
    AP_INIT_RAW_ARGS(name, cors_line_take, (void *)(uintptr_t)&(row),          \
                     OR_FILEINFO, synopsis)

/* OR_FILEINFO for all: where .htaccess is out of bounds the row says so, and
 * AllowOverrideList cannot unsay it. */
const command_rec cors_directives[] = {
    DIRECTIVE("CorsEngine", engine, "On|Off|ReportOnly"),
    DIRECTIVE("CorsAllowOrigin", allow_origin, "pattern ..."),
    DIRECTIVE("CorsAllowOriginRegex", allow_origin_regex, "regex ..."),
    DIRECTIVE("CorsOriginsFile", origins_file, "path"),
    DIRECTIVE("CorsOriginsFileEnv", origins_file_env,
              "VARIABLE name=path ... [default=path]"),
    DIRECTIVE("CorsOriginsQuery", origins_query, "\"SQL\""),
    DIRECTIVE("CorsDenyOrigin", deny_origin, "pattern ..."),
    DIRECTIVE("CorsAllowMethods", allow_methods, "method ... or *"),
    DIRECTIVE("CorsAllowHeaders", allow_headers, "name ... or *"),
    DIRECTIVE("CorsAllowCredentials", allow_credentials, "On|Off"),
    DIRECTIVE("CorsExposeHeaders", expose_headers, "name ... or *"),
    DIRECTIVE("CorsMaxAge", max_age, "seconds|Off"),
    DIRECTIVE("CorsAllowPrivateNetwork", allow_private_network, "On|Off"),
    DIRECTIVE("CorsTimingAllowOrigin", timing_allow_origin, "On|Off"),
    DIRECTIVE("CorsDisallowed", disallowed, "Ignore|Reject"),
    DIRECTIVE("CorsPreflight", preflight, "Answer|PassThrough"),
    DIRECTIVE("CorsPreflightStatus", preflight_status, "200..299"),
    DIRECTIVE("CorsUpstreamHeaders", upstream_headers, "Replace|Keep"),
    DIRECTIVE("CorsDangerouslyAllow", dangerously_allow,
              "NullOrigin|InsecureOrigins|PublicSuffixes ..."),
    DIRECTIVE("CorsDebug", debug, "On|Off"),
    DIRECTIVE("CorsReloadInterval", reload_interval, "seconds"),
    DIRECTIVE(CORS_RULE_SECTION, origin_section, "pattern ...>"),
    {.name = NULL}
};
