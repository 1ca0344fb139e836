/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_check: the whole configuration's policies, examined before httpd
 * starts and under configtest.
 */
#ifndef CORS_CHECK_H
#define CORS_CHECK_H

#include <httpd.h>

/*
 * check_config: print every fault and warning; refuse the configuration if
 * there is a fault. On a graceful restart a refusal would end the server, as
 * any refusal by httpd itself would; apachectl runs configtest first.
 */
int cors_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *s);

#endif
