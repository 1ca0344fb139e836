/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_show: what is shown to operators of a policy and requests (written.h):
 * the policy in words, what was denied most, what to write, what a console
 * says; and any bytes made fit to be shown.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "cors_advice.h"
#include "cors_browser.h"
#include "cors_describe.h"
#include "cors_lint.h"
#include "cors_quote.h"
#include "cors_text.h"
#include "cors_wants.h"
#include "naive.h"
#include "written.h"

/* Printable, and nothing is lost: it can be read back. */
static void quote_printable(const char *text)
{
    const char *quoted = cors_quote_printable(text, pool);
    const char *at = quoted;

    for (const char *c = text; *c != '\0'; c++) {
        char byte = *at++;

        fuzz_expect(byte >= ' ' && byte <= '~', "it is printable", text,
                    NULL);
        if (byte == '\\') {
            const char hex[3] = {at[1], at[2], '\0'};

            fuzz_expect(*at == 'x', "an escape has a number", text, NULL);
            byte = (char)strtol(hex, NULL, 16);
            at += 3;
        }
        fuzz_expect(byte == *c, "it is the same byte", text, quoted);
    }
    fuzz_expect(*at == '\0', "and no more", text, quoted);
}

static void quote_label(const char *text)
{
    const char *quoted = cors_quote_label(text, pool), *at = quoted;

    for (const char *c = text; *c != '\0'; c++) {
        char byte = *at++;

        fuzz_expect(byte != '"' && byte != '\n', "a label stays in its quotes",
                    text, quoted);
        if (byte == '\\') {
            byte = *at == 'n' ? '\n' : *at;
            at++;
        }
        fuzz_expect(byte == *c, "it is the same byte", text, quoted);
    }
    fuzz_expect(*at == '\0', "and no more", text, quoted);
}

/* Many texts in a few blocks, all of them as they were. */
static void keep_texts(const char *bytes, size_t len)
{
    cors_text_t text = {NULL};
    const char *lines[128], *kept[128];
    int n = 0;

    while (n < 128 && (lines[n] = fuzz_line(&bytes, &len)) != NULL) {
        kept[n] = cors_text_keep(&text, lines[n], strlen(lines[n]));
        fuzz_expect(kept[n] != NULL, "there is memory", NULL, NULL);
        quote_printable(lines[n]);
        quote_label(lines[n]);
        n++;
    }
    for (int i = 0; i < n; i++) {
        fuzz_expect(strcmp(kept[i], lines[i]) == 0, "it is kept", lines[i],
                    kept[i]);
    }
    cors_text_free(&text);
}

static void describe(const written_t *written)
{
    const apr_array_header_t *all = cors_describe(&written->policy, pool);
    cors_findings_t *findings = cors_findings_make(pool);

    for (int i = 0; i < all->nelts; i++) {
        const cors_described_t *one = &APR_ARRAY_IDX(all, i, cors_described_t);

        fuzz_expect(one->directive != NULL && one->value != NULL
                    && *one->value != '\0', "it is in words", one->directive,
                    one->value);
    }
    fuzz_expect(all->nelts > 0, "a policy says something", NULL, NULL);
    cors_lint_errors(&written->policy, NULL, findings);
    if (!written_is_safe(written, "https://nobody.invalid")
        && written->own.n_allow > 0) {
        fuzz_expect(findings->nelts > 0, "what is unsafe is found", NULL,
                    NULL);
    }
}

/* What was counted is read back, as it was or cut. */
static void count(const cors_seen_item_t *items, int n)
{
    static cors_seen_t seen;
    static cors_seen_view_t views[CORS_SEEN_MAX];
    int n_views;

    memset(&seen, 0, sizeof seen);
    for (int i = 0; i < n; i++) {
        cors_seen_add(&seen, &items[i], 1000000);
    }
    n_views = cors_seen_read(&seen, views, 1000000);
    fuzz_expect((n_views > 0) == (n > 0) && n_views <= n, "it is counted",
                NULL, NULL);
    for (int i = 0; i < n_views; i++) {
        bool is_known = false;

        for (int j = 0; j < n; j++) {
            const bool is_cut = items[j].len >= CORS_SEEN_VALUE;
            const size_t len = is_cut ? CORS_SEEN_VALUE - 4 : items[j].len;

            is_known |= views[i].want == items[j].want
                && views[i].is_cut == is_cut
                && memcmp(views[i].value, items[j].value, len) == 0
                && strcmp(views[i].value + len, is_cut ? "..." : "") == 0;
        }
        fuzz_expect(is_known, "what is read was counted", views[i].value,
                    NULL);
    }
}

static const cors_list_t *with_name(const cors_list_t *list, const char *name)
{
    cors_list_t *more = cors_list_create(list->kind, NULL, pool);

    for (int i = 0; i < list->names->nelts; i++) {
        (void)cors_list_add(more, APR_ARRAY_IDX(list->names, i, const char *));
    }
    if (list->any) {
        (void)cors_list_add(more, "*");
    }
    fuzz_expect(strcmp(name, "*") != 0
                && cors_list_add(more, name) == CORS_NAME_OK,
                "what to write is a name", name, NULL);
    cors_list_seal(more, pool);
    return more;
}

/* Do as a line says; it must be one that configtest takes. */
static void follow(written_t *written, const char *line)
{
    static const cors_place_t at = {.file = "corpus", .line = 9, .directive = "CorsAdvice"};
    const char *space = strchr(line, ' ');
    const char *value = space != NULL ? space + 1 : "";
    const size_t len = space != NULL ? (size_t)(space - line) : 0;
    cors_policy_t *policy = &written->policy;
    cors_pattern_t pattern;

    if (len == 15 && strncmp(line, "CorsAllowOrigin", len) == 0) {
        fuzz_expect(naive_is_pattern(value) && strchr(value, '*') == NULL
                    && cors_pattern_parse(&pattern, value) == CORS_PATTERN_OK,
                    "what to write is a pattern", value, NULL);
        cors_sources_add_pattern(written->sources, &pattern, &at);
    }
    else if (len == 16 && strncmp(line, "CorsAllowMethods", len) == 0) {
        policy->methods = with_name(cors_policy_methods(policy), value);
    }
    else if (len == 16 && strncmp(line, "CorsAllowHeaders", len) == 0) {
        policy->headers = with_name(cors_policy_headers(policy), value);
    }
    else if (strcmp(line, "CorsAllowPrivateNetwork On") == 0) {
        policy->private_network.value = CORS_ON;
    }
    else {
        fuzz_expect(strcmp(line, "CorsAllowCredentials On") == 0,
                    "it is a directive", line, NULL);
        policy->credentials.value = CORS_ON;
    }
}

/* Whoever writes all that is said, and nothing but lines is, is allowed. */
static void take_advice(written_t *written, const cors_facts_t *facts,
                        const cors_verdict_t *verdict)
{
    const cors_policy_t before = written->policy;
    const cors_fetch_t fetch = {
        .url = "https://server/", .origin = facts->origin,
        .method = facts->request_method != NULL ? facts->request_method
                                                : "GET",
        .headers = facts->request_headers
    };
    const apr_array_header_t *all = cors_advise(&written->policy, verdict,
                                                facts, &fetch, pool);
    /* With sections it matters where a line goes, which is not followed. */
    bool is_complete = all->nelts > 0 && all->nelts < CORS_WANTS_MAX
        && written->n_rules == 0;
    cors_verdict_t after;

    for (int i = 0; i < all->nelts; i++) {
        const cors_advice_t *one = &APR_ARRAY_IDX(all, i, cors_advice_t);

        fuzz_expect(one->where != NULL && *one->where != '\0',
                    "there is a sentence", one->line, NULL);
        is_complete &= one->line != NULL;
        if (one->line != NULL) {
            follow(written, one->line);
        }
    }
    if (is_complete && !verdict->is_allowed) {
        cors_decide(&after, &written->policy, facts);
        fuzz_expect(after.is_allowed || after.kind == CORS_KIND_SAME_ORIGIN,
                    "advice that is taken helps", facts->origin,
                    cors_reason_slug(after.reason));
    }
    written->policy = before;
}

/* Without a policy: what is said can be written, too. */
static void take_first_advice(written_t *written, const char *origin)
{
    const cors_fetch_t fetch = {.url = "https://server/", .origin = origin,
                                .method = "GET"};
    const apr_array_header_t *all = cors_advise_policy(&fetch, NULL, pool);

    for (int i = 0; i < all->nelts; i++) {
        const cors_advice_t *one = &APR_ARRAY_IDX(all, i, cors_advice_t);

        if (one->line != NULL) {
            follow(written, one->line);
        }
    }
}

static void console(const cors_facts_t *facts, const cors_slice_t *refused)
{
    const cors_fetch_t fetch = {
        .url = "https://server/", .origin = facts->origin,
        .method = facts->request_method != NULL ? facts->request_method
                                                : "GET"
    };
    const cors_answer_t answer = {
        .status = 204, .allow_credentials = facts->request_headers
    };
    const char *what = refused->text != NULL
        ? apr_pstrmemdup(pool, refused->text, refused->len) : NULL;

    for (int i = 0; i < CORS_CONSOLES * CORS_STEPS; i++) {
        const char *text = cors_console_text(
            (cors_console_t)(i / CORS_STEPS), (cors_step_t)(i % CORS_STEPS),
            facts->request_method != NULL, &fetch, &answer, what, pool);

        fuzz_expect(text == NULL || *text != '\0', "a console says something",
                    facts->origin, NULL);
    }
}

static void show(written_t *written, const char *origin, bool is_preflight)
{
    cors_facts_t facts = written->facts;
    cors_verdict_t verdict;
    cors_seen_item_t items[CORS_WANTS_MAX];
    int n;

    facts.origin = origin;
    facts.is_options = is_preflight;
    cors_decide(&verdict, &written->policy, &facts);
    n = cors_wants_of(items, &verdict, &written->policy, &facts);
    fuzz_expect(n >= 0 && n <= CORS_WANTS_MAX
                && (n == 0 || !verdict.is_allowed), "who is denied lacks",
                origin, NULL);
    count(items, n);
    console(&facts, &verdict.refused);
    take_advice(written, &facts, &verdict);
}

void fuzz_one(const char *bytes, size_t len)
{
    written_t written;

    keep_texts(bytes, len);
    if (!written_read(&written, bytes, len)) {
        return;
    }
    describe(&written);
    for (int i = 0; i < written.n_origins && i < 4; i++) {
        show(&written, written.origins[i], false);
        if (written.facts.request_method != NULL) {
            show(&written, written.origins[i], true);
        }
        take_first_advice(&written, written.origins[i]);
    }
}
