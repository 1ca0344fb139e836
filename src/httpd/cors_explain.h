/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_explain: what would happen to a request, and why.
 *
 * The policy is found as for a request to that URL, by a lookup; the verdict is
 * that of the same cors_decide; what browsers make of it is cors_browser's.
 */
#ifndef CORS_EXPLAIN_H
#define CORS_EXPLAIN_H

#include <httpd.h>

#include "cors_advice.h"
#include "cors_browser.h"
#include "cors_decide.h"
#include "cors_question.h"

typedef struct cors_explanation_t {
    cors_question_t question;
    bool is_same_origin;           /* browsers ask nobody */
    bool asks_first;               /* a browser sends a preflight */
    const cors_policy_t *preflight_policy;  /* NULL: CORS is off for it */
    const cors_policy_t *actual_policy;     /* the same */
    const cors_policy_t *policy;   /* that of the deciding one, with its rule
                                      if it has one; NULL: off */
    const cors_place_t *engine_off;  /* off by this CorsEngine; NULL: by none */
    cors_verdict_t preflight;      /* if it does */
    cors_verdict_t actual;
    const cors_verdict_t *deciding;  /* of the two; NULL: CORS is off */
    cors_answer_t preflight_answer;  /* status 0: whoever handles OPTIONS */
    cors_answer_t actual_answer;     /* status 0: whoever handles the URL */

    cors_step_t step;              /* where a browser stops */
    bool stops_at_preflight;
    const char *what;              /* the header name it stops at, or NULL */
    const char *hidden;            /* headers that the script may read, but for
                                      these; NULL where it sees all it wants */
    apr_array_header_t *advice;    /* of cors_advice_t */
    apr_array_header_t *described; /* of cors_described_t; the whole policy */
} cors_explanation_t;

/*
 * Explain what r's query asks about (see cors_question.h). NULL where that is
 * incomplete or makes no sense; *fault then says which and why.
 */
cors_explanation_t *cors_explain(request_rec *r, const char **fault);

/* The pattern that decided, where one did; NULL where a directive did. */
const char *cors_explain_pattern(const cors_verdict_t *verdict);

/* "allowed", "denied" or "same-origin"; "off" where the policy is NULL. */
const char *cors_explain_slug(const cors_policy_t *policy,
                              const cors_verdict_t *verdict);

/* That of the deciding verdict. */
const char *cors_explain_verdict(const cors_explanation_t *explanation);

#endif
