/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mod_cors: the module record, for those files of src/httpd that look up its
 * configuration or log in its name.
 */
#ifndef MOD_CORS_H
#define MOD_CORS_H

#include <httpd.h>
#include <http_config.h>

#define MOD_CORS_VERSION "0.1.0"

/* Everything else is hidden; httpd finds the module by this symbol. */
extern module AP_MODULE_DECLARE_DATA cors_module
    __attribute__((visibility("default")));

#endif
