/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_pattern: one configured origin pattern.
 *
 *     "*"                                        every origin
 *     "null"                                     opaque origins
 *     scheme "://" ["*."] host [":" (port | "*")]
 *
 * "*." stands for one or more labels, ":*" for any port or none.
 *
 * Patterns come from people, so the parser is strict and says what to write
 * instead. It never repairs: a repaired pattern would differ from what the
 * administrator reads in the file.
 */
#ifndef CORS_PATTERN_H
#define CORS_PATTERN_H

#include "cors_origin.h"

#include <apr_pools.h>

typedef enum cors_pattern_kind_t {
    CORS_PATTERN_ANY,
    CORS_PATTERN_NULL,
    CORS_PATTERN_ORIGIN
} cors_pattern_kind_t;

typedef struct cors_pattern_t {
    cors_pattern_kind_t kind;
    const char *text;         /* as written */
    apr_size_t len;
    apr_size_t scheme_len;
    apr_size_t host_at;       /* of the host after any "*." */
    apr_size_t host_len;
    apr_size_t port_at;       /* of the port's digits; 0: no port or any */
    bool any_subdomain;
    bool any_port;
} cors_pattern_t;

typedef enum cors_pattern_fault_t {
    CORS_PATTERN_OK,
    CORS_PATTERN_EMPTY,
    CORS_PATTERN_LONG,
    CORS_PATTERN_NO_SCHEME,
    CORS_PATTERN_SCHEME,
    CORS_PATTERN_FILE_SCHEME,
    CORS_PATTERN_NO_ORIGIN,
    CORS_PATTERN_SPACE,
    CORS_PATTERN_USER_INFO,
    CORS_PATTERN_PATH,
    CORS_PATTERN_QUERY,
    CORS_PATTERN_WILDCARD,
    CORS_PATTERN_WILDCARD_ADDRESS,
    CORS_PATTERN_PORT,
    CORS_PATTERN_DEFAULT_PORT,
    CORS_PATTERN_UPPER_CASE,
    CORS_PATTERN_UNICODE,
    CORS_PATTERN_HOST_EMPTY,
    CORS_PATTERN_LABEL_EMPTY,
    CORS_PATTERN_HOST_LONG,
    CORS_PATTERN_LABEL_LONG,
    CORS_PATTERN_CHARACTER,
    CORS_PATTERN_IPV4,
    CORS_PATTERN_IPV6,
    CORS_PATTERN_FAULTS  /* how many */
} cors_pattern_fault_t;

/*
 * Parse text, which must outlive the pattern. *pattern is set only where the
 * result is CORS_PATTERN_OK.
 */
cors_pattern_fault_t cors_pattern_parse(cors_pattern_t *pattern,
                                        const char *text);

/* What is wrong, to follow the quoted value: "has a path, and ...". */
const char *cors_pattern_fault_text(cors_pattern_fault_t fault);

/* What to write instead, in general, to follow "write ". */
const char *cors_pattern_advice(cors_pattern_fault_t fault);

/*
 * What to write instead of this text, to follow "write ": in quotes the
 * pattern that was meant, where that is beyond doubt, else the advice. From p.
 * (src/core/cors_pattern_mend.c)
 */
const char *cors_pattern_mend(cors_pattern_fault_t fault, const char *text,
                              apr_pool_t *p);

#endif
