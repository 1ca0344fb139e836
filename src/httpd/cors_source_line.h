/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_source_line: the directives that name origins.
 */
#ifndef CORS_SOURCE_LINE_H
#define CORS_SOURCE_LINE_H

#include "cors_line.h"

cors_setter_t cors_source_line_patterns;  /* CorsAllowOrigin */
cors_setter_t cors_source_line_denied;    /* CorsDenyOrigin */
cors_setter_t cors_source_line_regexes;   /* CorsAllowOriginRegex */
cors_setter_t cors_source_line_file;      /* CorsOriginsFile */
cors_setter_t cors_source_line_file_env;  /* CorsOriginsFileEnv */
cors_setter_t cors_source_line_query;     /* CorsOriginsQuery */

/* The source group of the section that the line stands in. */
cors_sources_t *cors_source_line_group(cors_line_t *line);

/* Parse a pattern; false where that is none, which is noted as a fault. */
bool cors_source_line_parse(cors_line_t *line, cors_pattern_t *pattern,
                            const char *text);

#endif
