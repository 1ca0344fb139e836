/* SPDX-License-Identifier: Apache-2.0 */
#include "written.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "fuzz.h"
#include "naive.h"

/* Expressions are another target's; a short one here and there is enough. */
enum { REGEX_MAX = 48, REGEXES_MAX = 2 };

static const cors_place_t places[] = {
    {"corpus", 1, "CorsAllowOrigin"}, {"corpus", 2, "CorsDenyOrigin"},
    {"corpus", 3, "CorsAllowOriginRegex"}, {"corpus", 4, "CorsOther"},
};

static void add_pattern(written_t *written, const char *text)
{
    cors_pattern_t pattern;

    if (written->n_allow < WRITTEN_MAX
        && cors_pattern_parse(&pattern, text) == CORS_PATTERN_OK) {
        cors_sources_add_pattern(written->sources, &pattern, &places[0]);
        written->policy.sources = written->sources;
        written->allow[written->n_allow++] = text;
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

static void set(cors_setting_t *setting, int value, const char *text)
{
    setting->at = &places[3];
    setting->value = value;
    setting->text = text;
}

static void set_max_age(written_t *written, const char *text)
{
    const int seconds = atoi(text);
    const bool is_fine = strspn(text, "0123456789") == strlen(text)
        && strlen(text) <= 5 && seconds <= CORS_MAX_AGE_LIMIT;

    if (*text == '\0') {
        set(&written->policy.max_age, CORS_MAX_AGE_OFF, NULL);
    }
    else if (is_fine) {
        set(&written->policy.max_age, seconds, text);
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

static void read_line(written_t *written, char key, char *value)
{
    cors_policy_t *policy = &written->policy;

    switch (key) {
    case 'a': add_pattern(written, value); break;
    case 'd': add_denied(written, value); break;
    case 'r': add_regex(written, value); break;
    case 'M': policy->methods = read_list(CORS_LIST_METHODS, value); break;
    case 'H':
        policy->headers = read_list(CORS_LIST_REQUEST_HEADERS, value);
        break;
    case 'E':
        policy->exposed = read_list(CORS_LIST_RESPONSE_HEADERS, value);
        written->exposes_any = policy->exposed != NULL && policy->exposed->any;
        break;
    case 'C': set(&policy->credentials, CORS_ON, NULL); break;
    case 'P': set(&policy->private_network, CORS_ON, NULL); break;
    case 'T': set(&policy->timing, CORS_ON, NULL); break;
    case 'D': set(&policy->debug, CORS_ON, NULL); break;
    case 'L':
        set(&policy->lifted, *value & (CORS_HAZARD_NULL | CORS_HAZARD_INSECURE
                                       | CORS_HAZARD_PUBLIC_SUFFIX), NULL);
        break;
    case 'X': set_max_age(written, value); break;
    default: read_request(written, key, value); break;
    }
}

bool written_read(written_t *written, const char *bytes, size_t len)
{
    char *line;

    memset(written, 0, sizeof *written);
    written->sources = cors_sources_create(&places[0], pool);
    written->denied = cors_set_create(pool);
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

bool written_allows(const written_t *written, const char *origin)
{
    return naive_is_origin(origin)
        && !has_match(written->deny, written->n_deny, origin)
        && (has_match(written->allow, written->n_allow, origin)
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

static bool has_credentials(const written_t *written)
{
    return written->policy.credentials.at != NULL;
}

bool written_is_safe(const written_t *written)
{
    if (has(written->allow, written->n_allow, "null")
        && !is_lifted(written, CORS_HAZARD_NULL)) {
        return false;
    }
    if (!has_credentials(written)) {
        return true;
    }
    for (int i = 0; i < written->n_allow; i++) {
        if (is_insecure(written->allow[i])
            && !is_lifted(written, CORS_HAZARD_INSECURE)) {
            return false;
        }
    }
    return !written->exposes_any
        && !has(written->allow, written->n_allow, "*")
        && !has_regex_match(written, "https://canary.invalid");
}

bool written_is_for_everybody(const written_t *written)
{
    return !has_credentials(written)
        && has(written->allow, written->n_allow, "*")
        && written->n_deny == 0;
}

bool written_lacks_tls(const written_t *written, const char *origin)
{
    return has_credentials(written) && is_insecure(origin)
        && !is_lifted(written, CORS_HAZARD_INSECURE);
}
