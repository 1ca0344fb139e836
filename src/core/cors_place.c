/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_place.h"

#include <string.h>

#include <apr_strings.h>

const char *cors_place_text(const cors_place_t *place, apr_pool_t *p)
{
    if (place->directive == NULL) {
        return apr_psprintf(p, "%s:%d", place->file, place->line);
    }
    return apr_psprintf(p, "%s at %s:%d", place->directive, place->file,
                        place->line);
}

bool cors_place_is_beside(const cors_place_t *a, const cors_place_t *b)
{
    return a->section == b->section && strcmp(a->file, b->file) == 0;
}
