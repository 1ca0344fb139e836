/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of the status page: what was denied most, what <CorsOrigin>
 * sections decided, and where origins come from.
 */
#include "cors_page.h"

#include <apr_strings.h>
#include <http_protocol.h>

/* So many of what was denied most; all of them are in the JSON. */
enum { DENIED_MAX = 50 };

#define AS_JSON "<a href=\"?format=json\">JSON</a>"

/* -------------------------------------------------------------- denied most */

static const char *words_of(cors_want_t want)
{
    static const char *const words[CORS_WANTS] = {
        [CORS_WANT_ORIGIN] = "Origin",
        [CORS_WANT_INSECURE_ORIGIN] = "Origin without TLS",
        [CORS_WANT_DENIED_ORIGIN] = "Origin of <code>CorsDenyOrigin</code>",
        [CORS_WANT_NOT_AN_ORIGIN] = "Not an origin",
        [CORS_WANT_METHOD] = "Method",
        [CORS_WANT_HEADER] = "Request header",
        [CORS_WANT_PRIVATE_NETWORK] = "Private network",
    };

    return words[want];
}

static void write_seen(request_rec *r, const cors_status_view_t *view,
                       const cors_seen_view_t *seen)
{
    const char *value = cors_page_text(seen->value, r->pool);

    cors_page_row(r);
    cors_page_head_cell(r, apr_pstrcat(
        r->pool, *value != '\0' ? "<code>" : "<em>empty</em>", value,
        *value != '\0' ? "</code>" : "",
        seen->is_cut ? " <span class=\"chip\">cut short</span>" : "",
        "<span class=\"quiet\">Policy at ",
        cors_page_text(seen->place, r->pool), "</span>", NULL));
    cors_page_cell(r, "What", apr_pstrcat(
        r->pool, words_of(seen->want), seen->reported
        ? " <span class=\"chip warn\">report only</span>" : "", NULL));
    cors_page_number_cell(r, "Count", cors_page_number(seen->count, r->pool));
    cors_page_cell(r, "Last seen", cors_page_ago(seen->last, view->now,
                                                 r->pool));
    cors_page_row_end(r);
}

void cors_page_denied(request_rec *r, const cors_status_view_t *view)
{
    static const char *const heads[] = {
        "Value", "What", "#Count", "Last seen", NULL
    };

    ap_rputs("<section aria-labelledby=\"denied\">\n"
             "<h2 id=\"denied\">Denied most</h2>\n", r);
    if (view->n_seen == 0) {
        cors_page_empty(r, "Nothing was turned away. The origins, methods and "
                        "headers that are denied most appear here, with the "
                        "policy that does it.");
    }
    else {
        cors_page_table(r, "What policies would have had to allow", heads);
        for (int i = 0; i < view->n_seen && i < DENIED_MAX; i++) {
            write_seen(r, view, &view->seen[i]);
        }
        cors_page_table_end(r);
        ap_rputs("<p class=\"quiet\">", r);
        if (view->n_seen > DENIED_MAX) {
            ap_rprintf(r, "The first %d of %d; all are in the " AS_JSON ". ",
                       DENIED_MAX, view->n_seen);
        }
        ap_rputs("If these should be allowed: <a href=\"?suggest=1\">the "
                 "directives that would do it</a>.</p>\n", r);
    }
    ap_rputs("</section>\n", r);
}

/* -------------------------------------------------------------------- rules */

static void write_rule(request_rec *r, const cors_rule_view_t *rule)
{
    apr_pool_t *p = r->pool;

    cors_page_row(r);
    cors_page_head_cell(r, rule->place == NULL
        ? "Others<span class=\"quiet\">of <code>.htaccess</code> files, more "
          "than are counted one by one</span>"
        : apr_pstrcat(p, "<code>", cors_page_text(rule->patterns, p),
                      "</code><span class=\"quiet\">Section at ",
                      cors_page_text(rule->place, p), "</span>", NULL));
    cors_page_number_cell(r, "Allowed", cors_page_number(rule->allowed, p));
    cors_page_number_cell(r, "Denied", cors_page_number(rule->denied, p));
    cors_page_row_end(r);
}

/* Most servers have none: they see nothing of it. */
void cors_page_rules(request_rec *r, const cors_status_view_t *view)
{
    static const char *const heads[] = {
        "Origins", "#Allowed", "#Denied", NULL
    };

    if (view->rules->nelts == 0) {
        return;
    }
    ap_rputs("<section aria-labelledby=\"rules\">\n"
             "<h2 id=\"rules\">Rules for some origins</h2>\n", r);
    cors_page_table(r, "What <code>&lt;CorsOrigin&gt;</code> sections decided, "
                    "preflights and requests", heads);
    for (int i = 0; i < view->rules->nelts; i++) {
        write_rule(r, &APR_ARRAY_IDX(view->rules, i, cors_rule_view_t));
    }
    cors_page_table_end(r);
    ap_rputs("</section>\n", r);
}

/* ------------------------------------------------------------------ sources */

/* Why the list cannot be had, in a row of its own. */
static void write_error(request_rec *r, const cors_watch_view_t *view,
                        apr_time_t now)
{
    if (view->error != NULL) {
        ap_rvputs(r, "<tr role=\"row\" class=\"why\">"
                  "<td role=\"cell\" colspan=\"5\"><p class=\"error\">"
                  "<strong>First failed ",
                  cors_page_ago(view->failed_at, now, r->pool), "</strong> ",
                  cors_page_text(view->error, r->pool), "</p></td></tr>\n",
                  NULL);
    }
}

static void write_source(request_rec *r, const cors_watch_view_t *view,
                         apr_time_t now)
{
    const cors_feed_t *feed = view->feed;
    apr_pool_t *p = r->pool;

    cors_page_row(r);
    cors_page_head_cell(r, apr_pstrcat(
        p, "<code>", cors_page_text(feed->spec, p), "</code>"
        "<span class=\"quiet\">",
        feed->kind == CORS_FEED_FILE ? "File, " : "Query, ",
        cors_page_text(cors_place_text(feed->at, p), p), "</span>",
        NULL));
    cors_page_cell(r, "State", view->error != NULL
                   ? "<span class=\"chip no\">failing</span>"
                   : "<span class=\"chip ok\">good</span>");
    cors_page_number_cell(r, "Origins", view->size >= 0
                          ? cors_page_number((uint64_t)view->size, p)
                          : "none yet");
    cors_page_number_cell(r, "Generation",
                          cors_page_number(view->generation, p));
    cors_page_cell(r, "Loaded", cors_page_ago(view->loaded_at, now, p));
    cors_page_row_end(r);
    write_error(r, view, now);
}

void cors_page_sources(request_rec *r, const cors_status_view_t *view)
{
    static const char *const heads[] = {
        "Source", "State", "#Origins", "#Generation", "Loaded", NULL
    };

    ap_rputs("<section aria-labelledby=\"sources\">\n"
             "<h2 id=\"sources\">Origin lists</h2>\n", r);
    if (view->n_feeds == 0) {
        cors_page_empty(r, "No policy has its origins from a file or a query. "
                        "What <code>CorsOriginsFile</code>, "
                        "<code>CorsOriginsFileEnv</code> and "
                        "<code>CorsOriginsQuery</code> name appears here, with "
                        "its age and its last error.");
    }
    else {
        cors_page_table(r, "Files and queries that policies have their "
                        "origins from", heads);
        for (int i = 0; i < view->n_feeds; i++) {
            write_source(r, &view->feeds[i], view->now);
        }
        cors_page_table_end(r);
    }
    ap_rputs("</section>\n", r);
}
