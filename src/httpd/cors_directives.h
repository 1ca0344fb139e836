/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_directives: the command table, and how each directive is parsed.
 *
 * A directive's arguments are checked here, one by one, and become fields of
 * the section's cors_policy_t. What is wrong is collected, so that one run of
 * configtest shows every fault; combinations are checked in cors_check.c.
 */
#ifndef CORS_DIRECTIVES_H
#define CORS_DIRECTIVES_H

#include <httpd.h>
#include <http_config.h>

extern const command_rec cors_directives[];

#endif
