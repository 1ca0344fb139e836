/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_reason.h"

#include <stddef.h>

#define FETCH "https://fetch.spec.whatwg.org/"

/* X(reason, slug, sentence, link) */
#define REASONS(X)                                                             \
    X(CORS_REASON_ORIGIN_NOT_ALLOWED, "origin-not-allowed",                    \
      "The policy of this URL does not allow the request's Origin.",           \
      FETCH "#concept-cors-check")                                             \
    X(CORS_REASON_ORIGIN_MALFORMED, "origin-malformed",                        \
      "The Origin header is not a single serialized origin.",                  \
      FETCH "#origin-header")                                                  \
    X(CORS_REASON_METHOD_NOT_ALLOWED, "method-not-allowed",                    \
      "The policy of this URL does not allow the requested method.",           \
      FETCH "#cors-preflight-fetch")                                           \
    X(CORS_REASON_HEADER_NOT_ALLOWED, "header-not-allowed",                    \
      "The policy of this URL does not allow a requested header.",             \
      FETCH "#cors-preflight-fetch")                                           \
    X(CORS_REASON_PRIVATE_NETWORK_NOT_ALLOWED, "private-network-not-allowed",  \
      "The policy of this URL does not allow requests into a private network.", \
      "https://wicg.github.io/private-network-access/#cors-preflight")         \
    X(CORS_REASON_UNSAFE_POLICY, "unsafe-policy",                              \
      "The policy of this URL is unsafe and therefore not applied.",           \
      FETCH "#cors-protocol-and-credentials")

typedef struct row_t {
    const char *slug;
    const char *sentence;
    const char *body;
    const char *link;
} row_t;

static const row_t rows[CORS_REASONS] = {
#define X(reason, slug, sentence, link)                                        \
    [reason] = {slug, sentence, slug ": " sentence "\n", link},
    REASONS(X)
#undef X
};

const char *cors_reason_slug(cors_reason_t reason)
{
    return rows[reason].slug;
}

const char *cors_reason_sentence(cors_reason_t reason)
{
    return rows[reason].sentence;
}

const char *cors_reason_body(cors_reason_t reason)
{
    return rows[reason].body;
}

const char *cors_reason_link(cors_reason_t reason)
{
    return rows[reason].link;
}
