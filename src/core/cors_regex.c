/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cors_regex.h"

#include <string.h>

#include <apr_strings.h>
#include <pcre2.h>

#include "cors_ascii.h"

/*
 * Steps of backtracking. Sensible expressions over origins, which have at most
 * CORS_ORIGIN_MAX bytes, take tens; this ends a hostile one within a
 * millisecond or so.
 */
enum { MATCH_LIMIT = 20000, ERROR_MAX = 120 };

struct cors_regex_t {
    const char *text;
    pcre2_code *code;
    pcre2_match_context *limits;
};

static apr_status_t destroy(void *data)
{
    cors_regex_t *regex = data;

    pcre2_match_context_free(regex->limits);
    pcre2_code_free(regex->code);
    return APR_SUCCESS;
}

cors_regex_t *cors_regex_compile(const char *text, const char **error,
                                 apr_pool_t *p)
{
    cors_regex_t *regex;
    int code;
    PCRE2_SIZE offset;
    pcre2_code *compiled;

    if (*text == '\0') {
        *error = "it is empty";
        return NULL;
    }
    compiled = pcre2_compile(
        (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
        PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C
            | PCRE2_NO_START_OPTIMIZE,  /* nothing to gain, and a bug in 10.42 */
        &code, &offset, NULL);

    if (compiled == NULL) {
        PCRE2_UCHAR why[ERROR_MAX];

        (void)pcre2_get_error_message(code, why, sizeof why);
        *error = apr_psprintf(p, "%s at offset %" APR_SIZE_T_FMT,
                              (const char *)why, (apr_size_t)offset);
        return NULL;
    }
    regex = apr_pcalloc(p, sizeof *regex);
    regex->text = apr_pstrdup(p, text);
    regex->code = compiled;
    regex->limits = pcre2_match_context_create(NULL);
    apr_pool_cleanup_register(p, regex, destroy, apr_pool_cleanup_null);
    if (regex->limits != NULL) {
        (void)pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
    }
    return regex;
}

bool cors_regex_matches(const cors_regex_t *regex, const char *subject,
                        apr_size_t len)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int rv;

    if (data == NULL || regex->limits == NULL) {
        pcre2_match_data_free(data);
        return false;
    }
    rv = pcre2_match(regex->code, (PCRE2_SPTR)subject, len, 0, 0, data,
                     regex->limits);
    pcre2_match_data_free(data);
    return rv >= 0;
}

const char *cors_regex_text(const cors_regex_t *regex)
{
    return regex->text;
}

const char *cors_regex_arbitrary(const cors_regex_t *regex)
{
    /* Hosts that anybody may own, under suffixes that anybody may use. */
    static const char *const canaries[] = {
        "https://canary.invalid", "http://canary.invalid",
        "https://canary.invalid:8443", "https://www.canary.invalid",
        "https://canary.com", "https://canary.org", "https://canary.net",
        "https://canary.io", "https://canary.dev", "https://canary.app",
        "https://canary.de", "https://canary.co.uk",
        "https://canary.github.io", "https://canary.example",
        "http://canary.com", "http://canary.example",
    };

    for (unsigned i = 0; i < sizeof canaries / sizeof canaries[0]; i++) {
        if (cors_regex_matches(regex, canaries[i], strlen(canaries[i]))) {
            return canaries[i];
        }
    }
    return NULL;
}

static bool is_word(char c)
{
    return cors_ascii_is_alpha(c) || cors_ascii_is_digit(c);
}

/* From "[" to its "]": a "]" in front, and [:alpha:], do not end a class. */
static const char *skip_class(const char *at)
{
    at++;
    at += *at == '^';
    at += *at == ']';
    while (*at != '\0' && *at != ']') {
        if (at[0] == '[' && at[1] == ':' && strstr(at + 2, ":]") != NULL) {
            at = strstr(at + 2, ":]") + 1;
        }
        else if (at[0] == '\\' && at[1] != '\0') {
            at++;
        }
        at++;
    }
    return at;
}

/* From "\\" to the end of what it makes literal. */
static const char *skip_escape(const char *at)
{
    if (at[1] == 'Q') {
        const char *end = strstr(at, "\\E");

        return end ? end + 1 : at + strlen(at) - 1;
    }
    return at[1] != '\0' ? at + 1 : at;
}

int cors_regex_unescaped_dot(const cors_regex_t *regex)
{
    bool after_word = false;  /* \w. and ]. are meant, example. is not */

    for (const char *at = regex->text; *at != '\0'; at++) {
        if (*at == '.' && after_word && is_word(at[1])) {
            return (int)(at - regex->text);
        }
        after_word = is_word(*at);
        if (*at == '\\') {
            at = skip_escape(at);
        }
        else if (*at == '[' && *(at = skip_class(at)) == '\0') {
            break;
        }
    }
    return -1;
}
