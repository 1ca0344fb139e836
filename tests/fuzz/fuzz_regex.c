/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_regex: expressions, with what is found out about them. The first line
 * is the expression, the others are origins.
 */
#include "fuzz.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_ascii.h"
#include "cors_origin.h"
#include "cors_regex.h"
#include "cors_set.h"
#include "naive.h"

/* What configtest would take long for is not what is looked for here. */
enum { TEXT_MAX = 160 };

static bool is_word(char c)
{
    return cors_ascii_is_alpha(c) || cors_ascii_is_digit(c);
}

static void check_findings(const cors_regex_t *regex, const char *text)
{
    const char *canary = cors_regex_arbitrary(regex);
    const int dot = cors_regex_unescaped_dot(regex);

    fuzz_expect(strcmp(cors_regex_text(regex), text) == 0,
                "it is kept as it was written", text, cors_regex_text(regex));
    if (canary != NULL) {
        fuzz_expect(naive_is_origin(canary)
                    && cors_regex_matches(regex, canary, strlen(canary)),
                    "a canary is an origin that is allowed", text, canary);
    }
    if (dot != -1) {
        fuzz_expect(dot > 0 && (size_t)dot + 1 < strlen(text)
                    && text[dot] == '.' && is_word(text[dot - 1])
                    && is_word(text[dot + 1]), "a dot stands between letters",
                    text, NULL);
    }
}

/* Where every origin is allowed by one branch, the other hides nothing. */
static void open_wide(const char *text)
{
    const char *error;
    const char *wide = apr_pstrcat(pool, "https://.*|", text, NULL);
    const cors_regex_t *regex = cors_regex_compile(wide, &error, pool);

    if (regex != NULL) {
        fuzz_expect(cors_regex_arbitrary(regex) != NULL,
                    "an expression that allows everybody is found out", wide,
                    NULL);
    }
}

/* The text as a literal stands for itself, and for nothing else. */
static void as_literal(const char *text, const char *subject)
{
    char *escaped = apr_palloc(pool, 2 * strlen(text) + 1), *to = escaped;
    const char *error;
    const cors_regex_t *regex;

    for (const char *at = text; *at != '\0'; at++) {
        if (!is_word(*at) && (unsigned char)*at < 0x80) {
            *to++ = '\\';
        }
        *to++ = *at;
    }
    *to = '\0';
    regex = cors_regex_compile(escaped, &error, pool);
    fuzz_expect(regex != NULL, "a literal compiles", escaped, NULL);
    if (regex != NULL) {
        fuzz_expect(cors_regex_matches(regex, text, strlen(text)),
                    "a literal matches itself", text, NULL);
        fuzz_expect(cors_regex_matches(regex, subject, strlen(subject))
                    == (strcmp(text, subject) == 0),
                    "a literal matches nothing else", text, subject);
        fuzz_expect(cors_regex_unescaped_dot(regex) == -1,
                    "no dot of a literal is unescaped", escaped, NULL);
    }
}

static void ask(const cors_regex_t *regex, const char *text,
                const char *subject)
{
    const cors_place_t at = {.file = "corpus", .line = 1};
    cors_set_t *set = cors_set_create(pool);
    const size_t len = strlen(subject);
    const bool matches = cors_regex_matches(regex, subject, len);
    cors_origin_t origin;

    fuzz_expect(matches == cors_regex_matches(regex, subject, len),
                "it is the same each time", text, subject);
    cors_set_add_regex(set, regex, &at);
    if (!cors_origin_parse(&origin, subject)) {
        return;
    }
    fuzz_expect(cors_set_find(set, &origin, NULL)
                == (matches && !origin.is_opaque),
                "an origin is found where it matches; null never", text,
                subject);
    if (matches && !origin.is_opaque) {
        fuzz_expect(naive_regex_matches(text, subject),
                    "what matches is the whole origin", text, subject);
    }
}

void fuzz_one(const char *bytes, size_t len)
{
    const char *text = fuzz_line(&bytes, &len), *error = NULL, *subject;
    const cors_regex_t *regex;

    if (text == NULL || strlen(text) > TEXT_MAX) {
        return;
    }
    regex = cors_regex_compile(text, &error, pool);
    if (regex == NULL) {
        fuzz_expect(error != NULL && *error != '\0', "it is said why not",
                    text, NULL);
    }
    else {
        check_findings(regex, text);
        open_wide(text);
    }
    for (int i = 0; i < 8; i++) {
        subject = fuzz_line(&bytes, &len);
        if (subject == NULL) {
            return;
        }
        if (regex != NULL) {
            ask(regex, text, subject);
        }
        if (i == 0 && *text != '\0') {
            as_literal(text, subject);
        }
    }
}
