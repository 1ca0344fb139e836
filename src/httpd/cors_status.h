/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_status: what operators see: "SetHandler cors-status", and mod_status.
 *
 * One view of the counters and feeds, and a table of formats, each a file of
 * its own, that write it.
 */
#ifndef CORS_STATUS_H
#define CORS_STATUS_H

#include <httpd.h>

#include "cors_explain.h"
#include "cors_seen.h"
#include "cors_shm.h"
#include "cors_watch.h"

typedef struct cors_status_view_t {
    apr_time_t now;
    const cors_shm_t *shm;          /* NULL: nothing is counted */
    const cors_seen_view_t *seen;   /* what was denied, most frequent first */
    int n_seen;
    const apr_array_header_t *rules; /* of cors_rule_view_t; NULL: none */
    const cors_watch_view_t *feeds;
    int n_feeds;
} cors_status_view_t;

/* The handler "cors-status". */
int cors_status_handler(request_rec *r);

/* mod_status's hook. */
int cors_status_in_mod_status(request_rec *r, int flags);

/* Gather the view, from r's pool. */
const cors_status_view_t *cors_status_view(request_rec *r);

/* The formats: write the view, or an explanation, to r. */
void cors_status_write_html(request_rec *r, const cors_status_view_t *view,
                            const cors_explanation_t *explanation,
                            const char *fault);
void cors_status_write_json(request_rec *r, const cors_status_view_t *view);
void cors_status_write_prometheus(request_rec *r,
                                  const cors_status_view_t *view);
void cors_status_write_explanation(request_rec *r,
                                   const cors_explanation_t *explanation);
void cors_status_write_explanation_text(request_rec *r,
                                        const cors_explanation_t *explanation);
void cors_status_write_suggestion(request_rec *r,
                                  const cors_status_view_t *view);

/* "2026-11-24T03:00:00Z", or NULL for 0; from p. */
const char *cors_status_time(apr_time_t time, apr_pool_t *p);

/* "origin", "method", ... */
const char *cors_status_want(cors_want_t want);

#endif
