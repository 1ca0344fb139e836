/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_facts.h"

#include <http_core.h>
#include <http_protocol.h>

/*
 * This server as the client addressed it: by the Host header, or, where the
 * administrator has set UseCanonicalName On, by the ServerName.
 */
static void read_own_origin(cors_facts_t *facts, request_rec *r)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);

    facts->own_scheme = ap_http_scheme(r);
    if (core->use_canonical_name == USE_CANONICAL_NAME_ON) {
        facts->own_host = ap_get_server_name(r);
        facts->own_port = ap_get_server_port(r);
        return;
    }
    facts->own_host = r->hostname;
    facts->own_port = r->parsed_uri.port_str != NULL ? r->parsed_uri.port : 0;
}

void cors_facts_read(cors_facts_t *facts, request_rec *r)
{
    facts->origin = apr_table_get(r->headers_in, "Origin");
    if (facts->origin == NULL) {
        return;
    }
    facts->fetch_site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    read_own_origin(facts, r);
    facts->is_options = r->method_number == M_OPTIONS;
    if (facts->is_options) {
        const char *asks = apr_table_get(
            r->headers_in, "Access-Control-Request-Private-Network");

        facts->asks_private_network = asks != NULL && !strcmp(asks, "true");
        facts->request_method =
            apr_table_get(r->headers_in, "Access-Control-Request-Method");
        facts->request_headers =
            apr_table_get(r->headers_in, "Access-Control-Request-Headers");
    }
}
