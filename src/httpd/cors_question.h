/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_question: what an explanation is asked about.
 *
 * The parameters of a query: url (a path, or a whole http or https URL),
 * origin, method, headers, reads, credentials=include, private-network=1.
 */
#ifndef CORS_QUESTION_H
#define CORS_QUESTION_H

#include <apr_uri.h>
#include <httpd.h>

#include "cors_browser.h"
#include "cors_decide.h"

typedef struct cors_question_t {
    const char *url;       /* as it was asked for */
    apr_uri_t uri;         /* its path and query */
    server_rec *server;    /* the virtual host it is for */
    cors_fetch_t fetch;    /* what a page does, with a whole URL */
    cors_facts_t facts;    /* who the server is, as the client addresses it */
} cors_question_t;

/* Read r's query; what is wrong with it, a sentence without a client's bytes,
 * or NULL. */
const char *cors_question_read(cors_question_t *question, request_rec *r);

/* A parameter of r's query, decoded, from r's pool; NULL if it is not there. */
const char *cors_question_parameter(request_rec *r, const char *name);

#endif
