/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_pattern: what an administrator writes as a pattern, up to a NUL.
 */
#include "fuzz.h"

#include <string.h>

#include "cors_hazard.h"
#include "cors_pattern.h"
#include "cors_set.h"
#include "naive.h"

/* A message is one line; of the text it quotes, bytes are as they are. */
static void is_one_line(const char *mend, const char *text)
{
    fuzz_expect(mend != NULL && *mend != '\0', "there is a mend", text, NULL);
    if (strchr(text, '\n') == NULL) {
        fuzz_expect(strchr(mend, '\n') == NULL, "a mend is one line", text,
                    mend);
    }
}

/* A mend in quotes can be copied: it is a pattern, and none that is wider. */
static void is_fit_to_copy(const char *mend, const char *text)
{
    const char *end = strchr(mend + 1, '\'');
    const char *meant;
    cors_pattern_t pattern;

    if (*mend != '\'') {
        return;
    }
    fuzz_expect(end != NULL, "a quote ends", text, mend);
    meant = fuzz_copy(mend + 1, (size_t)(end - mend - 1));
    fuzz_expect(cors_pattern_parse(&pattern, meant) == CORS_PATTERN_OK
                && naive_is_pattern(meant), "a mend is a pattern", text,
                meant);
    fuzz_expect(strchr(meant, '*') == NULL || strchr(text, '*') != NULL,
                "a mend has no wildcard of its own", text, meant);
}

static void check_hazards(const cors_pattern_t *pattern)
{
    const unsigned hazards = cors_hazards_of_pattern(pattern);
    const char *text = pattern->text;
    const bool is_insecure = strncmp(text, "https://", 8) != 0
        && !naive_is_loopback(text);

    switch (pattern->kind) {
    case CORS_PATTERN_ANY:
        fuzz_expect(hazards == CORS_HAZARD_ANY, "* is any", text, NULL);
        return;
    case CORS_PATTERN_NULL:
        fuzz_expect(hazards == CORS_HAZARD_NULL, "null is null", text, NULL);
        return;
    case CORS_PATTERN_ORIGIN:
        break;
    }
    fuzz_expect(is_insecure == ((hazards & CORS_HAZARD_INSECURE) != 0),
                "without TLS, and no loopback, is insecure", text, NULL);
    fuzz_expect((hazards & (CORS_HAZARD_ANY | CORS_HAZARD_NULL)) == 0,
                "a pattern with a host is not any or null", text, NULL);
}

/* An origin for the wildcards is matched by a set of the pattern alone. */
static void find(const cors_pattern_t *pattern)
{
    const cors_place_t at = {.file = "corpus", .line = 1};
    cors_set_t *set = cors_set_create(pool);
    cors_origin_t origin;
    char text[512];
    int n = 0;

    if (pattern->len > 300) {
        return;
    }
    for (apr_size_t i = 0; i < pattern->len; i++) {
        text[n++] = pattern->text[i] != '*' ? pattern->text[i]
                  : i + 1 == pattern->len ? '8' : 'x';
    }
    text[n] = '\0';
    cors_set_add(set, pattern, &at);
    if (cors_origin_parse(&origin, text)) {
        fuzz_expect(cors_set_find(set, &origin, NULL)
                    == naive_matches(pattern->text, text),
                    "what it stands for is found", pattern->text, text);
    }
}

void fuzz_one(const char *bytes, size_t len)
{
    const char *text = fuzz_copy(bytes, len), *mend;
    cors_pattern_t pattern;
    cors_pattern_fault_t fault = cors_pattern_parse(&pattern, text);

    fuzz_expect(fault < CORS_PATTERN_FAULTS, "it is a fault that there is",
                text, NULL);
    fuzz_expect((fault == CORS_PATTERN_OK) == naive_is_pattern(text),
                "the manual's rules say the same", text,
                fault == CORS_PATTERN_OK ? "OK"
                                         : cors_pattern_fault_text(fault));
    if (fault == CORS_PATTERN_OK) {
        check_hazards(&pattern);
        find(&pattern);
        return;
    }
    mend = cors_pattern_mend(fault, text, pool);
    is_one_line(mend, text);
    is_fit_to_copy(mend, text);
}
