/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_actual.h"

#include <util_filter.h>

#include "cors_answer.h"
#include "cors_apply.h"
#include "cors_resolve.h"

/*
 * The last place before the header is written: after mod_headers, mod_deflate
 * and mod_cache, so that nothing of ours is stored and nothing of theirs stays.
 */
#define FILTER_TYPE ((ap_filter_type)(AP_FTYPE_PROTOCOL - 1))

static ap_filter_rec_t *filter_handle;

static void apply(request_rec *r, const cors_verdict_t *verdict,
                  const cors_policy_t *policy)
{
    if (cors_policy_is_report_only(policy)) {
        return;
    }
    if (cors_apply_keeps_upstream(r, policy)) {
        cors_apply_vary(r, verdict->vary);
        return;
    }
    cors_apply_headers(r, verdict);
}

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    cors_request_t *cors = f->ctx;

    if (cors == NULL) {
        /* The answer is out; whatever the other response still has to say. */
        return apr_brigade_cleanup(bb);
    }
    if (!cors->is_settled || cors->told != r) {
        cors_resolve(cors, r);
        if (cors->policy != NULL) {
            cors_request_decide(cors, r);
        }
    }
    if (cors->policy != NULL) {
        cors_request_log(cors);
        if (cors_answer_is_due(cors, r)) {
            cors->is_answered = true;
            f->ctx = NULL;
            return cors_answer_send(f, bb, cors);
        }
        apply(r, &cors->verdict, cors->policy);
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

void cors_actual_register_filter(void)
{
    filter_handle = ap_register_output_filter("CORS", filter, NULL,
                                              FILTER_TYPE);
}

static bool has_filter(const request_rec *r)
{
    const ap_filter_t *f = r->output_filters;

    while (f != NULL && f != r->proto_output_filters
           && f->frec != filter_handle) {
        f = f->next;
    }
    return f != NULL && f->frec == filter_handle;
}

void cors_actual_begin(cors_request_t *cors, request_rec *r)
{
    ap_add_output_filter_handle(filter_handle, cors, r, r->connection);
}

void cors_actual_insert_filter(request_rec *r)
{
    cors_request_t *cors = r->main == NULL ? cors_request_get(r) : NULL;

    if (cors != NULL && !has_filter(r)) {
        ap_add_output_filter_handle(filter_handle, cors, r, r->connection);
    }
}
