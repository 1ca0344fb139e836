/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cors_regex.h"

#include <string.h>

#include <apr_strings.h>
#include <pcre2.h>

#include "cors_ascii.h"
#include "cors_origin.h"
#include "cors_psl.h"
#include "cors_sample.h"

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
    const char *arbitrary;  /* see cors_regex_arbitrary */
};

static apr_status_t destroy(void *data)
{
    cors_regex_t *regex = data;

    pcre2_match_context_free(regex->limits);
    pcre2_code_free(regex->code);
    return APR_SUCCESS;
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

static bool is_word(char c)
{
    return cors_ascii_is_alpha(c) || cors_ascii_is_digit(c);
}

/* The literal text at both ends of an expression, as far as it is plain. */
typedef struct ends_t {
    char *head, *tail;
} ends_t;

/*
 * Collect literal characters, beginning anew after everything that is not one.
 * What a quantifier follows is not literal either.
 */
static void find_ends(ends_t *ends, const char *text, apr_pool_t *p)
{
    char *run = apr_pcalloc(p, strlen(text) + 1);
    apr_size_t len = 0;

    ends->head = NULL;
    for (const char *at = text; *at != '\0'; at++) {
        const bool is_escaped = *at == '\\' && at[1] != '\0'
                             && !is_word(at[1]);

        if (is_escaped || strchr("\\^$.|?*+()[]{}", *at) == NULL) {
            at += is_escaped;
            run[len++] = *at;
            run[len] = '\0';
            continue;
        }
        if (strchr("?*+{", *at) != NULL && len > 0) {
            run[--len] = '\0';
        }
        if (ends->head == NULL) {
            ends->head = apr_pstrdup(p, run);
        }
        len = 0;
        run[0] = '\0';
        if (*at == '[') {
            at = cors_sample_skip_class(at);
        }
        else if (*at == '{') {
            at += strcspn(at, "}");
        }
        else if (*at == '\\') {
            at = cors_sample_skip_escape(at);
        }
        if (*at == '\0') {
            break;
        }
    }
    ends->tail = run;
    ends->head = ends->head != NULL ? ends->head : run;
}

static bool allows(const cors_regex_t *regex, const char *text)
{
    cors_origin_t origin;

    return cors_origin_parse(&origin, text)
        && cors_regex_matches(regex, text, origin.len);
}

/* https://canarygood.com for an origin on www.good.com: a name that anybody
 * may register beside it. NULL where nobody may. */
static const char *neighbour_of(const cors_origin_t *origin, apr_pool_t *p)
{
    const char *const end = origin->text + origin->host_at + origin->host_len;
    const char *label = origin->text + origin->host_at, *dot;

    for (; (dot = memchr(label, '.', (apr_size_t)(end - label))) != NULL;
         label = dot + 1) {
        if (cors_psl_is_public_suffix(dot + 1, (apr_size_t)(end - dot - 1))) {
            return apr_psprintf(p, "%.*scanary%s", (int)origin->host_at,
                                origin->text, label);
        }
    }
    return NULL;
}

static bool is_among(const char *const *texts, unsigned n, const char *text)
{
    while (n > 0) {
        if (texts[--n] != NULL && strcmp(texts[n], text) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * Change origins that the expression allows: what follows them, and who owns
 * them. Most choices make the same few; .htaccess is read for every request.
 */
static const char *find_open_sample(const cors_regex_t *regex, apr_pool_t *p)
{
    const char *made[CORS_SAMPLES];

    for (unsigned i = 0; i < CORS_SAMPLES; i++) {
        const char *text = cors_sample_make(regex->text, i, p), *other;
        cors_origin_t origin;

        made[i] = text;
        if (text == NULL || is_among(made, i, text) || !allows(regex, text)
            || !cors_origin_parse(&origin, text) || origin.is_opaque) {
            continue;
        }
        other = apr_pstrcat(p, text, ".canary.invalid", NULL);
        if (allows(regex, other)) {
            return other;
        }
        other = neighbour_of(&origin, p);
        if (other != NULL && allows(regex, other)) {
            return other;
        }
    }
    return NULL;
}

/*
 * Try hosts that anybody may own: under suffixes where anybody may register,
 * and what the expression's own text becomes where it is open at its end
 * (https://host.com.*) or at its beginning (https://.*host.com). Where the text
 * is not plain, an origin made from it is what is changed.
 */
static const char *find_canary(const cors_regex_t *regex, apr_pool_t *p)
{
    static const char *const canaries[] = {
        "https://canary.invalid", "http://canary.invalid",
        "https://canary.invalid:8443", "https://www.canary.invalid",
        "https://canary.com", "https://canary.org", "https://canary.net",
        "https://canary.io", "https://canary.dev", "https://canary.app",
        "https://canary.de", "https://canary.co.uk", "https://canary.example",
        "http://canary.com", "http://canary.example",
        "https://canary.github.io", "https://canary.gitlab.io",
        "https://canary.vercel.app", "https://canary.netlify.app",
        "https://canary.pages.dev", "https://canary.workers.dev",
        "https://canary.web.app", "https://canary.firebaseapp.com",
        "https://canary.herokuapp.com", "https://canary.azurewebsites.net",
        "https://canary.cloudfront.net", "https://canary.s3.amazonaws.com",
    };
    const char *own[2];
    ends_t ends;

    for (unsigned i = 0; i < sizeof canaries / sizeof canaries[0]; i++) {
        if (cors_regex_matches(regex, canaries[i], strlen(canaries[i]))) {
            return canaries[i];
        }
    }
    find_ends(&ends, regex->text, p);
    own[0] = apr_pstrcat(p, ends.head, ".canary.invalid", NULL);
    own[1] = is_word(ends.tail[0])
           ? apr_pstrcat(p, "https://canary", ends.tail, NULL) : "";
    for (unsigned i = 0; i < 2; i++) {
        if (allows(regex, own[i])) {
            return own[i];
        }
    }
    return find_open_sample(regex, p);
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
            | PCRE2_NO_START_OPTIMIZE,  /* no gain, and a bug in 10.42 */
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
    regex->arbitrary = find_canary(regex, p);
    return regex;
}

const char *cors_regex_arbitrary(const cors_regex_t *regex)
{
    return regex->arbitrary;
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
            at = cors_sample_skip_escape(at);
        }
        else if (*at == '[' && *(at = cors_sample_skip_class(at)) == '\0') {
            break;
        }
    }
    return -1;
}
