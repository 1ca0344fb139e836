/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_acrh.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

bool cors_acrh_is_covered(const char *value, const cors_list_t *list,
                          cors_slice_t *refused)
{
    const apr_size_t len = strnlen(value, CORS_ACRH_MAX + 1);
    const char *const end = value + len;

    if (len > CORS_ACRH_MAX) {
        refused->text = value;
        refused->len = CORS_ACRH_MAX;
        return false;
    }
    for (const char *at = value; at < end; at++) {
        const char *name, *name_end;

        while (at < end && is_space(*at)) {
            at++;
        }
        name = at;
        if (at >= end
            || (at = memchr(at, ',', (apr_size_t)(end - at))) == NULL) {
            at = end;
        }
        name_end = at;
        while (name_end > name && is_space(name_end[-1])) {
            name_end--;
        }
        if (name_end == name) {
            continue;
        }
        if (!cors_list_covers(list, name, (apr_size_t)(name_end - name))) {
            refused->text = name;
            refused->len = (apr_size_t)(name_end - name);
            return false;
        }
    }
    return true;
}
