/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_quote.h"

#include <string.h>

const char *cors_quote_printable(const char *text, apr_pool_t *p)
{
    static const char hex[] = "0123456789abcdef";
    char *copy = apr_palloc(p, 4 * strlen(text) + 1), *to = copy;

    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;

        if (c >= 0x20 && c < 0x7f && c != '\\') {
            *to++ = (char)c;
            continue;
        }
        *to++ = '\\';
        *to++ = 'x';
        *to++ = hex[c >> 4];
        *to++ = hex[c & 15];
    }
    *to = '\0';
    return copy;
}

const char *cors_quote_label(const char *text, apr_pool_t *p)
{
    char *copy = apr_palloc(p, 2 * strlen(text) + 1), *to = copy;

    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '"' || *text == '\n') {
            *to++ = '\\';
        }
        *to++ = *text == '\n' ? 'n' : *text;
    }
    *to = '\0';
    return copy;
}
