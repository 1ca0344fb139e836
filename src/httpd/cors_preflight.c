/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_preflight.h"

#include <stdlib.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "cors_apply.h"
#include "cors_conf.h"

int cors_preflight_answer(request_rec *r)
{
    cors_request_t *cors = cors_request_get(r);

    if (cors == NULL || r->main != NULL) {
        return DECLINED;
    }
    cors_request_at_full(cors, r);
    if (cors->policy == NULL) {
        return DECLINED;
    }
    cors_request_decide(cors);
    cors_apply_environment(r, &cors->verdict);
    if (cors->verdict.kind != CORS_KIND_PREFLIGHT
        || cors_policy_is_report_only(cors->policy)) {
        return DECLINED;
    }
    /* httpd treats this as an error that needs no body and no ErrorDocument.
     * The output filter gives it its real status. */
    cors->is_answered = true;
    return HTTP_NO_CONTENT;
}

bool cors_preflight_is_unanswered(const cors_request_t *cors,
                                  const request_rec *r)
{
    if (cors->is_answered || cors->verdict.kind != CORS_KIND_PREFLIGHT) {
        return false;
    }
    return ap_is_HTTP_REDIRECT(r->status) || r->status == HTTP_FORBIDDEN
        || r->status == HTTP_NOT_FOUND || r->status == HTTP_GONE;
}

/* A status that httpd has no name for would go out as 500. */
static const char *status_line(int status, apr_pool_t *p)
{
    return atoi(ap_get_status_line(status)) == status ? NULL
         : apr_psprintf(p, "%d OK", status);
}

static void set_status(cors_request_t *cors, request_rec *r, int status)
{
    r->status = cors->first->status = status;
    r->status_line = cors->first->status_line = status_line(status, r->pool);
}

apr_status_t cors_preflight_send(ap_filter_t *f, apr_bucket_brigade *bb,
                                 cors_request_t *cors)
{
    static const char *const of_another_response[] = {
        "Location", "Content-Length", "Content-Encoding", "ETag",
        "Last-Modified", "Content-MD5", "WWW-Authenticate", NULL
    };
    request_rec *r = f->r;
    const char *body = cors_reason_body(cors->verdict.reason);
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;

    for (const char *const *name = of_another_response; *name; name++) {
        apr_table_unset(r->headers_out, *name);
        apr_table_unset(r->err_headers_out, *name);
    }
    apr_brigade_cleanup(bb);
    if (body != NULL) {
        set_status(cors, r, HTTP_FORBIDDEN);
        ap_set_content_type(r, "text/plain; charset=us-ascii");
        ap_set_content_length(r, (apr_off_t)strlen(body));
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_immortal_create(
            body, strlen(body), alloc));
    }
    else {
        set_status(cors, r, cors_policy_preflight_status(cors->policy));
        ap_set_content_type(r, NULL);
        ap_set_content_length(r, 0);
    }
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(alloc));
    cors_apply_headers(r, &cors->verdict, cors->policy);
    return ap_pass_brigade(f->next, bb);
}
