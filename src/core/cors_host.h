/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_host: the host of an origin as browsers serialize it.
 *
 * Serialized hosts (URL standard, section 3.5; RFC 6454, section 6.2) are
 * lower-case ASCII names, canonical IPv4 addresses, or canonical IPv6
 * addresses in brackets. Whatever else a person may write for the same host,
 * no browser sends it. Both parsers, the strict one for patterns and the quick
 * one for requests, ask here.
 */
#ifndef CORS_HOST_H
#define CORS_HOST_H

#include <stdbool.h>

#include <apr_pools.h>

/* RFC 1035, section 2.3.4: text form of a name without its final dot. */
#define CORS_HOST_MAX 253
#define CORS_LABEL_MAX 63

typedef enum cors_host_fault_t {
    CORS_HOST_OK,
    CORS_HOST_EMPTY,
    CORS_HOST_EMPTY_LABEL,
    CORS_HOST_LONG,
    CORS_HOST_LABEL_LONG,
    CORS_HOST_UPPER_CASE,
    CORS_HOST_UNICODE,
    CORS_HOST_CHARACTER,
    CORS_HOST_IPV4,
    CORS_HOST_IPV6
} cors_host_fault_t;

/* Is this a host that a browser can send? Brackets belong to an IPv6 host. */
cors_host_fault_t cors_host_check(const char *host, apr_size_t len);

/* An IPv4 or IPv6 address? For hosts that passed cors_host_check. */
bool cors_host_is_address(const char *host, apr_size_t len);

/*
 * localhost, a name under localhost., 127.0.0.0/8 or [::1]: what Secure
 * Contexts, section 3.1, calls trustworthy without TLS.
 */
bool cors_host_is_loopback(const char *host, apr_size_t len);

/* How many labels a name has; a final dot begins none. */
int cors_host_labels(const char *host, apr_size_t len);

/* Is this all of an IPv6 address, but for its brackets? Terminated text. */
bool cors_host_lacks_brackets(const char *host);

/*
 * The canonical form of a host as written by a person: lower case, addresses
 * as browsers write them. From p; NULL where the brackets hold no address.
 */
const char *cors_host_canonical(const char *host, apr_size_t len,
                                apr_pool_t *p);

#endif
