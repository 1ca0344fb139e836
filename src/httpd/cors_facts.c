/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_facts.h"

#include <http_core.h>
#include <http_protocol.h>

/* Only letters become letters by that bit, and no name has a control byte. */
static bool is_named(const char *key, const char *name)
{
    while (*name != '\0' && (*key | 0x20) == *name) {
        key++;
        name++;
    }
    return *name == '\0' && *key == '\0';
}

/* The first of each counts; httpd has joined repeated ones. */
static void take(const char **fact, const apr_table_entry_t *entry,
                 const char *name)
{
    if (*fact == NULL && is_named(entry->key, name)) {
        *fact = entry->val;
    }
}

static void take_asked(cors_facts_t *facts, const apr_table_entry_t *entry)
{
    const char *network = NULL;

    take(&facts->request_method, entry, "access-control-request-method");
    take(&facts->request_headers, entry, "access-control-request-headers");
    take(&network, entry, "access-control-request-private-network");
    facts->asks_private_network |= network != NULL
                                && strcmp(network, "true") == 0;
}

/* One pass: to look up each header would cost more than the whole. */
void cors_facts_read(cors_facts_t *facts, request_rec *r)
{
    const apr_array_header_t *headers = apr_table_elts(r->headers_in);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)headers->elts;

    facts->is_options = r->method_number == M_OPTIONS;
    for (const apr_table_entry_t *end = entry + headers->nelts; entry < end;
         entry++) {
        switch (entry->key[0] | 0x20) {
        case 'o':
            take(&facts->origin, entry, "origin");
            break;
        case 's':
            take(&facts->fetch_site, entry, "sec-fetch-site");
            break;
        case 'a':
            if (facts->is_options) {
                take_asked(facts, entry);
            }
            break;
        default:
            break;
        }
    }
}

/*
 * This server as the client addressed it: by the Host header, or, where the
 * administrator has set UseCanonicalName On, by the ServerName.
 */
void cors_facts_read_own(cors_facts_t *facts, request_rec *r)
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
