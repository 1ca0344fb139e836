/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_reason: why a cross-origin request was denied.
 *
 * The slugs are what users see in CORS_REASON, in logs and in the body of a
 * denied preflight; they never change. Everything that shows reasons is
 * indexed by this enum.
 */
#ifndef CORS_REASON_H
#define CORS_REASON_H

typedef enum cors_reason_t {
    CORS_REASON_NONE,  /* not denied */
    CORS_REASON_ORIGIN_NOT_ALLOWED,
    CORS_REASON_ORIGIN_MALFORMED,
    CORS_REASON_METHOD_NOT_ALLOWED,
    CORS_REASON_HEADER_NOT_ALLOWED,
    CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED,
    CORS_REASON_UNSAFE_POLICY,
    CORS_REASONS  /* how many */
} cors_reason_t;

/* "origin-not-allowed"; NULL for CORS_REASON_NONE. */
const char *cors_reason_slug(cors_reason_t reason);

/* One sentence for a person, without client bytes; NULL for NONE. */
const char *cors_reason_sentence(cors_reason_t reason);

/*
 * The whole body of a denied preflight: slug and sentence on one line, ended
 * by a newline; NULL for NONE.
 */
const char *cors_reason_body(cors_reason_t reason);

/* The section of the Fetch standard (or its extension) that says so. */
const char *cors_reason_link(cors_reason_t reason);

#endif
