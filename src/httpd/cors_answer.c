/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_answer.h"

#include <stdlib.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "cors_apply.h"
#include "cors_resolve.h"

/* Does the module itself answer this request, by its verdict and policy? */
static bool answers(const cors_request_t *cors)
{
    const cors_verdict_t *verdict = &cors->verdict;

    if (cors->is_borrowed) {
        return false;
    }
    switch (verdict->kind) {
    case CORS_KIND_PREFLIGHT:
        return cors_policy_answers_preflights(cors->policy);
    case CORS_KIND_ACTUAL:
        return !verdict->is_allowed && cors_policy_rejects(cors->policy);
    default:
        return false;
    }
}

/*
 * What httpd cannot parse, and its own faults, stay what they are; a 503 before
 * any handler was asked is somebody's rule.
 */
static bool is_replaceable(const cors_request_t *cors, int status)
{
    if (cors->verdict.kind == CORS_KIND_ACTUAL) {
        return status < HTTP_BAD_REQUEST;
    }
    return status != HTTP_BAD_REQUEST
        && (status < HTTP_INTERNAL_SERVER_ERROR
            || status == HTTP_SERVICE_UNAVAILABLE);
}

/*
 * A browser that stored "*" with a page, and asks whether the page changed for
 * an origin that is denied, would read it by the stored header: a 304 cannot
 * take a header back.
 */
static void refuse_conditions(const cors_request_t *cors, request_rec *r)
{
    if (cors->verdict.kind == CORS_KIND_ACTUAL && !cors->verdict.is_allowed
        && cors->verdict.allows_any
        && !cors_policy_is_report_only(cors->policy)) {
        apr_table_unset(r->headers_in, "If-None-Match");
        apr_table_unset(r->headers_in, "If-Modified-Since");
    }
}

void cors_answer_settle(cors_request_t *cors, request_rec *r)
{
    cors_request_decide(cors, r);
    if (!answers(cors)) {
        refuse_conditions(cors, r);
        cors->is_settled = true;
    }
}

/* The policy is complete: decide, and end the request if that is ours. */
static int conclude(cors_request_t *cors, request_rec *r)
{
    if (cors->policy == NULL) {
        return DECLINED;
    }
    cors_answer_settle(cors, r);
    if (cors->is_settled
        || (r->prev != NULL && !is_replaceable(cors, cors->first->status))) {
        return DECLINED;
    }
    cors->is_answered = true;
    return HTTP_NO_CONTENT;
}

int cors_answer_at_location(request_rec *r)
{
    cors_request_t *cors;

    if (r->main != NULL || r->prev != NULL
        || (cors = cors_request_open(r)) == NULL
        || cors->level != CORS_LEVEL_FULL) {
        return DECLINED;
    }
    return conclude(cors, r);
}

int cors_answer_at_full(request_rec *r)
{
    cors_request_t *cors = cors_request_get(r);

    if (cors == NULL || r->main != NULL) {
        return DECLINED;
    }
    if (r->prev != NULL) {
        /* The error page of a request that failed early. */
        cors_resolve(cors, cors->first);
    }
    cors_request_at_full(cors, r);
    return conclude(cors, r);
}

int cors_answer_at_redirect(request_rec *r)
{
    cors_request_t *cors = cors_request_open(r);

    if (cors == NULL || r->main != NULL
        || !cors_request_at_redirect(cors, r)) {
        return DECLINED;
    }
    return conclude(cors, r);
}

bool cors_answer_is_due(const cors_request_t *cors, const request_rec *r)
{
    return cors->is_answered
        || (!cors->is_settled && answers(cors) && is_replaceable(cors, r->status));
}

/* A status that httpd has no name for would go out as 500. */
static const char *status_line(int status, apr_pool_t *p)
{
    return status == CORS_PREFLIGHT_STATUS_DEFAULT
        || atoi(ap_get_status_line(status)) == status ? NULL
         : apr_psprintf(p, "%d OK", status);
}

static void set_status(cors_request_t *cors, request_rec *r, int status,
                       const char *line)
{
    r->status = cors->first->status = status;
    r->status_line = cors->first->status_line = line;
}

static void remove_headers_of_another_response(apr_table_t *table)
{
    static const char *const names[] = {
        "Location", "Content-Length", "Content-Encoding", "Content-MD5",
        "Content-Range", "Content-Language", "ETag", "Last-Modified", "Age",
        "Expires", "Cache-Control", "Allow", "WWW-Authenticate", NULL
    };

    if (apr_is_empty_table(table)) {
        return;
    }
    for (const char *const *name = names; *name; name++) {
        apr_table_unset(table, *name);
    }
}

/* For a person: which step failed, and which directive decided. */
static const char *debug_text(const cors_verdict_t *verdict, apr_pool_t *p)
{
    return apr_psprintf(p, "%s; decided by %s",
                        cors_reason_slug(verdict->reason),
                        verdict->at != NULL ? cors_place_text(verdict->at, p)
                                            : "a default");
}

/* The status, header and body of a request that is denied; the body. */
static const char *deny(cors_request_t *cors, request_rec *r)
{
    const cors_verdict_t *verdict = &cors->verdict;
    const char *body = cors_reason_body(verdict->reason);

    if (verdict->kind != CORS_KIND_PREFLIGHT
        || !cors_policy_debugs(cors->policy)) {
        set_status(cors, r, HTTP_FORBIDDEN, NULL);
        return body;
    }
    set_status(cors, r, HTTP_OK, NULL);
    apr_table_setn(r->headers_out, "Cors-Debug",
                   debug_text(verdict, r->pool));
    return apr_psprintf(r->pool, "%sThe preflight failed: %s.\n", body,
                        debug_text(verdict, r->pool));
}

apr_status_t cors_answer_send(ap_filter_t *f, apr_bucket_brigade *bb,
                              cors_request_t *cors)
{
    request_rec *r = f->r;
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;

    remove_headers_of_another_response(r->headers_out);
    remove_headers_of_another_response(r->err_headers_out);
    apr_brigade_cleanup(bb);
    if (!cors->verdict.is_allowed) {
        const char *body = deny(cors, r);

        ap_set_content_type(r, "text/plain; charset=us-ascii");
        ap_set_content_length(r, (apr_off_t)strlen(body));
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_pool_create(
            body, strlen(body), r->pool, alloc));
    }
    else {
        const int status = cors_policy_preflight_status(cors->policy);

        set_status(cors, r, status, status_line(status, r->pool));
        ap_set_content_type(r, NULL);
        if (r->status != HTTP_NO_CONTENT) {
            ap_set_content_length(r, 0);
        }
    }
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(alloc));
    cors_apply_headers(r, &cors->verdict);
    return ap_pass_brigade(f->next, bb);
}
