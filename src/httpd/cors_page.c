/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_page.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "cors_page_style.h"
#include "cors_quote.h"

/* Nothing but the style, which is known by its hash, and the form. */
#define POLICY "default-src 'none'; style-src '" CORS_PAGE_STYLE_HASH "'; "    \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/* -------------------------------------------------------------------- words */

const char *cors_page_text(const char *text, apr_pool_t *p)
{
    return text != NULL ? ap_escape_html(p, cors_quote_printable(text, p))
                        : "";
}

const char *cors_page_field(const char *text, apr_pool_t *p)
{
    for (const char *c = text; c != NULL && *c != '\0'; c++) {
        if (*c < ' ' || *c > '~') {
            return cors_page_text(text, p);
        }
    }
    return text != NULL ? ap_escape_html(p, text) : "";
}

const char *cors_page_number(uint64_t n, apr_pool_t *p)
{
    const char *digits = apr_psprintf(p, "%" APR_UINT64_T_FMT,
                                      (apr_uint64_t)n);
    char *grouped = apr_palloc(p, 2 * strlen(digits) + 1), *to = grouped;

    for (size_t left = strlen(digits); left > 0; left--) {
        *to++ = *digits++;
        if (left % 3 == 1 && left > 1) {
            *to++ = ',';
        }
    }
    *to = '\0';
    return grouped;
}

static const char *words_for(apr_time_t age, apr_pool_t *p)
{
    static const struct {
        const char *name;
        int seconds;
    } units[] = {
        {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1},
    };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const apr_int64_t n = apr_time_sec(age) / units[i].seconds;

        if (n > 0) {
            return apr_psprintf(p, "%s %s%s ago",
                                cors_page_number((uint64_t)n, p),
                                units[i].name, n > 1 ? "s" : "");
        }
    }
    return "just now";
}

const char *cors_page_ago(apr_time_t then, apr_time_t now, apr_pool_t *p)
{
    const char *iso = cors_status_time(then, p);

    return iso != NULL
         ? apr_psprintf(p, "<time datetime=\"%s\" title=\"%s\">%s</time>",
                        iso, iso, words_for(now - then, p))
         : "never";
}

const char *cors_page_time(apr_time_t time, apr_pool_t *p)
{
    const char *iso = cors_status_time(time, p);

    /* "2026-11-24T03:00:00Z" */
    return iso != NULL
         ? apr_psprintf(p, "<time datetime=\"%s\">%.10s %.5s UTC</time>", iso,
                        iso, iso + 11)
         : "never";
}

const char *cors_page_bar(uint64_t others, uint64_t denied,
                          const char *class, apr_pool_t *p)
{
    enum { WHOLE = 1000, LEAST = 12 };
    const double all = (double)others + (double)denied;
    int width = all > 0 ? (int)((double)denied / all * WHOLE) : 0;

    if (denied > 0 && width < LEAST) {
        width = LEAST;
    }
    if (others > 0 && width > WHOLE - LEAST) {
        width = WHOLE - LEAST;
    }
    return apr_psprintf(
        p, "<svg class=\"bar\" viewBox=\"0 0 %d 10\" "
        "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        "<rect class=\"%s\" width=\"%d\" height=\"10\"/>"
        "<rect class=\"fill-no\" x=\"%d\" width=\"%d\" height=\"10\"/></svg>",
        WHOLE, all > 0 ? class : "fill-none", WHOLE - width,
        WHOLE - width, width);
}

/* --------------------------------------------------------------------- page */

void cors_page_begin(request_rec *r, const char *title)
{
    ap_set_content_type(r, "text/html; charset=utf-8");
    apr_table_setn(r->headers_out, "Content-Security-Policy", POLICY);
    apr_table_setn(r->headers_out, "Referrer-Policy", "no-referrer");
    ap_rvputs(r, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
              "<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" "
              "content=\"width=device-width, initial-scale=1\">\n"
              "<meta name=\"color-scheme\" content=\"light dark\">\n"
              "<title>", title, "</title>\n"
              "<style>" CORS_PAGE_STYLE "</style>\n"
              "</head>\n<body>\n", NULL);
}

void cors_page_end(request_rec *r)
{
    ap_rputs("</main>\n</body>\n</html>\n", r);
}

void cors_page_empty(request_rec *r, const char *html)
{
    ap_rvputs(r, "<p class=\"empty\">", html, "</p>\n", NULL);
}

/* ------------------------------------------------------------------- tables */

void cors_page_table(request_rec *r, const char *caption,
                     const char *const *heads)
{
    ap_rvputs(r, "<table role=\"table\">\n<caption>", caption,
              "</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">", NULL);
    for (; *heads != NULL; heads++) {
        /* A leading # says that numbers follow. */
        ap_rvputs(r, "<th role=\"columnheader\" scope=\"col\"",
                  **heads == '#' ? " class=\"number\">" : ">",
                  *heads + (**heads == '#'), "</th>", NULL);
    }
    ap_rputs("</tr></thead>\n<tbody role=\"rowgroup\">\n", r);
}

void cors_page_row(request_rec *r)
{
    ap_rputs("<tr role=\"row\">", r);
}

void cors_page_head_cell(request_rec *r, const char *html)
{
    ap_rvputs(r, "<th role=\"rowheader\" scope=\"row\">", html, "</th>", NULL);
}

static void cell(request_rec *r, const char *class, const char *label,
                 const char *html)
{
    ap_rvputs(r, "<td role=\"cell\"", class, " data-label=\"", label, "\">",
              html, "</td>", NULL);
}

void cors_page_cell(request_rec *r, const char *label, const char *html)
{
    cell(r, "", label, html);
}

void cors_page_number_cell(request_rec *r, const char *label, const char *html)
{
    cell(r, " class=\"number\"", label, html);
}

void cors_page_row_end(request_rec *r)
{
    ap_rputs("</tr>\n", r);
}

void cors_page_table_end(request_rec *r)
{
    ap_rputs("</tbody>\n</table>\n", r);
}
