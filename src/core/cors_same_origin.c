/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a request's Origin the server's own, as the client addressed it? Declared
 * in cors_decide.h.
 */
#include "cors_decide.h"

#include <string.h>

#include "cors_ascii.h"

/* The number of the origin's port, or of the one that it leaves out. */
static int port_of(const cors_origin_t *origin)
{
    int port = 0;

    if (origin->port_at == 0) {
        return cors_origin_default_port(origin->text, origin->scheme_len);
    }
    (void)cors_origin_parse_port(origin->text + origin->port_at, &port);
    return port;
}

/*
 * Of most strangers a glance tells that they are not this server, before
 * anything is parsed: another scheme, or a host that begins with another letter
 * or goes on with others.
 */
static bool may_be_own(const cors_facts_t *facts)
{
    const apr_size_t scheme_len = strlen(facts->own_scheme);
    const char *own = facts->own_host + (facts->own_host[0] == '[');
    const char *host;

    if (strncmp(facts->origin, facts->own_scheme, scheme_len) != 0
        || strncmp(facts->origin + scheme_len, "://", 3) != 0) {
        return false;
    }
    host = facts->origin + scheme_len + strlen("://");
    host += *host == '[';
    while (*own != '\0' && *own != ']'
           && cors_ascii_lower(*own) == cors_ascii_lower(*host)) {
        own++;
        host++;
    }
    return *own == '\0' || *own == ']';
}

bool cors_is_same_origin(const cors_facts_t *facts)
{
    cors_origin_t origin;
    const char *host;
    apr_size_t len, scheme_len;
    int own_port = facts->own_port;

    if (facts->fetch_site != NULL
        && strcmp(facts->fetch_site, "same-origin") == 0) {
        return true;
    }
    if (facts->origin == NULL || facts->own_host == NULL
        || facts->own_scheme == NULL || !may_be_own(facts)
        || !cors_origin_parse(&origin, facts->origin) || origin.is_opaque) {
        return false;
    }
    scheme_len = strlen(facts->own_scheme);
    if (own_port == 0) {
        own_port = cors_origin_default_port(facts->own_scheme, scheme_len);
    }
    host = origin.text + origin.host_at;
    len = origin.host_len;
    if (host[0] == '[' && facts->own_host[0] != '[') {
        host++;
        len -= 2;
    }
    return scheme_len == origin.scheme_len
        && memcmp(origin.text, facts->own_scheme, scheme_len) == 0
        && own_port == port_of(&origin)
        && cors_name_equal(host, len, facts->own_host,
                           strlen(facts->own_host));
}
