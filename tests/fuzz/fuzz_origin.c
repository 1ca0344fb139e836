/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_origin: the Origin header. The input is its value, up to a NUL.
 */
#include "fuzz.h"

#include <string.h>

#include "cors_ascii.h"
#include "cors_decide.h"
#include "cors_origin.h"
#include "naive.h"

/* What the parts say must be what the text is. */
static void put_together(const cors_origin_t *origin)
{
    const char *text = origin->text;
    const apr_size_t host_end = origin->host_at + origin->host_len;

    fuzz_expect(origin->len == strlen(text), "the length is the text's", text,
                NULL);
    if (origin->is_opaque) {
        fuzz_expect(strcmp(text, "null") == 0, "only null is opaque", text,
                    NULL);
        return;
    }
    fuzz_expect(origin->host_at == origin->scheme_len + 3
                && strncmp(text + origin->scheme_len, "://", 3) == 0,
                "a scheme ends in ://", text, NULL);
    fuzz_expect(origin->port_at == 0
                ? host_end == origin->len
                : host_end + 1 == origin->port_at && text[host_end] == ':',
                "the port follows the host", text, NULL);
    for (apr_size_t i = 0; i < origin->len; i++) {
        fuzz_expect(text[i] > ' ' && text[i] < 0x7f && text[i] != ','
                    && !cors_ascii_is_upper(text[i]),
                    "nothing odd is in an origin", text, NULL);
    }
    fuzz_expect(cors_origin_is_secure(origin)
                == (strncmp(text, "https://", 8) == 0
                    || naive_is_loopback(text)),
                "https and loopback are secure, nothing else", text, NULL);
}

/* To a server that is that origin, it is its own; to its neighbour, not. */
static void ask_its_server(const cors_origin_t *origin)
{
    const char *text = origin->text;
    const bool has_port = origin->port_at != 0;
    cors_facts_t facts = {.origin = text};

    if (origin->is_opaque) {
        return;
    }
    facts.own_scheme = fuzz_copy(text, origin->scheme_len);
    facts.own_host = fuzz_copy(text + origin->host_at, origin->host_len);
    if (has_port) {
        fuzz_expect(cors_origin_parse_port(text + origin->port_at,
                                           &facts.own_port),
                    "the port of an origin parses", text, NULL);
    }
    fuzz_expect(cors_is_same_origin(&facts), "it is its own", text, NULL);
    facts.own_port = facts.own_port == 1 ? 2 : 1;
    fuzz_expect(!cors_is_same_origin(&facts), "another port is another origin",
                text, NULL);
}

void fuzz_one(const char *bytes, size_t len)
{
    const char *text = fuzz_copy(bytes, len);
    cors_origin_t origin;

    memset(&origin, 0xff, sizeof origin);
    if (cors_origin_parse(&origin, text)) {
        fuzz_expect(naive_is_origin(text), "it is an origin", text, NULL);
        put_together(&origin);
        ask_its_server(&origin);
    }
    else {
        fuzz_expect(!naive_is_origin(text), "it is no origin", text, NULL);
    }
}
