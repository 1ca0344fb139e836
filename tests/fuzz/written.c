/* SPDX-License-Identifier: Apache-2.0 */
#include "written.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_rule.h"
#include "fuzz.h"
#include "naive.h"

/* Expressions are another target's; a short one here and there is enough. */
enum { REGEX_MAX = 48, REGEXES_MAX = 2 };

static const cors_place_t places[] = {
    {.file = "corpus", .line = 1, .directive = "CorsAllowOrigin"}, {.file = "corpus", .line = 2, .directive = "CorsDenyOrigin"},
    {.file = "corpus", .line = 3, .directive = "CorsAllowOriginRegex"}, {.file = "corpus", .line = 4, .directive = "CorsOther"},
    {.file = "corpus", .line = 5, .directive = CORS_RULE_DIRECTIVE},
};

static void add_pattern(written_t *written, const char *text)
{
    cors_pattern_t pattern;

    written_rule_t *own = &written->own;

    if (own->n_allow < WRITTEN_MAX
        && cors_pattern_parse(&pattern, text) == CORS_PATTERN_OK) {
        cors_sources_add_pattern(written->sources, &pattern, &places[0]);
        written->policy.sources = written->sources;
        own->allow[own->n_allow++] = text;
    }
}

static void add_denied(written_t *written, const char *text)
{
    cors_pattern_t pattern;

    if (written->n_deny < WRITTEN_MAX
        && cors_pattern_parse(&pattern, text) == CORS_PATTERN_OK) {
        cors_set_add(written->denied, &pattern, &places[1]);
        written->policy.denied = written->denied;
        written->deny[written->n_deny++] = text;
    }
}

static void add_regex(written_t *written, const char *text)
{
    const char *error;
    const cors_regex_t *regex;

    if (written->n_regex == REGEXES_MAX || strlen(text) > REGEX_MAX
        || (regex = cors_regex_compile(text, &error, pool)) == NULL) {
        return;
    }
    cors_sources_add_regex(written->sources, regex, &places[2]);
    written->policy.sources = written->sources;
    written->regex[written->n_regex++] = text;
}

static const cors_list_t *read_list(cors_list_kind_t kind, char *text)
{
    cors_list_t *list = cors_list_create(kind, &places[3], pool);
    char *name;

    for (int i = 0; i < 64 && (name = fuzz_word(&text)) != NULL; i++) {
        (void)cors_list_add(list, name);
    }
    cors_list_seal(list, pool);
    return list->value != NULL ? list : NULL;
}

static void begin_rule(written_t *written, char *text)
{
    written_rule_t *rule = &written->rules[written->n_rules];
    cors_pattern_t pattern;
    char *word;

    written->in_section = NULL;
    if (written->n_rules == WRITTEN_MAX) {
        return;
    }
    *rule = (written_rule_t){.has_credentials = -1, .exposes_any = -1};
    while (rule->n_allow < WRITTEN_MAX
           && (word = fuzz_word(&text)) != NULL) {
        if (cors_pattern_parse(&pattern, word) != CORS_PATTERN_OK) {
            continue;
        }
        if (rule->n_allow == 0) {
            written->in_section = cors_rules_add(written->sources, &places[4]);
        }
        cors_rules_add_pattern(written->sources, &pattern, &places[4]);
        rule->allow[rule->n_allow++] = word;
    }
    if (rule->n_allow > 0) {
        written->policy.sources = written->sources;
        written->n_rules++;
    }
}

/* What the last line was about. */
static written_rule_t *current(written_t *written)
{
    return written->in_section != NULL
         ? &written->rules[written->n_rules - 1] : &written->own;
}

static void set(cors_setting_t *setting, int value, const char *text)
{
    setting->at = &places[3];
    setting->value = value;
    setting->text = text;
}

static void set_max_age(cors_policy_t *policy, const char *text)
{
    const int seconds = atoi(text);
    const bool is_fine = strspn(text, "0123456789") == strlen(text)
        && strlen(text) <= 5 && seconds <= CORS_MAX_AGE_LIMIT;

    if (*text == '\0') {
        set(&policy->max_age, CORS_MAX_AGE_OFF, NULL);
    }
    else if (is_fine) {
        set(&policy->max_age, seconds, text);
    }
}

static void set_server(cors_facts_t *facts, char *text)
{
    const char *scheme = fuzz_word(&text), *host = fuzz_word(&text);
    const char *port = fuzz_word(&text);

    facts->own_scheme = scheme;
    facts->own_host = host;
    facts->own_port = port != NULL && strlen(port) <= 5 ? atoi(port) : 0;
    if (facts->own_port < 0) {
        facts->own_port = 0;
    }
}

static void read_request(written_t *written, char key, char *value)
{
    switch (key) {
    case 'o':
        if (written->n_origins < WRITTEN_MAX) {
            written->origins[written->n_origins++] = value;
        }
        break;
    case 'm': written->facts.request_method = value; break;
    case 'h': written->facts.request_headers = value; break;
    case 'n': written->facts.asks_private_network = true; break;
    case 's': written->facts.fetch_site = value; break;
    case 'w': set_server(&written->facts, value); break;
    default: break;
    }
}

/* What a section may have, too. */
static void read_setting(written_t *written, char key, char *value)
{
    cors_policy_t *policy = written->in_section != NULL ? written->in_section
                                                        : &written->policy;

    switch (key) {
    case 'M': policy->methods = read_list(CORS_LIST_METHODS, value); break;
    case 'H':
        policy->headers = read_list(CORS_LIST_REQUEST_HEADERS, value);
        break;
    case 'E':
        policy->exposed = read_list(CORS_LIST_RESPONSE_HEADERS, value);
        current(written)->exposes_any = policy->exposed == NULL ? -1
                                      : policy->exposed->any;
        break;
    case 'C':
    case 'c':
        set(&policy->credentials, key == 'C', NULL);
        current(written)->has_credentials = key == 'C';
        break;
    case 'P': set(&policy->private_network, CORS_ON, NULL); break;
    case 'T': set(&policy->timing, CORS_ON, NULL); break;
    case 'X': set_max_age(policy, value); break;
    default: read_request(written, key, value); break;
    }
}

static void read_line(written_t *written, char key, char *value)
{
    switch (key) {
    case 'a': add_pattern(written, value); break;
    case 'd': add_denied(written, value); break;
    case 'r': add_regex(written, value); break;
    case 'R': begin_rule(written, value); break;
    case 'Z': written->in_section = NULL; break;
    case 'D': set(&written->policy.debug, CORS_ON, NULL); break;
    case 'L':
        set(&written->policy.lifted, *value
            & (CORS_HAZARD_NULL | CORS_HAZARD_INSECURE
               | CORS_HAZARD_PUBLIC_SUFFIX), NULL);
        break;
    default: read_setting(written, key, value); break;
    }
}

bool written_read(written_t *written, const char *bytes, size_t len)
{
    char *line;

    memset(written, 0, sizeof *written);
    written->sources = cors_sources_create(&places[0], pool);
    written->denied = cors_set_create(pool);
    written->own.has_credentials = written->own.exposes_any = -1;
    for (int i = 0; i < 256 && (line = fuzz_line(&bytes, &len)) != NULL; i++) {
        if (*line != '\0') {
            read_line(written, *line, line[1] == ' ' ? line + 2
                                                     : line + strlen(line));
        }
    }
    return written->policy.sources != NULL;
}

static bool has(const char *const *words, int n, const char *word)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_match(const char *const *words, int n, const char *origin)
{
    for (int i = 0; i < n; i++) {
        if (naive_matches(words[i], origin)) {
            return true;
        }
    }
    return false;
}

static bool has_regex_match(const written_t *written, const char *origin)
{
    for (int i = 0; i < written->n_regex; i++) {
        if (naive_regex_matches(written->regex[i], origin)) {
            return true;
        }
    }
    return false;
}

/* What holds for the origin: the first rule that matches, over the policy. */
static written_rule_t view_of(const written_t *written, const char *origin)
{
    written_rule_t view = written->own;

    for (int i = 0; i < written->n_rules; i++) {
        const written_rule_t *rule = &written->rules[i];

        if (origin != NULL ? has_match(rule->allow, rule->n_allow, origin)
                           : has(rule->allow, rule->n_allow, "*")) {
            view = *rule;
            break;
        }
    }
    if (view.has_credentials < 0) {
        view.has_credentials = written->own.has_credentials;
    }
    if (view.exposes_any < 0) {
        view.exposes_any = written->own.exposes_any;
    }
    return view;
}

static bool is_ruled(const written_t *written, const char *origin)
{
    for (int i = 0; i < written->n_rules; i++) {
        const written_rule_t *rule = &written->rules[i];

        if (origin != NULL ? has_match(rule->allow, rule->n_allow, origin)
                           : has(rule->allow, rule->n_allow, "*")) {
            return true;
        }
    }
    return false;
}

bool written_allows(const written_t *written, const char *origin)
{
    return naive_is_origin(origin)
        && !has_match(written->deny, written->n_deny, origin)
        && (is_ruled(written, origin)
            || has_match(written->own.allow, written->own.n_allow, origin)
            || has_regex_match(written, origin));
}

static bool is_lifted(const written_t *written, int hazard)
{
    return (written->policy.lifted.value & hazard) != 0;
}

static bool is_insecure(const char *text)
{
    return strcmp(text, "*") != 0 && strcmp(text, "null") != 0
        && strncmp(text, "https://", 8) != 0 && !naive_is_loopback(text);
}

bool written_is_safe(const written_t *written, const char *origin)
{
    const written_rule_t view = view_of(written, origin);

    if (has(view.allow, view.n_allow, "null")
        && !is_lifted(written, CORS_HAZARD_NULL)) {
        return false;
    }
    if (view.has_credentials <= 0) {
        return true;
    }
    for (int i = 0; i < view.n_allow; i++) {
        if (is_insecure(view.allow[i])
            && !is_lifted(written, CORS_HAZARD_INSECURE)) {
            return false;
        }
    }
    return view.exposes_any <= 0 && !has(view.allow, view.n_allow, "*")
        && (is_ruled(written, origin)
            || !has_regex_match(written, "https://canary.invalid"));
}

bool written_is_for_everybody(const written_t *written)
{
    return written->own.has_credentials <= 0 && written->n_rules == 0
        && has(written->own.allow, written->own.n_allow, "*")
        && written->n_deny == 0;
}

bool written_has_credentials(const written_t *written, const char *origin)
{
    return view_of(written, origin).has_credentials > 0;
}

bool written_lacks_tls(const written_t *written, const char *origin)
{
    return view_of(written, origin).has_credentials > 0 && is_insecure(origin)
        && !is_lifted(written, CORS_HAZARD_INSECURE);
}
