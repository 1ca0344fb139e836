/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_page: what the status page is made of.
 *
 * What comes from a client, a database or the configuration is text, and goes
 * through cors_page_text on its way into markup. Everything else that is
 * called "html" here is markup already. Strings come from p.
 */
#ifndef CORS_PAGE_H
#define CORS_PAGE_H

#include "cors_status.h"

/* Text as markup, also between double quotes; "" for NULL. */
const char *cors_page_text(const char *text, apr_pool_t *p);

/* The same for the value of a form's field: what can be asked for stays as it
 * is, so that it can be asked again. */
const char *cors_page_field(const char *text, apr_pool_t *p);

/* "1,234,567" */
const char *cors_page_number(uint64_t n, apr_pool_t *p);

/* A <time>: "3 hours ago"; "never" for 0. */
const char *cors_page_ago(apr_time_t then, apr_time_t now, apr_pool_t *p);

/* A <time>: "2026-11-24 03:00 UTC". */
const char *cors_page_time(apr_time_t time, apr_pool_t *p);

/* A bar for the eye: so many denied, after the others, which are drawn as the
 * class says. */
const char *cors_page_bar(uint64_t others, uint64_t denied,
                          const char *class, apr_pool_t *p);

/* The response's headers, and the page down to <main>. */
void cors_page_begin(request_rec *r, const char *title);
void cors_page_end(request_rec *r);

/* A table, its heads ended by NULL. On narrow screens each row is a block, for
 * which cells bear the head as a label, and the roles that browsers then
 * forget. */
void cors_page_table(request_rec *r, const char *caption,
                     const char *const *heads);
void cors_page_row(request_rec *r);
void cors_page_head_cell(request_rec *r, const char *html);
void cors_page_cell(request_rec *r, const char *label, const char *html);
void cors_page_number_cell(request_rec *r, const char *label,
                           const char *html);
void cors_page_row_end(request_rec *r);
void cors_page_table_end(request_rec *r);

/* What appears here, where there is nothing yet. */
void cors_page_empty(request_rec *r, const char *html);

/* The sections with lists: what was denied most; what <CorsOrigin> decided;
 * files and queries. */
void cors_page_rules(request_rec *r, const cors_status_view_t *view);
void cors_page_denied(request_rec *r, const cors_status_view_t *view);
void cors_page_sources(request_rec *r, const cors_status_view_t *view);

/* The answer to the form; and the form, with what was asked. */
void cors_page_explanation(request_rec *r, const cors_explanation_t *e);
void cors_page_fault(request_rec *r, const char *fault);
void cors_page_form(request_rec *r);

#endif
