/* SPDX-License-Identifier: Apache-2.0 */
#include "readers.h"

#include <string.h>

#include <sched.h>

#include "cors_decide.h"

static const char *const origins[] = {
    "https://both.example", "https://only-a.example", "https://only-b.example",
    "https://x.sub.example", "https://y.sub.example", "http://plain.example",
    "https://host-77.example", "https://z.c.example:8443",
    "https://inline.example", "https://none.example", "null", "no origin",
};

enum { ORIGINS = sizeof origins / sizeof origins[0] };

static bool is_same_text(const char *a, const char *b)
{
    return a != NULL && b != NULL ? strcmp(a, b) == 0 : a == b;
}

/* ---------------------------------------------------------------- verdicts */

static bool is_same_match(const cors_match_t *a, const cors_match_t *b)
{
    return is_same_text(a->text, b->text) && a->at.line == b->at.line
        && is_same_text(a->at.file, b->at.file)
        && is_same_text(a->at.directive, b->at.directive)
        && a->regex == b->regex && a->hazards == b->hazards;
}

/* "*" without Vary, or the origin with it; never one half of each. */
static bool is_one_answer(const cors_verdict_t *verdict, const char *origin)
{
    return is_same_text(verdict->headers[0].value,
                        verdict->allows_any ? "*" : origin)
        && (verdict->vary == NULL) == verdict->allows_any;
}

/*
 * Between the steps of a decision the list may be replaced. So what allows the
 * origin is as one list has it, and whether "*" is sent is as one list has it,
 * but not always the same one. A denial is a denial of one of them.
 */
static void decide(const acted_t *acted, const char *origin, bool is_preflight)
{
    const cors_facts_t facts = {
        .origin = origin, .is_options = is_preflight,
        .request_method = is_preflight ? "GET" : NULL,
    };
    bool is_right = false, is_answer = false;
    cors_verdict_t verdict;

    cors_decide(&verdict, acted->policy, &facts);
    for (int i = 0; i < acted->n_still; i++) {
        cors_verdict_t still;

        cors_decide(&still, acted->still[i], &facts);
        is_answer = is_answer || still.allows_any == verdict.allows_any;
        is_right = is_right
                || (still.is_allowed == verdict.is_allowed
                    && (!still.is_allowed
                        || (is_same_match(&still.match, &verdict.match)
                            && still.at->line == verdict.at->line)));
    }
    if (!is_right || !is_answer
        || (verdict.is_allowed && !is_one_answer(&verdict, origin))) {
        stress_fail("%s: %s by '%s' on line %d, hazards %x: no list says that",
                    origin, verdict.is_allowed ? "allowed" : "denied",
                    verdict.match.text ? verdict.match.text : "",
                    verdict.match.at.line, verdict.match.hazards);
    }
}

/* ---------------------------------------------------------- finds, hazards */

static void find(const acted_t *acted, const char *text)
{
    cors_origin_t origin;
    cors_match_t match, still;
    bool is_right = false, is_found;

    if (!cors_origin_parse(&origin, text)) {
        return;
    }
    is_found = cors_sources_find(acted->policy->sources, &origin, &match);
    for (int i = 0; i < acted->n_still && !is_right; i++) {
        is_right = cors_sources_find(acted->still[i]->sources, &origin, &still)
                   == is_found
                && (!is_found || is_same_match(&match, &still));
    }
    if (!is_right) {
        stress_fail("%s: found '%s', or nothing; no list says that", text,
                    is_found ? match.text : "");
    }
}

static void look_at_hazards(const acted_t *acted)
{
    const unsigned hazards = cors_sources_hazards(acted->policy->sources);
    bool is_right = false;

    for (int i = 0; i < acted->n_still; i++) {
        is_right = is_right || cors_sources_hazards(acted->still[i]->sources)
                               == hazards;
    }
    if (!is_right) {
        stress_fail("hazards %x: no list has these", hazards);
    }
}

/* ------------------------------------------------------------------- walks */

static bool is_same_set(const cors_set_t *a, const cors_set_t *b, int step)
{
    for (int i = 0; i < cors_set_size(a); i += step) {
        cors_pattern_t pattern;
        cors_match_t one = {.hazards = 0}, other = {.hazards = 0};

        if (cors_set_member(a, i, &pattern, &one)
            != cors_set_member(b, i, &pattern, &other)
            || !is_same_match(&one, &other)) {
            return false;
        }
    }
    return true;
}

/* Stay in a set for long, and see that it is one list all the time. */
static void walk(const stage_t *stage, int feed, int step)
{
    const cors_set_t *set = cors_slot_enter(stage->feeds[feed].feed->slot);
    bool is_right = false;

    for (int list = 0; list < LISTS && set != NULL; list++) {
        const cors_set_t *still = stage->lists[feed][list];

        is_right = is_right || (cors_set_size(still) == cors_set_size(set)
                                && is_same_set(set, still, step));
    }
    cors_slot_leave();
    if (!is_right) {
        stress_fail("feed %d: a set that is neither list", feed);
    }
}

/* Of a set that is gone by now, what is in its memory is looked at. */
static void look_at(const cors_set_t *set)
{
    const int size = cors_set_size(set);
    const unsigned hazards = cors_set_hazards(set);

    if (hazards != (size == 2 ? CORS_HAZARD_INSECURE : 0) || size < 1
        || size > 2) {
        stress_fail("a set of %d with hazards %x", size, hazards);
    }
}

/* In and out, except where the set is a new one: stay until it is old. */
static void enter_and_leave(const stage_t *stage)
{
    static _Thread_local const cors_set_t *last;
    const cors_set_t *set = cors_slot_enter(stage->feeds[RUSHED].feed->slot);

    for (int i = 0; i < (set != last ? 5 : 1); i++) {
        look_at(set);
        if (set != last) {
            (void)sched_yield();
        }
    }
    cors_slot_leave();
    last = set;
}

/* With credentials one of the two lists may not be used at all. */
void readers_rush(stage_t *stage)
{
    const cors_facts_t facts = {.origin = "https://both.example"};

    for (int i = 0; i < 100; i++) {
        cors_verdict_t verdict;

        cors_decide(&verdict, stage->rushed.policy, &facts);
        if (verdict.is_allowed && (verdict.match.at.line != 2
                                   || verdict.match.hazards != 0)) {
            stress_fail("allowed by an unsafe list, line %d, hazards %x",
                        verdict.match.at.line, verdict.match.hazards);
        }
        for (int k = 0; k < 50; k++) {
            enter_and_leave(stage);
        }
    }
    atomic_fetch_add_explicit(&stage->looks, 100, memory_order_relaxed);
}

void readers_look(stage_t *stage, unsigned i)
{
    const acted_t *acted = &stage->policies[i % POLICIES];
    const char *origin = origins[i / POLICIES % ORIGINS];

    decide(acted, origin, i % 2 == 0);
    find(acted, origin);
    look_at_hazards(acted);
    if (i % 31 == 0) {
        walk(stage, (int)(i / 31 % FEEDS), i % 4 == 0 ? 1 : 100);
    }
    atomic_fetch_add_explicit(&stage->looks, 1, memory_order_relaxed);
}
