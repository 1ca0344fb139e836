/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_log.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>

#include "cors_lint.h"
#include "mod_cors.h"

APLOG_USE_MODULE(cors);

#define ID "CORS%04d: "

/* Client bytes in one line of the log: enough to recognize, not to flood. */
enum { QUOTED_MAX = 200 };

static const int levels[] = {
    [CORS_ERROR] = APLOG_ERR,
    [CORS_WARNING] = APLOG_WARNING,
    [CORS_NOTICE] = APLOG_NOTICE,
    [CORS_INFO] = APLOG_INFO,
    [CORS_DEBUG] = APLOG_DEBUG,
};

static int level_of(cors_message_t id)
{
    return levels[cors_message_severity(id)];
}

const char *cors_log_finding_text(const cors_finding_t *finding, apr_pool_t *p)
{
    return apr_psprintf(p, ID "%s:%d: %s", finding->id, finding->at.file,
                        finding->at.line, finding->text);
}

void cors_log_finding(const cors_finding_t *finding, server_rec *s)
{
    int level = level_of(finding->id);

    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        level |= APLOG_STARTUP;
    }
    ap_log_error(APLOG_MARK, level, 0, s, ID "%s:%d: %s", finding->id,
                 finding->at.file, finding->at.line, finding->text);
}

/* "conf/x.conf:3: CorsOriginsFile '/srv/list'" */
static const char *feed_text(const cors_feed_t *feed, apr_pool_t *p)
{
    return apr_psprintf(p, "%s:%d: %s '%.*s'", feed->at->file, feed->at->line,
                        feed->at->directive, QUOTED_MAX, feed->spec);
}

static const char *count(int origins, apr_pool_t *p)
{
    return apr_psprintf(p, "%d origin%s", origins, origins == 1 ? "" : "s");
}

void cors_log_loaded(server_rec *s, const cors_feed_t *feed, int before,
                     int now, bool has_recovered, apr_pool_t *p)
{
    const cors_message_t id = has_recovered ? CORS_MSG_RECOVERED
                                            : CORS_MSG_LOADED;

    ap_log_error(APLOG_MARK, level_of(id), 0, s, ID "%s: %s: %s, %s", id,
                 feed_text(feed, p), has_recovered ? "good again" : "loaded",
                 count(now, p),
                 before < 0 ? "the first answer"
                            : apr_psprintf(p, "%d before", before));
}

void cors_log_load_failed(server_rec *s, const cors_feed_t *feed,
                          const cors_finding_t *why, int more, int in_force,
                          apr_pool_t *p)
{
    const cors_message_t id = CORS_MSG_LOAD_FAILED;

    ap_log_error(APLOG_MARK, level_of(id), 0, s, ID "%s:%d: %s%s; %s", id,
                 why->at.file, why->at.line, why->text,
                 more > 0 ? apr_psprintf(p, " (and %d more)", more) : "",
                 in_force < 0
                 ? apr_psprintf(p, "%s allows nobody until it can be had",
                                feed->at->directive)
                 : apr_psprintf(p, "the last good list stays in force, %s",
                                count(in_force, p)));
}

void cors_log_no_room(server_rec *s, const cors_feed_t *feed, apr_pool_t *p)
{
    ap_log_error(APLOG_MARK, level_of(CORS_MSG_LOAD_FAILED), 0, s,
                 ID "%s: this process has no memory for the list that others "
                 "have, and allows nobody of it until it has; see the limits "
                 "of the server's processes", CORS_MSG_LOAD_FAILED,
                 feed_text(feed, p));
}

void cors_log_given_up(server_rec *s)
{
    ap_log_error(APLOG_MARK, level_of(CORS_MSG_GIVEN_UP), 0, s,
                 ID "this process ends at once, while it waits for a database "
                 "to answer CorsOriginsQuery; write a time-out into DBDParams",
                 CORS_MSG_GIVEN_UP);
}

void cors_log_not_shared(server_rec *s, apr_status_t rv, bool goes_on)
{
    const int level = level_of(CORS_MSG_NOT_SHARED);

    ap_log_error(APLOG_MARK, goes_on ? level : level | APLOG_STARTUP, rv, s,
                 ID "no memory or no file for what processes share of origin "
                 "files and queries; see the limits of the user who starts "
                 "httpd%s", CORS_MSG_NOT_SHARED,
                 goes_on ? ". The lists stay as they are until the next "
                           "restart" : ", or do without them");
}

void cors_log_not_counted(server_rec *s, apr_status_t rv)
{
    ap_log_error(APLOG_MARK, level_of(CORS_MSG_NOT_COUNTED), rv, s,
                 ID "no shared memory for counters: the status page will have "
                 "none; see the limits of the user who starts httpd",
                 CORS_MSG_NOT_COUNTED);
}

void cors_log_no_reload(server_rec *s, const cors_place_t *at)
{
    ap_log_error(APLOG_MARK, level_of(CORS_MSG_NO_RELOAD), 0, s,
                 ID "%s:%d: %s: origin files are not looked at again while "
                 "the server runs; write LoadModule watchdog_module, or "
                 "CorsReloadInterval 0", CORS_MSG_NO_RELOAD, at->file,
                 at->line, at->directive);
}

static const char *quote(const cors_slice_t *bytes, apr_pool_t *p)
{
    const bool is_cut = bytes->len > QUOTED_MAX;
    const char *text = apr_pstrmemdup(p, bytes->text,
                                      is_cut ? QUOTED_MAX : bytes->len);

    return apr_pstrcat(p, ap_escape_logitem(p, text), is_cut ? "..." : "",
                       NULL);
}

/* "PUT /api/x": what was asked for, which httpd's own prefix leaves out. */
static const char *request_line(request_rec *r)
{
    const char *text = r->unparsed_uri ? r->unparsed_uri : "";
    const cors_slice_t uri = {text, strlen(text)};

    return apr_pstrcat(r->pool, ap_escape_logitem(r->pool, r->method), " ",
                       quote(&uri, r->pool), NULL);
}

/* What about an unsafe policy is unsafe, naming both directives, in a line. */
static void log_unsafe(request_rec *r, const cors_verdict_t *verdict)
{
    cors_findings_t *findings = cors_findings_make(r->pool);

    cors_lint_example(verdict->policy, &verdict->match, findings);
    for (int i = 0; i < findings->nelts; i++) {
        const cors_finding_t *finding =
            &APR_ARRAY_IDX(findings, i, cors_finding_t);

        ap_log_rerror(APLOG_MARK, level_of(CORS_MSG_UNSAFE), 0, r,
                      ID "unsafe policy, not applied (%s): %s:%d: %s",
                      CORS_MSG_UNSAFE, request_line(r), finding->at.file,
                      finding->at.line, finding->text);
    }
}

static void log_denied(request_rec *r, const cors_verdict_t *verdict)
{
    const char *by = "nothing in the policy";
    const char *pattern = "";

    if (verdict->at != NULL) {
        by = cors_place_text(verdict->at, r->pool);
    }
    if (verdict->reason == CORS_REASON_ORIGIN_NOT_ALLOWED
        && verdict->match.text != NULL) {
        pattern = apr_psprintf(r->pool, " '%s'", verdict->match.text);
    }
    ap_log_rerror(APLOG_MARK, level_of(CORS_MSG_DENIED), 0, r,
                  ID "%s %s: %s: '%s' (%s; decided by %s%s)", CORS_MSG_DENIED,
                  cors_kind_slug(verdict->kind),
                  cors_policy_is_report_only(verdict->policy)
                  ? "would be denied" : "denied",
                  cors_reason_slug(verdict->reason),
                  quote(&verdict->refused, r->pool), request_line(r), by,
                  pattern);
}

static void log_allowed(request_rec *r, const cors_verdict_t *verdict)
{
    ap_log_rerror(APLOG_MARK, level_of(CORS_MSG_ALLOWED), 0, r,
                  ID "%s allowed: %s (by '%s', %s)", CORS_MSG_ALLOWED,
                  cors_kind_slug(verdict->kind), request_line(r),
                  verdict->match.text,
                  cors_place_text(&verdict->match.at, r->pool));
}

void cors_log_verdict(request_rec *r, const cors_verdict_t *verdict)
{
    if (verdict->is_allowed) {
        if (APLOG_R_IS_LEVEL(r, APLOG_DEBUG)) {
            log_allowed(r, verdict);
        }
        return;
    }
    if (verdict->reason == CORS_REASON_UNSAFE_POLICY) {
        log_unsafe(r, verdict);
    }
    if (verdict->reason != CORS_REASON_NONE
        && APLOG_R_IS_LEVEL(r, APLOG_INFO)) {
        log_denied(r, verdict);
    }
}
