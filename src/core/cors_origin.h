/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_origin: the value of a request's Origin header, taken apart.
 *
 * Quick and bounded: it allocates nothing and reads each byte a fixed number
 * of times. Browsers send serialized origins (RFC 6454, section 6.2; Fetch
 * standard, section 3.1) and this takes nothing else, so whatever passes can
 * be compared byte by byte and be echoed.
 */
#ifndef CORS_ORIGIN_H
#define CORS_ORIGIN_H

#include <stdbool.h>

#include <string.h>

#include <apr.h>

/*
 * The longest value looked at. A scheme, the longest host and a port stay
 * well below; more is no origin but an attempt.
 */
#define CORS_ORIGIN_MAX 400

typedef struct cors_origin_t {
    const char *text;      /* the whole value; not copied */
    apr_size_t len;
    apr_size_t scheme_len; /* 0 for "null" */
    apr_size_t host_at;    /* offset of the host in text */
    apr_size_t host_len;
    apr_size_t port_at;    /* offset of the port's digits; 0: no port */
    bool is_opaque;        /* "null" */
} cors_origin_t;

/* False where the text is no serialized origin; *origin is then undefined. */
bool cors_origin_parse(cors_origin_t *origin, const char *text);

/*
 * What an Origin header says, parsed when that is needed: most requests come
 * from an origin that a list has letter by letter.
 */
typedef struct cors_claim_t {
    const char *text;
    apr_size_t len;
    cors_origin_t parsed;
    bool is_parsed, is_origin;
} cors_claim_t;

static inline void cors_claim_make(cors_claim_t *claim, const char *text)
{
    claim->text = text;
    claim->len = strlen(text);
    claim->is_parsed = false;
}

/* The origin; NULL where the text is none. Points into the claim. */
static inline const cors_origin_t *cors_claim_origin(cors_claim_t *claim)
{
    if (!claim->is_parsed) {
        claim->is_parsed = true;
        claim->is_origin = cors_origin_parse(&claim->parsed, claim->text);
    }
    return claim->is_origin ? &claim->parsed : NULL;
}

/* The length of the scheme before "://", 0 where there is none. */
apr_size_t cors_origin_scheme_length(const char *text);

/*
 * The port from digits to the end of the text: canonical decimal in
 * 1..65535? *port is set where it is.
 */
bool cors_origin_parse_port(const char *digits, int *port);

/* The port that browsers leave out for this scheme; 0 for other schemes. */
int cors_origin_default_port(const char *scheme, apr_size_t len);

/* https, or a loopback host: trustworthy (Secure Contexts, section 3.1)? */
bool cors_origin_is_secure(const cors_origin_t *origin);

#endif
