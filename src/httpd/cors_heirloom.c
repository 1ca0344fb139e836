/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever lives from one configuration to the next belongs to the process's
 * pool and is plain data: the module itself is unloaded in between, with its
 * code and its variables.
 */
#include "cors_heirloom.h"

#include <unistd.h>

#include <apr_cstr.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <http_config.h>

static const char slot_name[] = "mod_cors: answers of databases";

typedef struct heirloom_t {
    const char *key;
    int file;
} heirloom_t;

/* Every DBDriver, DBDParams and the like, in the order of the file. */
static const char *dbd_directives(const ap_directive_t *node, apr_pool_t *p)
{
    const char *all = "";

    for (; node != NULL; node = node->next) {
        if (apr_cstr_casecmpn(node->directive, "DBD", 3) == 0) {
            all = apr_pstrcat(p, all, node->directive, " ", node->args, "\n",
                              NULL);
        }
        if (node->first_child != NULL) {
            all = apr_pstrcat(p, all, dbd_directives(node->first_child, p),
                              NULL);
        }
    }
    return all;
}

const char *cors_heirloom_key(const char *sql, const server_rec *s,
                              apr_pool_t *p)
{
    return apr_psprintf(p, "%s:%u\n%s\n%s",
                        s->server_hostname ? s->server_hostname : "",
                        (unsigned)s->port, sql,
                        dbd_directives(ap_conftree, p));
}

static apr_array_header_t *find_all(server_rec *s)
{
    void *all = NULL;

    (void)apr_pool_userdata_get(&all, slot_name, s->process->pool);
    return all;
}

void cors_heirloom_leave(const char *key, const cors_copy_t *copy,
                         server_rec *s)
{
    apr_array_header_t *all = find_all(s);
    heirloom_t *heirloom;
    apr_pool_t *p;
    int file;

    if (all == NULL) {
        if (apr_pool_create(&p, s->process->pool) != APR_SUCCESS) {
            return;
        }
        all = apr_array_make(p, 1, sizeof *heirloom);
        (void)apr_pool_userdata_set(all, slot_name, apr_pool_cleanup_null,
                                    s->process->pool);
    }
    file = cors_copy_save(copy, all->pool);
    if (file >= 0) {
        heirloom = apr_array_push(all);
        heirloom->key = apr_pstrdup(all->pool, key);
        heirloom->file = file;
    }
}

static apr_status_t read_file(void *file, char *buffer, apr_size_t *len)
{
    return apr_file_read(file, buffer, len);
}

bool cors_heirloom_load(const char *key, cors_load_t *load, server_rec *s,
                        apr_pool_t *ptemp)
{
    const apr_array_header_t *all = find_all(s);
    cors_lines_t *lines = apr_palloc(ptemp, sizeof *lines);

    for (int i = 0; all != NULL && i < all->nelts; i++) {
        const heirloom_t *heirloom = &APR_ARRAY_IDX(all, i, heirloom_t);
        int fd = heirloom->file;
        apr_off_t start = 0;
        apr_file_t *file;

        if (strcmp(heirloom->key, key) == 0
            && apr_os_file_put(&file, &fd, APR_FOPEN_READ, ptemp)
               == APR_SUCCESS
            && apr_file_seek(file, APR_SET, &start) == APR_SUCCESS) {
            cors_lines_begin(lines, read_file, file);
            return cors_load_lines(load, lines) == APR_SUCCESS;
        }
    }
    return false;
}

void cors_heirloom_forget(server_rec *s)
{
    apr_array_header_t *all = find_all(s);

    if (all != NULL) {
        for (int i = 0; i < all->nelts; i++) {
            (void)close(APR_ARRAY_IDX(all, i, heirloom_t).file);
        }
        (void)apr_pool_userdata_set(NULL, slot_name, apr_pool_cleanup_null,
                                    s->process->pool);
        apr_pool_destroy(all->pool);
    }
}
