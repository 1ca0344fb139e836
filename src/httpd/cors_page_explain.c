/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The explain form of the status page, and its answer.
 */
#include "cors_page.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "cors_describe.h"
#include "cors_quote.h"

/* ------------------------------------------------------------------ verdict */

typedef struct banner_t {
    const char *class;
    const char *title;
    const char *sentence;
} banner_t;

static banner_t banner_of(const cors_explanation_t *e)
{
    const bool reads = e->step == CORS_STEP_NONE;

    if (e->policy == NULL) {
        return (banner_t){"off", "CORS is off", e->engine_off != NULL
                          ? "The policy of this URL is turned off: the module "
                          "does nothing here."
                          : "No policy is in force for this URL: the module "
                          "does nothing here."};
    }
    if (e->deciding->kind == CORS_KIND_SAME_ORIGIN) {
        return (banner_t){"ok", "Same origin", "The page and the URL have the "
                          "same origin: the browser asks nobody."};
    }
    if (cors_policy_is_report_only(e->policy)) {
        return (banner_t){"warn", e->deciding->is_allowed
                          ? "Would be allowed" : "Would be denied",
                          "CorsEngine ReportOnly: nothing is changed, the "
                          "response is what it would be without the module."};
    }
    if (!e->deciding->is_allowed) {
        return (banner_t){"no", "Denied", e->stops_at_preflight
                          ? "The browser stops at the preflight: the request "
                          "itself is never sent."
                          : "The browser keeps the response from the script."};
    }
    if (e->hidden != NULL) {
        return (banner_t){"warn", "Allowed, but not to see every header",
                          "The browser lets the script read the response, and "
                          "hides some headers from it."};
    }
    return reads
         ? (banner_t){"ok", "Allowed", "The browser lets the script read the "
                      "response."}
         : (banner_t){"warn", "Allowed, but not readable", "The policy allows "
                      "the request, and the browser keeps the response from "
                      "the script all the same."};
}

static const char *asked(const cors_explanation_t *e, apr_pool_t *p)
{
    const cors_fetch_t *fetch = &e->question.fetch;

    return apr_pstrcat(
        p, "<code>", cors_page_text(fetch->method, p), " ",
        cors_page_text(fetch->url, p), "</code> from <code>",
        cors_page_text(fetch->origin, p), "</code>",
        fetch->headers != NULL ? " with <code>" : "",
        cors_page_text(fetch->headers, p),
        fetch->headers != NULL ? "</code>" : "",
        fetch->reads != NULL ? ", to read <code>" : "",
        cors_page_text(fetch->reads, p), fetch->reads != NULL ? "</code>" : "",
        fetch->with_credentials ? ", with credentials" : "",
        fetch->to_private_network ? ", into a private network" : "", NULL);
}

static void write_banner(request_rec *r, const cors_explanation_t *e)
{
    const banner_t banner = banner_of(e);

    ap_rvputs(r, "<div class=\"banner ", banner.class, "\">\n"
              "<h2 id=\"verdict\">", banner.title, "</h2>\n<p>",
              banner.sentence, "</p>\n<p class=\"asked\">", asked(e, r->pool),
              "</p>\n</div>\n", NULL);
}

static const char *place_of(const cors_place_t *at, apr_pool_t *p)
{
    return at->line > 0
         ? apr_psprintf(p, "<code>%s:%d</code>", cors_page_text(at->file, p),
                        at->line)
         : apr_psprintf(p, "<code>%s</code>", cors_page_text(at->file, p));
}

static const char *decided_by(const cors_verdict_t *verdict, apr_pool_t *p)
{
    const char *pattern = cors_explain_pattern(verdict);

    if (verdict->at == NULL) {
        return "A default: no directive says otherwise.";
    }
    return apr_pstrcat(
        p, "<code>", verdict->at->directive != NULL
        ? cors_page_text(verdict->at->directive, p) : "",
        verdict->at->directive != NULL && pattern != NULL ? " " : "",
        cors_page_text(pattern, p),
        verdict->at->directive != NULL || pattern != NULL
        ? "</code> at " : "</code>",
        place_of(verdict->at, p), NULL);
}

/* Reason, directive, and what to write. */
static void write_why(request_rec *r, const cors_explanation_t *e)
{
    const cors_verdict_t *verdict = e->deciding;
    apr_pool_t *p = r->pool;

    ap_rputs("<dl class=\"facts\">\n", r);
    if (verdict != NULL && verdict->reason != CORS_REASON_NONE) {
        const char *slug = cors_reason_slug(verdict->reason);

        ap_rvputs(r, "<div><dt>Reason</dt><dd><code>", slug, "</code> ",
                  cors_page_text(cors_reason_sentence(verdict->reason), p),
                  " <a href=\"",
                  cors_page_text(cors_reason_link(verdict->reason), p),
                  "\" aria-label=\"Standard: ", slug,
                  "\">Standard</a></dd></div>\n", NULL);
    }
    if (verdict != NULL && verdict->kind != CORS_KIND_SAME_ORIGIN) {
        ap_rvputs(r, "<div><dt>Decided by</dt><dd>", decided_by(verdict, p),
                  "</dd></div>\n", NULL);
    }
    if (verdict == NULL && e->engine_off != NULL) {
        ap_rvputs(r, "<div><dt>Decided by</dt><dd><code>CorsEngine Off</code> "
                  "at ", place_of(e->engine_off, p), "</dd></div>\n", NULL);
    }
    if (e->hidden != NULL) {
        ap_rvputs(r, "<div><dt>Hidden</dt><dd><code>",
                  cors_page_text(e->hidden, p), "</code></dd></div>\n", NULL);
    }
    for (int i = 0; i < e->advice->nelts; i++) {
        const cors_advice_t *advice =
            &APR_ARRAY_IDX(e->advice, i, cors_advice_t);

        ap_rvputs(r, "<div><dt>", i == 0 ? "To allow it" : "And", "</dt><dd>",
                  advice->line != NULL ? "<pre>" : "",
                  cors_page_text(advice->line, p),
                  advice->line != NULL ? "</pre>" : "",
                  cors_page_text(advice->where, p), "</dd></div>\n", NULL);
    }
    ap_rputs("</dl>\n", r);
}

/* ------------------------------------------------------------------ answers */

static void write_answer(request_rec *r, const char *title,
                         const cors_explanation_t *e,
                         const cors_verdict_t *verdict,
                         const cors_answer_t *answer)
{
    apr_pool_t *p = r->pool;

    ap_rvputs(r, "<div class=\"tile wide\">\n<h3>", title, "</h3>\n", NULL);
    if (cors_policy_is_report_only(e->policy)) {
        ap_rputs("<p class=\"quiet\">As without the module.</p>\n</div>\n", r);
        return;
    }
    if (answer->status != 0) {
        ap_rprintf(r, "<p class=\"quiet\">Status %d</p>\n", answer->status);
    }
    else {
        ap_rputs("<p class=\"quiet\">Status: that of whoever answers</p>\n",
                 r);
    }
    if (verdict->n_headers == 0 && verdict->vary == NULL) {
        ap_rputs("<p class=\"quiet\">No CORS header.</p>\n</div>\n", r);
        return;
    }
    ap_rputs("<pre>", r);
    for (int i = 0; i < verdict->n_headers; i++) {
        ap_rvputs(r, "<b>", verdict->headers[i].name, ":</b> ",
                  cors_page_text(verdict->headers[i].value, p), "\n", NULL);
    }
    if (verdict->vary != NULL) {
        ap_rvputs(r, "<b>Vary:</b> ", cors_page_text(verdict->vary, p), "\n",
                  NULL);
    }
    ap_rputs("</pre>\n</div>\n", r);
}

static void write_answers(request_rec *r, const cors_explanation_t *e)
{
    if (e->deciding == NULL) {
        return;
    }
    ap_rputs("<div class=\"tiles\">\n", r);
    if (e->preflight_policy != NULL) {
        write_answer(r, "Preflight response", e, &e->preflight,
                     &e->preflight_answer);
    }
    if (e->actual_policy != NULL) {
        write_answer(r, e->stops_at_preflight ? "Response, were it asked for"
                                              : "Response", e, &e->actual,
                     &e->actual_answer);
    }
    ap_rputs("</div>\n", r);
}

static void write_consoles(request_rec *r, const cors_explanation_t *e)
{
    static const char *const names[CORS_CONSOLES] = {
        [CORS_CONSOLE_CHROME] = "Chrome", [CORS_CONSOLE_FIREFOX] = "Firefox",
        [CORS_CONSOLE_SAFARI] = "Safari",
    };
    cors_fetch_t fetch = e->question.fetch;

    ap_rputs("<h3>What browsers say</h3>\n", r);
    if (e->step == CORS_STEP_NONE) {
        ap_rputs("<p>Nothing: the script may read the response.</p>\n", r);
        return;
    }
    if (e->policy == NULL || cors_policy_is_report_only(e->policy)) {
        ap_rputs("<p class=\"intro\">If the response has no CORS header from "
                 "elsewhere.</p>\n", r);
    }
    /* The wordings have quotation marks that are not ASCII. */
    fetch.url = cors_quote_printable(fetch.url, r->pool);
    ap_rputs("<dl class=\"facts\">\n", r);
    for (int i = 0; i < CORS_CONSOLES; i++) {
        const char *says = cors_console_text(
            (cors_console_t)i, e->step, e->stops_at_preflight, &fetch,
            e->stops_at_preflight ? &e->preflight_answer : &e->actual_answer,
            e->what, r->pool);

        ap_rvputs(r, "<div><dt>", names[i], "</dt><dd>",
                  says != NULL ? "<samp>" : "Nothing of this step.",
                  says != NULL ? ap_escape_html(r->pool, says) : "",
                  says != NULL ? "</samp>" : "", "</dd></div>\n", NULL);
    }
    ap_rputs("</dl>\n", r);
}

static void write_policy(request_rec *r, const cors_explanation_t *e)
{
    static const char *const heads[] = {"Directive", "Value", "Place", NULL};
    apr_pool_t *p = r->pool;

    if (e->policy == NULL) {
        return;
    }
    ap_rputs("<h3>The whole policy</h3>\n", r);
    cors_page_table(r, "All that is in effect for this URL", heads);
    for (int i = 0; i < e->described->nelts; i++) {
        const cors_described_t *d =
            &APR_ARRAY_IDX(e->described, i, cors_described_t);

        cors_page_row(r);
        cors_page_head_cell(r, apr_pstrcat(p, "<code class=\"name\">",
                                           cors_page_text(d->directive, p),
                                           "</code>", d->is_in_rule
                                           ? "<span class=\"quiet\">in the "
                                             "section above</span>" : "",
                                           NULL));
        cors_page_cell(r, "Value", apr_pstrcat(
            p, "<code>", cors_page_text(d->value, p), "</code>",
            d->origins < 0 ? "" : " <span class=\"chip\">",
            d->origins < 0 ? "" : cors_page_number((uint64_t)d->origins, p),
            d->origins < 0 ? "" : d->origins == 1 ? " pattern</span>"
                                                  : " patterns</span>", NULL));
        cors_page_cell(r, "Place", d->at != NULL ? place_of(d->at, p)
                       : "<span class=\"quiet\">default</span>");
        cors_page_row_end(r);
    }
    cors_page_table_end(r);
}

void cors_page_explanation(request_rec *r, const cors_explanation_t *e)
{
    ap_rputs("<section aria-labelledby=\"verdict\">\n", r);
    write_banner(r, e);
    write_why(r, e);
    write_answers(r, e);
    write_consoles(r, e);
    write_policy(r, e);
    ap_rputs("</section>\n", r);
}

void cors_page_fault(request_rec *r, const char *fault)
{
    ap_rvputs(r, "<div class=\"banner warn\" role=\"alert\">\n"
              "<h2>This cannot be explained</h2>\n<p>",
              cors_page_text(fault, r->pool), ".</p>\n</div>\n", NULL);
}

/* --------------------------------------------------------------------- form */

static void write_field(request_rec *r, const char *name, const char *label,
                        const char *attributes)
{
    ap_rvputs(r, "<div><label for=\"", name, "\">", label, "</label>"
              "<input id=\"", name, "\" name=\"", name, "\" value=\"",
              cors_page_field(cors_question_parameter(r, name), r->pool),
              "\" autocomplete=\"off\" autocapitalize=\"none\" "
              "spellcheck=\"false\" ", attributes, "></div>\n", NULL);
}

static void write_check(request_rec *r, const char *name, const char *label,
                        const char *value)
{
    const char *asked_for = cors_question_parameter(r, name);
    const bool is_on = asked_for != NULL && *asked_for != '\0'
        && strcmp(asked_for, "0") != 0 && strcmp(asked_for, "omit") != 0;

    ap_rvputs(r, "<div class=\"check\"><input type=\"checkbox\" id=\"", name,
              "\" name=\"", name, "\" value=\"", value, "\"",
              is_on ? " checked" : "", "><label for=\"", name, "\">", label,
              "</label></div>\n", NULL);
}

void cors_page_form(request_rec *r)
{
    ap_rputs("<section aria-labelledby=\"explain\">\n"
             "<h2 id=\"explain\">Explain a request</h2>\n"
             "<p class=\"intro\">What this server would answer a page of "
             "another origin, and which line of its configuration says so."
             "</p>\n"
             "<form method=\"get\">\n"
             "<input type=\"hidden\" name=\"explain\" value=\"1\">\n"
             "<input type=\"hidden\" name=\"format\" value=\"html\">\n", r);
    write_field(r, "url", "URL or path", "required placeholder=\"/api/items\"");
    write_field(r, "origin", "Origin of the page",
                "required placeholder=\"https://app.example.com\"");
    write_field(r, "method", "Method", "placeholder=\"GET\"");
    write_field(r, "headers", "Request headers that the script sets",
                "placeholder=\"content-type, x-requested-with\"");
    write_field(r, "reads", "Response headers that it reads",
                "placeholder=\"x-request-id\"");
    ap_rputs("<div class=\"checks\">\n", r);
    write_check(r, "credentials", "With credentials (cookies)", "include");
    write_check(r, "private-network", "Into a private network", "1");
    ap_rputs("</div>\n<button type=\"submit\">Explain</button>\n</form>\n"
             "</section>\n", r);
}
