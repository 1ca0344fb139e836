/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_names: methods and header names, and which of them a policy may list.
 *
 * Methods are compared byte by byte, header names without regard to ASCII case
 * (RFC 9110, sections 9.1 and 5.1).
 */
#ifndef CORS_NAMES_H
#define CORS_NAMES_H

#include <stdbool.h>

#include <apr.h>

typedef enum cors_name_fault_t {
    CORS_NAME_OK,
    CORS_NAME_NOT_TOKEN,
    CORS_NAME_FORBIDDEN_METHOD,
    CORS_NAME_FORBIDDEN_REQUEST_HEADER,
    CORS_NAME_FORBIDDEN_RESPONSE_HEADER,
    CORS_NAME_FAULTS  /* how many */
} cors_name_fault_t;

/* A token of RFC 9110, section 5.6.2? */
bool cors_name_is_token(const char *text, apr_size_t len);

/* May it stand in CorsAllowMethods (Fetch standard, "forbidden method")? */
cors_name_fault_t cors_name_check_method(const char *text);

/* In CorsAllowHeaders (Fetch standard, "forbidden request-header")? */
cors_name_fault_t cors_name_check_request_header(const char *text);

/* In CorsExposeHeaders (Fetch, "forbidden response-header name")? */
cors_name_fault_t cors_name_check_response_header(const char *text);

/* What is wrong, to follow the quoted value, and what to do about it. */
const char *cors_name_fault_text(cors_name_fault_t fault);
const char *cors_name_fault_mend(cors_name_fault_t fault);

/* Equal without regard to ASCII case? */
bool cors_name_equal(const char *a, apr_size_t a_len,
                     const char *b, apr_size_t b_len);

#endif
