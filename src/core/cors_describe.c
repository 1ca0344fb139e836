/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_describe.h"

#include <stddef.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_rule.h"

/* So many patterns of a list are written out. */
enum { WRITTEN_MAX = 20 };

typedef struct word_t {
    int value;
    const char *word;
} word_t;

/* A directive with one value: its words, or none for a number. */
typedef struct setting_row_t {
    const char *directive;
    size_t offset;
    const word_t *words;   /* ended by a NULL word; the first is the default */
    const char *number;    /* the default, where there are no words */
} setting_row_t;

static const word_t off_on[] = {
    {CORS_OFF, "Off"}, {CORS_ON, "On"}, {0, NULL}
};
static const word_t engine[] = {
    {CORS_ON, "On"}, {CORS_OFF, "Off"}, {CORS_REPORT_ONLY, "ReportOnly"},
    {0, NULL}
};
static const word_t disallowed[] = {
    {CORS_DISALLOWED_IGNORE, "Ignore"}, {CORS_DISALLOWED_REJECT, "Reject"},
    {0, NULL}
};
static const word_t preflight[] = {
    {CORS_PREFLIGHT_ANSWER, "Answer"},
    {CORS_PREFLIGHT_PASS_THROUGH, "PassThrough"}, {0, NULL}
};
static const word_t upstream[] = {
    {CORS_UPSTREAM_REPLACE, "Replace"}, {CORS_UPSTREAM_KEEP, "Keep"},
    {0, NULL}
};

#define FIELD(name) offsetof(cors_policy_t, name)

static const setting_row_t settings[] = {
    {"CorsEngine", FIELD(engine), engine, NULL},
    {"CorsAllowCredentials", FIELD(credentials), off_on, NULL},
    {"CorsMaxAge", FIELD(max_age), NULL, "600"},
    {"CorsAllowPrivateNetwork", FIELD(private_network), off_on, NULL},
    {"CorsTimingAllowOrigin", FIELD(timing), off_on, NULL},
    {"CorsDisallowed", FIELD(disallowed), disallowed, NULL},
    {"CorsPreflight", FIELD(preflight), preflight, NULL},
    {"CorsPreflightStatus", FIELD(preflight_status), NULL, "204"},
    {"CorsUpstreamHeaders", FIELD(upstream), upstream, NULL},
    {"CorsDebug", FIELD(debug), off_on, NULL},
};

static const struct {
    unsigned hazard;
    const char *word;
} guards[] = {
    {CORS_HAZARD_NULL, "NullOrigin"},
    {CORS_HAZARD_INSECURE, "InsecureOrigins"},
    {CORS_HAZARD_PUBLIC_SUFFIX, "PublicSuffixes"},
};

static cors_described_t *add(apr_array_header_t *list, const char *directive,
                             const char *value, const cors_place_t *at)
{
    cors_described_t *described = apr_array_push(list);

    described->directive = directive;
    described->value = value;
    described->at = at;
    described->origins = -1;
    described->is_in_rule = false;
    return described;
}

static const char *join(const char *text, const char *word, apr_pool_t *p)
{
    return *text == '\0' ? word : apr_pstrcat(p, text, " ", word, NULL);
}

/* As httpd reads it between quotes. */
static const char *quote(const char *text, apr_pool_t *p)
{
    char *quoted = apr_palloc(p, 2 * strlen(text) + 3), *to = quoted;

    *to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || (*text == '\\' && strchr("\"\\", text[1]))) {
            *to++ = '\\';
        }
        *to++ = *text;
    }
    *to++ = '"';
    *to = '\0';
    return quoted;
}

/* What a set has of patterns, or of expressions. */
static void add_set(apr_array_header_t *list, const cors_set_t *set,
                    const char *patterns, const char *regexes, apr_pool_t *p)
{
    const char *text[2] = {"", ""};
    const cors_place_t *at[2] = {NULL, NULL};
    int n[2] = {0, 0};

    for (int i = 0; i < cors_set_size(set); i++) {
        cors_pattern_t pattern;
        cors_match_t *match = apr_palloc(p, sizeof *match);
        int kind;

        (void)cors_set_member(set, i, &pattern, match);
        kind = match->regex != NULL;
        if (n[kind] < WRITTEN_MAX) {
            text[kind] = join(text[kind], kind ? quote(match->text, p)
                                               : match->text, p);
        }
        else if (n[kind] == WRITTEN_MAX) {
            text[kind] = join(text[kind], "...", p);
        }
        at[kind] = n[kind] == 0 ? &match->at : at[kind];
        n[kind]++;
    }
    for (int kind = 0; kind < 2; kind++) {
        if (n[kind] > 0) {
            add(list, kind ? regexes : patterns, text[kind],
                at[kind])->origins = n[kind];
        }
    }
}

static bool is_rule(const cors_source_t *source)
{
    return strcmp(source->at->directive, CORS_RULE_DIRECTIVE) == 0;
}

static void add_source(apr_array_header_t *list, const cors_source_t *source,
                       apr_pool_t *p)
{
    const cors_set_t *set;

    if (source->feed == NULL) {
        add_set(list, source->set, is_rule(source) ? CORS_RULE_DIRECTIVE
                                                   : "CorsAllowOrigin",
                "CorsAllowOriginRegex", p);
        return;
    }
    set = cors_source_enter(source);
    add(list, source->at->directive, source->feed->spec,
        source->at)->origins = set != NULL ? cors_set_size(set) : 0;
    cors_source_leave(source);
}

static const char *word_of(const setting_row_t *row,
                           const cors_setting_t *setting)
{
    const word_t *word = row->words;

    if (word == NULL) {
        return setting->at == NULL ? row->number
             : setting->text != NULL ? setting->text : "Off";
    }
    while (setting->at != NULL && word->word != NULL
           && word->value != setting->value) {
        word++;
    }
    return word->word;
}

static void add_list(apr_array_header_t *list, const char *directive,
                     const cors_list_t *names, apr_pool_t *p)
{
    const char *text = names->any ? "*" : "";

    for (int i = 0; i < names->names->nelts; i++) {
        text = join(text, APR_ARRAY_IDX(names->names, i, const char *), p);
    }
    add(list, directive, text, names->at);
}

static void add_guards(apr_array_header_t *list, const cors_setting_t *lifted,
                       apr_pool_t *p)
{
    const char *text = "";

    for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++) {
        if (((unsigned)lifted->value & guards[i].hazard) != 0) {
            text = join(text, guards[i].word, p);
        }
    }
    if (*text != '\0') {
        add(list, "CorsDangerouslyAllow", text, lifted->at);
    }
}

static void add_sources(apr_array_header_t *list,
                        const cors_sources_t *sources, apr_pool_t *p)
{
    for (int i = 0; i < sources->list->nelts; i++) {
        add_source(list, APR_ARRAY_IDX(sources->list, i,
                                       const cors_source_t *), p);
    }
}

/* Those that are written, or, with defaults, all. */
static void add_lists(apr_array_header_t *list, const cors_policy_t *policy,
                      bool with_defaults, apr_pool_t *p)
{
    if (with_defaults || policy->methods != NULL) {
        add_list(list, "CorsAllowMethods", cors_policy_methods(policy), p);
    }
    if (with_defaults || policy->headers != NULL) {
        add_list(list, "CorsAllowHeaders", cors_policy_headers(policy), p);
    }
    if (policy->exposed != NULL) {
        add_list(list, "CorsExposeHeaders", policy->exposed, p);
    }
}

static void add_settings(apr_array_header_t *list, const cors_policy_t *policy,
                         bool with_defaults)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const cors_setting_t *setting = (const cors_setting_t *)(
            (const char *)policy + settings[i].offset);

        if (with_defaults || setting->at != NULL) {
            add(list, settings[i].directive, word_of(&settings[i], setting),
                setting->at);
        }
    }
}

static void add_rule(apr_array_header_t *list, const cors_policy_t *rule,
                     apr_pool_t *p)
{
    int first;

    add_sources(list, rule->sources, p);
    first = list->nelts;
    add_lists(list, rule, false, p);
    add_settings(list, rule, false);
    for (int i = first; i < list->nelts; i++) {
        APR_ARRAY_IDX(list, i, cors_described_t).is_in_rule = true;
    }
}

apr_array_header_t *cors_describe(const cors_policy_t *policy, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 16, sizeof(cors_described_t));

    if (policy->sources != NULL) {
        for (int i = 0; i < cors_rules_count(policy->sources); i++) {
            add_rule(list, cors_rules_get(policy->sources, i), p);
        }
        add_sources(list, policy->sources, p);
    }
    if (policy->denied != NULL) {
        add_set(list, policy->denied, "CorsDenyOrigin", "CorsDenyOrigin", p);
    }
    add_lists(list, policy, true, p);
    add_settings(list, policy, true);
    add_guards(list, &policy->lifted, p);
    return list;
}
