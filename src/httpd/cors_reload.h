/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_reload: lists of origins that change while the server runs.
 *
 * In each child process a few threads of mod_watchdog see ten times a second
 * whether there is something to do, and never make a request wait. Of all
 * processes one looks at a file or asks a database (whoever gets the copy's
 * lock), logs what became of it, and leaves the result in the copy; all take it
 * from there, as do processes that are born later, before they serve.
 *
 * Files have a thread, queries have some, and one does nothing but take: a
 * database that is silent, or a file on a share that is gone, keep no process
 * from having what others know.
 */
#ifndef CORS_RELOAD_H
#define CORS_RELOAD_H

#include <httpd.h>

#include "cors_watch.h"

/*
 * post_config, before mod_watchdog's and while there is a registry: make what
 * the processes share, and the threads. Only where there are feeds.
 */
int cors_reload_post_config(apr_pool_t *pconf, apr_pool_t *ptemp,
                            server_rec *s);

/* How many feeds there are, and how the i-th is doing. */
int cors_reload_feeds(void);
void cors_reload_view(int i, cors_watch_view_t *view, apr_pool_t *p);

/* child_init, before there are threads: take what other processes have. */
void cors_reload_child_init(apr_pool_t *pchild, server_rec *s);

/* child_init, when all modules are ready: let the threads begin. */
void cors_reload_child_begin(apr_pool_t *pchild, server_rec *s);

/* monitor: the parent takes it too, now and then, for children to inherit. */
int cors_reload_monitor(apr_pool_t *p, server_rec *s);

#endif
