/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_question.h"

#include <stdlib.h>

#include <apr_cstr.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>
#include <http_protocol.h>

#include "cors_names.h"

/* More than any URL, list of headers or origin that httpd would take. */
enum { PARAMETER_MAX = 8192, METHOD_MAX = 256 };

const char *cors_question_parameter(request_rec *r, const char *name)
{
    const char *args = r->args;
    const size_t len = strlen(name);

    while (args != NULL && *args != '\0') {
        const char *pair = ap_getword(r->pool, &args, '&');

        if (strncmp(pair, name, len) == 0 && pair[len] == '=') {
            char *value = apr_pstrdup(r->pool, pair + len + 1);

            return strlen(value) <= PARAMETER_MAX
                && ap_unescape_urlencoded(value) == OK ? value : NULL;
        }
    }
    return NULL;
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

/* Digits of a port, or none at all? */
static bool is_port(const char *text)
{
    const size_t len = text != NULL ? strlen(text) : 0;

    return text == NULL
        || (strspn(text, "0123456789") == len && len > 0 && len <= 5
            && atoi(text) >= 1 && atoi(text) <= 65535);
}

/* Whose URL it is: that of a whole URL, or this server's own. */
static bool read_url(cors_question_t *q, request_rec *r)
{
    cors_facts_t *facts = &q->facts;
    apr_uri_t *uri = &q->uri;

    if (apr_uri_parse(r->pool, q->url, uri) != APR_SUCCESS) {
        return false;
    }
    if (uri->path == NULL && uri->hostname != NULL) {
        uri->path = apr_pstrdup(r->pool, "/");
    }
    if (uri->path == NULL || uri->path[0] != '/') {
        return false;
    }
    if (uri->hostname == NULL) {
        q->server = r->server;
        facts->own_scheme = ap_http_scheme(r);
        facts->own_host = r->hostname;
        facts->own_port = r->parsed_uri.port_str ? r->parsed_uri.port : 0;
        q->fetch.url = ap_construct_url(r->pool, q->url, r);
        return q->url[0] == '/';
    }
    q->fetch.url = q->url;
    if (uri->hostname[0] == '\0' || !is_port(uri->port_str)) {
        return false;
    }
    if (uri->scheme == NULL || (strcmp(uri->scheme, "http") != 0
                                && strcmp(uri->scheme, "https") != 0)) {
        return false;
    }
    facts->own_scheme = uri->scheme;
    facts->own_host = strchr(uri->hostname, ':') == NULL ? uri->hostname
        : apr_pstrcat(r->pool, "[", uri->hostname, "]", NULL);
    facts->own_port = uri->port_str != NULL ? uri->port : 0;
    q->server = find_server(facts->own_host, uri->port_str != NULL
                            ? uri->port : apr_uri_port_of_scheme(uri->scheme));
    return true;
}

/* Is the parameter one of two words? -1 for another; 0 where it is missing. */
static int flag(request_rec *r, const char *name, const char *no,
                const char *yes)
{
    const char *value = cors_question_parameter(r, name);

    if (value == NULL || *value == '\0' || strcmp(value, no) == 0) {
        return 0;
    }
    return strcmp(value, yes) == 0 ? 1 : -1;
}

/* Each parameter once: which of two would count is nobody's guess. */
static const char *find_repeated(request_rec *r)
{
    static const char *const names[] = {
        "url", "origin", "method", "headers", "reads", "credentials",
        "private-network", "format"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *args = r->args;
        const size_t len = strlen(names[i]);
        int n = 0;

        while (args != NULL && *args != '\0') {
            const char *pair = ap_getword(r->pool, &args, '&');

            n += strncmp(pair, names[i], len) == 0 && pair[len] == '=';
        }
        if (n > 1) {
            return apr_psprintf(r->pool, "%s is there twice: write it once",
                                names[i]);
        }
    }
    return NULL;
}

/* https://fetch.spec.whatwg.org/#concept-method-normalize */
static const char *normalize_method(const char *method, apr_pool_t *p)
{
    static const char *const names[] = {
        "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (apr_cstr_casecmp(method, names[i]) == 0) {
            return names[i];
        }
    }
    return apr_pstrdup(p, method);
}

/* What stands in a request line or a header name; nothing else is shown. */
static bool is_visible(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            return false;
        }
    }
    return true;
}

/* The parameters; what is wrong with them, or NULL. */
static const char *read_fetch(cors_question_t *q, request_rec *r)
{
    const int credentials = flag(r, "credentials", "omit", "include");
    const int network = flag(r, "private-network", "0", "1");
    cors_fetch_t *fetch = &q->fetch;

    q->url = cors_question_parameter(r, "url");
    fetch->origin = cors_question_parameter(r, "origin");
    fetch->method = cors_question_parameter(r, "method");
    fetch->headers = cors_question_parameter(r, "headers");
    fetch->reads = cors_question_parameter(r, "reads");
    fetch->with_credentials = credentials == 1;
    fetch->to_private_network = network == 1;
    if (credentials < 0) {
        return "credentials is include or omit";
    }
    if (network < 0) {
        return "private-network is 1 or 0";
    }
    if (q->url == NULL) {
        return "url is missing: write a path, or a whole http or https URL";
    }
    if (fetch->origin == NULL || *fetch->origin == '\0') {
        return "origin is missing: write it as the browser shows it, "
               "https://app.example.com";
    }
    if (fetch->method == NULL || *fetch->method == '\0') {
        fetch->method = "GET";
    }
    if (strlen(fetch->method) > METHOD_MAX
        || !cors_name_is_token(fetch->method, strlen(fetch->method))) {
        return "method is no token: write GET, PUT or the like";
    }
    fetch->method = normalize_method(fetch->method, r->pool);
    if (fetch->headers != NULL && *fetch->headers == '\0') {
        fetch->headers = NULL;
    }
    if (fetch->reads != NULL && *fetch->reads == '\0') {
        fetch->reads = NULL;
    }
    if (!is_visible(q->url) || !is_visible(fetch->origin)
        || !is_visible(fetch->headers) || !is_visible(fetch->reads)) {
        return "url, origin and names of headers are printable ASCII: write others as "
               "browsers send them, percent-encoded or in punycode";
    }
    return NULL;
}

const char *cors_question_read(cors_question_t *question, request_rec *r)
{
    const char *fault = find_repeated(r);

    memset(question, 0, sizeof *question);
    if (fault == NULL) {
        fault = read_fetch(question, r);
    }
    if (fault == NULL && !read_url(question, r)) {
        fault = "url makes no sense: write a path that begins with /, or a "
                "whole http or https URL, for a WebSocket too";
    }
    return fault;
}
