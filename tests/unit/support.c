/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_pool.h"
#include "cors_rule.h"
#include "faults.h"

apr_pool_t *pool;

static void set_up(void)
{
    faults_clear();
    ck_assert_int_eq(apr_pool_create(&pool, NULL), APR_SUCCESS);
}

static void tear_down(void)
{
    apr_pool_destroy(pool);
    pool = NULL;
    ck_assert_msg(faults_blocks() == 0, "%zu bytes in %d blocks are not freed",
                  faults_bytes(), faults_blocks());
}

TCase *support_case(Suite *suite, const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, set_up, tear_down);
    suite_add_tcase(suite, tests);
    return tests;
}

void support_same_text(const char *name, const char *got, const char *want)
{
    const bool is_same = got != NULL && want != NULL ? strcmp(got, want) == 0
                                                     : got == want;

    if (!is_same) {
        ck_abort_msg("%s:\n-- got\n%s\n-- instead of\n%s", name,
                     got ? got : "(NULL)", want ? want : "(NULL)");
    }
}

void support_same_number(const char *name, long got, long want)
{
    if (got != want) {
        ck_abort_msg("%s: got %ld instead of %ld", name, got, want);
    }
}

void support_has(const char *name, const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        ck_abort_msg("%s: '%s' is missing from '%s'", name, part, text);
    }
}

char *support_repeat(char c, apr_size_t len)
{
    char *text = apr_pcalloc(pool, len + 1);

    memset(text, c, len);
    return text;
}

const cors_place_t *support_place(const char *directive, int line)
{
    cors_place_t *place = apr_pcalloc(pool, sizeof *place);

    place->file = "test.conf";
    place->line = line;
    place->directive = directive;
    return place;
}

cors_origin_t support_origin(const char *text)
{
    cors_origin_t origin;

    if (!cors_origin_parse(&origin, text)) {
        ck_abort_msg("the test's origin '%s' does not parse", text);
    }
    return origin;
}

cors_pattern_t support_pattern(const char *text)
{
    cors_pattern_t pattern;
    cors_pattern_fault_t fault = cors_pattern_parse(&pattern, text);

    if (fault != CORS_PATTERN_OK) {
        ck_abort_msg("the test's pattern '%s' %s", text,
                     cors_pattern_fault_text(fault));
    }
    return pattern;
}

cors_regex_t *support_regex(const char *text)
{
    const char *error;
    cors_regex_t *regex = cors_regex_compile(text, &error, pool);

    if (regex == NULL) {
        ck_abort_msg("the test's expression '%s': %s", text, error);
    }
    return regex;
}

apr_array_header_t *support_words(const char *text)
{
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));
    char *state, *word;

    for (word = apr_strtok(apr_pstrdup(pool, text), " ", &state); word != NULL;
         word = apr_strtok(NULL, " ", &state)) {
        APR_ARRAY_PUSH(words, const char *) = word;
    }
    return words;
}

static cors_set_t *make_set(const char *directive, const char *words,
                            apr_pool_t *p)
{
    cors_set_t *set = cors_set_create(p);
    const apr_array_header_t *list = support_words(words);

    for (int i = 0; i < list->nelts; i++) {
        const char *word = APR_ARRAY_IDX(list, i, const char *);
        const cors_place_t *at = support_place(directive, i + 1);

        if (*word == '~') {
            cors_set_add_regex(set, support_regex(word + 1), at);
        }
        else {
            cors_pattern_t pattern = support_pattern(word);

            cors_set_add(set, &pattern, at);
        }
    }
    return set;
}

cors_set_t *support_set(const char *directive, const char *words)
{
    return make_set(directive, words, pool);
}

void support_replace(cors_slot_t *slot, const char *words)
{
    apr_pool_t *own = cors_pool_create();

    cors_slot_replace(slot, make_set(NULL, words, own), own);
}

cors_list_t *support_list(cors_list_kind_t kind, const char *directive,
                          const char *words)
{
    cors_list_t *list = cors_list_create(kind, support_place(directive, 1),
                                         pool);
    const apr_array_header_t *names = support_words(words);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (cors_list_add(list, name) != CORS_NAME_OK) {
            ck_abort_msg("the test's name '%s' is not valid", name);
        }
    }
    cors_list_seal(list, pool);
    return list;
}

static cors_sources_t *make_sources(const char *words)
{
    const apr_array_header_t *list = support_words(words);
    cors_sources_t *sources =
        cors_sources_create(support_place("CorsAllowOrigin", 1), pool);

    for (int i = 0; i < list->nelts; i++) {
        const char *word = APR_ARRAY_IDX(list, i, const char *);

        if (*word == '~') {
            cors_sources_add_regex(sources, support_regex(word + 1),
                                   support_place("CorsAllowOriginRegex",
                                                 i + 1));
        }
        else {
            cors_pattern_t pattern = support_pattern(word);

            cors_sources_add_pattern(sources, &pattern,
                                     support_place("CorsAllowOrigin", i + 1));
        }
    }
    return sources;
}

static void write_setting(cors_setting_t *setting, const char *directive,
                          int value)
{
    setting->at = support_place(directive, 1);
    setting->value = value;
}

static const cors_list_t *write_list(cors_list_kind_t kind,
                                     const char *directive, const char *words)
{
    return words ? support_list(kind, directive, words) : NULL;
}

cors_policy_t *support_policy(const support_policy_t *written)
{
    cors_policy_t *policy = apr_pcalloc(pool, sizeof *policy);

    policy->sources = written->allow ? make_sources(written->allow) : NULL;
    policy->denied = written->deny
        ? support_set("CorsDenyOrigin", written->deny) : NULL;
    policy->methods = write_list(CORS_LIST_METHODS, "CorsAllowMethods",
                                 written->methods);
    policy->headers = write_list(CORS_LIST_REQUEST_HEADERS, "CorsAllowHeaders",
                                 written->headers);
    policy->exposed = write_list(CORS_LIST_RESPONSE_HEADERS,
                                 "CorsExposeHeaders", written->expose);
    if (written->max_age != NULL) {
        bool is_off = strcmp(written->max_age, "Off") == 0;

        write_setting(&policy->max_age, "CorsMaxAge", is_off
                      ? CORS_MAX_AGE_OFF : atoi(written->max_age));
        policy->max_age.text = is_off ? NULL : written->max_age;
    }
    if (written->credentials) {
        write_setting(&policy->credentials, "CorsAllowCredentials", CORS_ON);
    }
    if (written->private_network) {
        write_setting(&policy->private_network, "CorsAllowPrivateNetwork",
                      CORS_ON);
    }
    if (written->timing) {
        write_setting(&policy->timing, "CorsTimingAllowOrigin", CORS_ON);
    }
    if (written->lifted != 0) {
        write_setting(&policy->lifted, "CorsDangerouslyAllow",
                      (int)written->lifted);
    }
    return policy;
}

/* The policy's own group of sources, which is const for all but who wrote it. */
static cors_sources_t *sources_of(cors_policy_t *policy)
{
    if (policy->sources == NULL) {
        policy->sources = cors_sources_create(
            support_place(CORS_RULE_DIRECTIVE, 1), pool);
    }
    return (cors_sources_t *)(uintptr_t)policy->sources;
}

cors_policy_t *support_add_rule(cors_policy_t *policy,
                                const support_policy_t *written)
{
    cors_sources_t *sources = sources_of(policy);
    const apr_array_header_t *words = support_words(written->allow);
    support_policy_t lines = *written;
    cors_policy_t *rule = cors_rules_add(
        sources, support_place(CORS_RULE_DIRECTIVE,
                               cors_rules_count(sources) + 1));
    cors_policy_t named;

    for (int i = 0; i < words->nelts; i++) {
        cors_pattern_t pattern =
            support_pattern(APR_ARRAY_IDX(words, i, const char *));

        cors_rules_add_pattern(sources, &pattern, support_place(
            CORS_RULE_DIRECTIVE, cors_set_size(sources->rules->patterns) + 1));
    }
    lines.allow = NULL;
    named = *rule;
    cors_policy_merge(rule, &named, support_policy(&lines));
    return rule;
}

cors_feed_t *support_feed(const char *words)
{
    cors_feed_t *feed = cors_feed_create(
        CORS_FEED_FILE, "test.conf", support_place("CorsOriginsFile", 1),
        pool);

    support_replace(feed->slot, words);
    return feed;
}

void support_add_file(cors_sources_t *sources, const char *words,
                      bool is_production)
{
    const cors_place_t *at = support_place("CorsOriginsFile", 1);

    cors_sources_add_feed(sources, support_feed(words), is_production, at);
}

const char *support_members(const cors_set_t *set)
{
    const char *text = "";

    for (int i = 0; i < cors_set_size(set); i++) {
        cors_pattern_t pattern;
        cors_match_t match;

        (void)cors_set_member(set, i, &pattern, &match);
        text = apr_psprintf(pool, "%s%s%d %s", text, i ? "," : "",
                            match.at.line, match.text);
    }
    return text;
}

const cors_finding_t *support_finding(const cors_findings_t *findings, int i)
{
    ck_assert_int_lt(i, findings->nelts);
    return &APR_ARRAY_IDX(findings, i, cors_finding_t);
}

/* splitmix32: every seed is a good one. */
unsigned support_random(uint32_t *state, unsigned below)
{
    uint32_t z = *state += 0x9e3779b9u;

    z = (z ^ (z >> 16)) * 0x21f0aaadu;
    z = (z ^ (z >> 15)) * 0x735a2d97u;
    return (z ^ (z >> 15)) % below;
}
