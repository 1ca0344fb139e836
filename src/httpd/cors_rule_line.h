/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_rule_line: <CorsOrigin>, which has directives of its own for some
 * origins.
 */
#ifndef CORS_RULE_LINE_H
#define CORS_RULE_LINE_H

#include "cors_line.h"

/* <CorsOrigin pattern ...> and the lines in it. */
void cors_rule_line_section(cors_line_t *line);

#endif
