/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_sections: the policies of a configuration as requests will meet them.
 *
 * A section's policy is merged over its server's, over the sections that
 * enclose it by path, and over those it is nested in. Which sections of
 * different kinds meet (a <Directory> and a <Location>, or a .htaccess) only a
 * request can tell; cors_decide.c refuses unsafe combinations there.
 */
#ifndef CORS_SECTIONS_H
#define CORS_SECTIONS_H

#include "cors_conf.h"

/* section is NULL for the server itself. policy may be off; it is merged for
 * this visit and may be kept. */
typedef void cors_sections_visit_t(void *data, server_rec *server,
                                   const cors_section_t *section,
                                   const cors_policy_t *policy);

/* Visit every policy of every server; memory is from ptemp. */
void cors_sections_visit(const cors_registry_t *registry,
                         server_rec *main_server,
                         cors_sections_visit_t *visit, void *data,
                         apr_pool_t *ptemp);

#endif
