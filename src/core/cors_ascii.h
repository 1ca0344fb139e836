/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_ascii: character classes of the protocol's grammars.
 *
 * libc's ctype follows the locale and takes int; what browsers and RFC 9110
 * speak is ASCII, whatever the locale.
 */
#ifndef CORS_ASCII_H
#define CORS_ASCII_H

#include <stdbool.h>
#include <string.h>

static inline bool cors_ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool cors_ascii_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool cors_ascii_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool cors_ascii_is_alpha(char c)
{
    return cors_ascii_is_lower(c) || cors_ascii_is_upper(c);
}

static inline char cors_ascii_lower(char c)
{
    return cors_ascii_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

/* tchar of RFC 9110, section 5.6.2 */
static inline bool cors_ascii_is_tchar(char c)
{
    return cors_ascii_is_alpha(c) || cors_ascii_is_digit(c)
        || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

#endif
