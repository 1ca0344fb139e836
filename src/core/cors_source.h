/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_source: where a policy's allowed origins come from.
 *
 * A source is a set with a history: which directive asked for it and what it
 * was read from. Sources merge as one group (cors_sources_t): a section that
 * names any of its own replaces all inherited ones.
 */
#ifndef CORS_SOURCE_H
#define CORS_SOURCE_H

#include <stdbool.h>

#include <apr_tables.h>

#include "cors_finding.h"
#include "cors_set.h"

typedef enum cors_source_kind_t {
    CORS_SOURCE_INLINE,  /* CorsAllowOrigin, CorsAllowOriginRegex */
    CORS_SOURCE_FILE     /* CorsOriginsFile, CorsOriginsFileEnv */
} cors_source_kind_t;

typedef struct cors_source_t {
    cors_source_kind_t kind;
    const cors_place_t *at;   /* the directive that named it first */
    const char *path;         /* of a file; NULL otherwise */
    bool is_production;       /* picked by default= or a name like prod... */
    const cors_set_t *set;
} cors_source_t;

typedef struct cors_sources_t {
    const cors_place_t *at;        /* the first directive of the group */
    cors_set_t *inline_set;        /* NULL until a pattern or regex is added */
    apr_array_header_t *list;      /* of const cors_source_t * */
    unsigned hazards;              /* of all of them, or-ed */
} cors_sources_t;

/* An empty group, to live in p. at must live as long. */
cors_sources_t *cors_sources_create(const cors_place_t *at, apr_pool_t *p);

/* Add to the group's own set; see cors_set_add and cors_set_add_regex. */
void cors_sources_add_pattern(cors_sources_t *sources,
                              const cors_pattern_t *pattern,
                              const cors_place_t *at);
void cors_sources_add_regex(cors_sources_t *sources, const cors_regex_t *regex,
                            const cors_place_t *at);

/* Add a loaded source, which may be shared with other groups. */
void cors_sources_add(cors_sources_t *sources, const cors_source_t *source);

/* Does any source of the group have something for this origin? */
bool cors_sources_find(const cors_sources_t *sources,
                       const cors_origin_t *origin, cors_match_t *match);

/*
 * Read a file of patterns into a set (src/core/cors_source_file.c). What is
 * wrong with the file or its lines is appended to findings, named file:line;
 * the good lines are in the set all the same. at is the directive that names
 * the file. Everything returned lives in p. Blocking; configuration time.
 */
const cors_set_t *cors_source_read_file(const char *path,
                                        const cors_place_t *at,
                                        cors_findings_t *findings,
                                        apr_pool_t *p);

#endif
