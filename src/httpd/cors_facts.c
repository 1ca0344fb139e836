/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_facts.h"

#include <stdint.h>

#include <http_core.h>
#include <http_protocol.h>

static const char origin[] = "origin", fetch_site[] = "sec-fetch-site",
    request_method[] = "access-control-request-method",
    request_headers[] = "access-control-request-headers",
    request_private_network[] = "access-control-request-private-network";

/* In lower case, eight bytes at a time. */
static uint64_t lower_word(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return word | UINT64_C(0x2020202020202020);
}

/*
 * Is that the header's name, in whatever case? By that bit only letters become
 * letters, and no name has a control byte, which could become a hyphen.
 */
static bool is_named(const char *key, const char *name, apr_size_t len)
{
    apr_size_t i = 0;

    for (; i + sizeof(uint64_t) <= len; i += sizeof(uint64_t)) {
        if (lower_word(key + i) != lower_word(name + i)) {
            return false;
        }
    }
    for (; i < len && (key[i] | 0x20) == name[i]; i++) {
    }
    return i == len;
}

/* The first of each counts; httpd has joined repeated ones. */
static void take(const char **fact, const apr_table_entry_t *entry,
                 const char *name, apr_size_t len)
{
    if (*fact == NULL && is_named(entry->key, name, len)) {
        *fact = entry->val;
    }
}

/* The names that matter here are told apart by their lengths. */
static void take_header(cors_facts_t *facts, const apr_table_entry_t *entry,
                        const char **private_network)
{
    const apr_size_t len = strlen(entry->key);

    switch (len) {
    case sizeof origin - 1:
        take(&facts->origin, entry, origin, len);
        break;
    case sizeof fetch_site - 1:
        take(&facts->fetch_site, entry, fetch_site, len);
        break;
    case sizeof request_method - 1:
        take(&facts->request_method, entry, request_method, len);
        break;
    case sizeof request_headers - 1:
        take(&facts->request_headers, entry, request_headers, len);
        break;
    case sizeof request_private_network - 1:
        take(private_network, entry, request_private_network, len);
        break;
    default:
        break;
    }
}

/* One pass: to look up each header would cost more than the whole. */
void cors_facts_read(cors_facts_t *facts, request_rec *r)
{
    const apr_array_header_t *headers = apr_table_elts(r->headers_in);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)headers->elts;
    const char *private_network = NULL;

    facts->is_options = r->method_number == M_OPTIONS;
    for (const apr_table_entry_t *end = entry + headers->nelts; entry < end;
         entry++) {
        const int first = entry->key[0] | 0x20;

        if (first == 'o' || first == 's'
            || (first == 'a' && facts->is_options)) {
            take_header(facts, entry, &private_network);
        }
    }
    facts->asks_private_network =
        private_network != NULL && strcmp(private_network, "true") == 0;
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
