/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_sample.h"

#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_ascii.h"
#include "cors_origin.h"

/* Expressions that go deeper, or repeat more, are not looked into. */
enum { DEPTH_MAX = 16, REPEATED_MAX = 64 };

typedef struct sampler_t {
    const char *at;
    unsigned choice;
    int depth, muted;       /* muted: what is read is not part of the text */
    bool has_failed;
    apr_size_t len;
    char text[CORS_ORIGIN_MAX + 1];
} sampler_t;

const char *cors_sample_skip_class(const char *at)
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

const char *cors_sample_skip_escape(const char *at)
{
    if (at[1] == 'Q') {
        const char *end = strstr(at, "\\E");

        return end ? end + 1 : at + strlen(at) - 1;
    }
    return at[1] != '\0' ? at + 1 : at;
}

static void put(sampler_t *s, char c)
{
    if (s->muted > 0) {
        return;
    }
    if (s->len == CORS_ORIGIN_MAX) {
        s->has_failed = true;
        return;
    }
    s->text[s->len++] = c;
}

/* \Q...\E: literal, whatever it is. */
static void read_quoted(sampler_t *s)
{
    while (*s->at != '\0' && strncmp(s->at, "\\E", 2) != 0) {
        put(s, *s->at++);
    }
    s->at += *s->at != '\0' ? 2 : 0;
}

static void read_escape(sampler_t *s)
{
    const char c = *++s->at;

    if (c == '\0') {
        s->has_failed = true;
        return;
    }
    s->at++;
    if (c == 'Q') {
        read_quoted(s);
    }
    else if (c == 'd') {
        put(s, '1');
    }
    else if (strchr("wDSN", c) != NULL) {
        put(s, 'x');
    }
    else if (strchr("bBAzZGKE", c) != NULL) {
        return;
    }
    else if (cors_ascii_is_alpha(c) || cors_ascii_is_digit(c)) {
        s->has_failed = true;
    }
    else {
        put(s, c);
    }
}

/* The first that is named; of those that are excluded none is an x. */
static void read_class(sampler_t *s)
{
    const char *first = s->at + 1, *end = cors_sample_skip_class(s->at);

    if (*end == '\0') {
        s->has_failed = true;
        return;
    }
    if (*first == '^') {
        put(s, 'x');
    }
    else if (strncmp(first, "[:", 2) == 0) {
        put(s, strncmp(first, "[:digit:]", 9) == 0 ? '1' : 'x');
    }
    else if (*first == '\\') {
        s->at = first;
        read_escape(s);
    }
    else {
        put(s, *first);
    }
    s->at = end + 1;
}

/* How many alternatives there are up to the end of the group. */
static unsigned count_alternatives(const char *at)
{
    unsigned n = 1;
    int depth = 0;

    for (; *at != '\0' && depth >= 0; at++) {
        if (*at == '\\') {
            at = cors_sample_skip_escape(at);
        }
        else if (*at == '[') {
            at = cors_sample_skip_class(at);
        }
        else {
            depth += (*at == '(') - (*at == ')');
            n += *at == '|' && depth == 0;
        }
        if (*at == '\0') {
            break;
        }
    }
    return n;
}

static void read_sequence(sampler_t *s);

static void read_alternatives(sampler_t *s)
{
    const unsigned wanted = s->choice / 2 % count_alternatives(s->at);

    if (++s->depth > DEPTH_MAX) {
        s->has_failed = true;
    }
    for (unsigned i = 0; !s->has_failed; i++) {
        s->muted += i != wanted;
        read_sequence(s);
        s->muted -= i != wanted;
        if (*s->at != '|') {
            break;
        }
        s->at++;
    }
    s->depth--;
}

/* What stands behind "(?": how far it goes, and whether it is only looked
 * at. Conditions, recursion and the like are not known. */
static bool skip_group_kind(sampler_t *s, bool *is_text)
{
    const char *at = s->at, *close;

    *is_text = true;
    if (*at == ':' || *at == '>' || *at == '|') {
        s->at = at + 1;
        return true;
    }
    if (*at == '=' || *at == '!' || (*at == '<' && strchr("=!", at[1]))) {
        s->at = at + (*at == '<' ? 2 : 1);
        *is_text = false;
        return at[0] != '<' || at[1] != '\0';
    }
    at += *at == 'P';
    if (*at == '<' || *at == '\'') {
        close = strchr(at + 1, *at == '<' ? '>' : '\'');
        s->at = close != NULL ? close + 1 : at;
        return close != NULL;
    }
    at = s->at + strspn(s->at, "imsxnJU-^");
    if (at > s->at && *at == ':') {
        s->at = at + 1;
        return true;
    }
    return false;
}

/* "(?#...)", "(?i)", "(*VERB)": no group at all. True if it was one. */
static bool skip_remark(sampler_t *s)
{
    const char *at = s->at + 1, *flags = at + 1 + strspn(at + 1, "imsxnJU-^");

    if (*at == '*' || strncmp(at, "?#", 2) == 0
        || (*at == '?' && *flags == ')')) {
        at = strchr(at, ')');
        s->has_failed = at == NULL;
        s->at = at != NULL ? at + 1 : s->at;
        return true;
    }
    return false;
}

static void read_group(sampler_t *s)
{
    bool is_text = true;

    if (skip_remark(s)) {
        return;
    }
    s->at++;
    if (*s->at == '?') {
        s->at++;
        if (!skip_group_kind(s, &is_text)) {
            s->has_failed = true;
            return;
        }
    }
    s->muted += !is_text;
    read_alternatives(s);
    s->muted -= !is_text;
    if (*s->at != ')') {
        s->has_failed = true;
        return;
    }
    s->at++;
}

static void read_atom(sampler_t *s)
{
    switch (*s->at) {
    case '(': read_group(s); break;
    case '[': read_class(s); break;
    case '\\': read_escape(s); break;
    case '^':
    case '$': s->at++; break;
    case '.': put(s, 'x'); s->at++; break;
    default: put(s, *s->at++); break;
    }
}

/* How often the atom before it is wanted: what is optional by choice. */
static unsigned read_quantifier(sampler_t *s)
{
    unsigned least = 1, most = 1;

    if (*s->at == '?' || *s->at == '*' || *s->at == '+') {
        least = *s->at++ == '+';
    }
    else if (s->at[0] == '{' && cors_ascii_is_digit(s->at[1])) {
        for (least = 0, s->at++; cors_ascii_is_digit(*s->at)
             && least <= REPEATED_MAX; s->at++) {
            least = 10 * least + (unsigned)(*s->at - '0');
        }
        most = s->at[0] == '}' ? least : most;
        s->at += strcspn(s->at, "}");
        s->at += *s->at == '}';
    }
    else {
        return 1;
    }
    s->at += *s->at == '?' || *s->at == '+';
    return least == 0 ? most * (s->choice % 2) : least;
}

/* The piece from begin on, so often in all. */
static void repeat(sampler_t *s, apr_size_t begin, unsigned times)
{
    const apr_size_t len = s->len - begin;

    if (times == 0) {
        s->len = begin;
    }
    if (times > REPEATED_MAX) {
        s->has_failed = true;
        return;
    }
    for (; times > 1; times--) {
        for (apr_size_t i = 0; i < len; i++) {
            put(s, s->text[begin + i]);
        }
    }
}

static void read_sequence(sampler_t *s)
{
    while (!s->has_failed && *s->at != '\0' && *s->at != '|'
           && *s->at != ')') {
        const apr_size_t begin = s->len;

        read_atom(s);
        repeat(s, begin, read_quantifier(s));
    }
}

const char *cors_sample_make(const char *regex, unsigned choice,
                             apr_pool_t *p)
{
    sampler_t s = {.at = regex, .choice = choice};

    read_alternatives(&s);
    return s.has_failed || *s.at != '\0' ? NULL
         : apr_pstrmemdup(p, s.text, s.len);
}
