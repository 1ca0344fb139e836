/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_question.h"

#include <apr_cstr.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>
#include <http_protocol.h>

#include "cors_ask.h"

const char *cors_question_parameter(request_rec *r, const char *name)
{
    return cors_ask_parameter(r->args, name, r->pool);
}

static bool has_name(const server_rec *s, const char *host)
{
    const apr_array_header_t *lists[] = {s->names, s->wild_names};

    if (s->server_hostname != NULL
        && apr_cstr_casecmp(s->server_hostname, host) == 0) {
        return true;
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; lists[i] != NULL && j < lists[i]->nelts; j++) {
            const char *name = APR_ARRAY_IDX(lists[i], j, const char *);

            if (name != NULL && ap_strcasecmp_match(host, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Port 0: any. */
static bool has_port(const server_rec *s, apr_port_t port)
{
    if (port == 0) {
        return true;
    }
    for (const server_addr_rec *addr = s->addrs; addr != NULL;
         addr = addr->next) {
        if (addr->host_port == 0 || addr->host_port == port) {
            return true;
        }
    }
    return false;
}

/* The first virtual host of the port with the name; or with any, for NULL. */
static server_rec *first_server(const char *host, apr_port_t port)
{
    server_rec *s = ap_server_conf->next;

    while (s != NULL && !(has_port(s, port)
                          && (host == NULL || has_name(s, host)))) {
        s = s->next;
    }
    return s;
}

/*
 * The virtual host for a URL, as httpd picks one by name; the first of its port
 * where none has the name. A port that no virtual host has may be that of a
 * proxy in front, which takes TLS off: then the name alone tells. Else the main
 * server.
 */
static server_rec *find_server(const char *host, apr_port_t port)
{
    server_rec *s = first_server(host, port);

    if (s == NULL) {
        s = first_server(NULL, port);
    }
    if (s == NULL) {
        s = first_server(host, 0);
    }
    return s != NULL ? s : ap_server_conf;
}

/* Whose URL it is: that of a whole URL, or this server's own. */
static bool read_url(cors_question_t *q, request_rec *r)
{
    cors_facts_t *facts = &q->facts;
    const apr_uri_t *uri = &q->uri;

    if (!cors_ask_parse_url(&q->uri, q->url, r->pool)) {
        return false;
    }
    if (uri->hostname == NULL) {
        q->server = r->server;
        facts->own_scheme = ap_http_scheme(r);
        facts->own_host = r->hostname;
        facts->own_port = r->parsed_uri.port_str ? r->parsed_uri.port : 0;
        q->fetch.url = ap_construct_url(r->pool, q->url, r);
        return true;
    }
    q->fetch.url = q->url;
    facts->own_scheme = uri->scheme;
    facts->own_host = strchr(uri->hostname, ':') == NULL ? uri->hostname
        : apr_pstrcat(r->pool, "[", uri->hostname, "]", NULL);
    facts->own_port = uri->port_str != NULL ? uri->port : 0;
    q->server = find_server(facts->own_host, uri->port_str != NULL
                            ? uri->port : apr_uri_port_of_scheme(uri->scheme));
    return true;
}

const char *cors_question_read(cors_question_t *question, request_rec *r)
{
    const char *fault;

    memset(question, 0, sizeof *question);
    fault = cors_ask_read(&question->url, &question->fetch, r->args, r->pool);
    if (fault == NULL && !read_url(question, r)) {
        fault = "url makes no sense: write a path that begins with /, or a "
                "whole http or https URL, for a WebSocket too";
    }
    return fault;
}
