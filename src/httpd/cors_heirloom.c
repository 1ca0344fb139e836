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
#include <http_core.h>

#include "mod_cors.h"

/* Of each version its own: another one's records may look different. */
static const char slot_name[] =
    "mod_cors " MOD_CORS_VERSION ": answers of databases";

typedef struct heirloom_t {
    cors_heirloom_key_t key;
    int file;  /* -1: it has never been answered */
} heirloom_t;

static void add(apr_sha1_ctx_t *sha1, const char *text)
{
    /* With its NUL, so that two texts are not another two joined. */
    apr_sha1_update(sha1, text, (unsigned)strlen(text) + 1);
}

/* DBDriver, DBDParams and the like, among these and what comes after. */
static void add_dbd_directives(apr_sha1_ctx_t *sha1,
                               const ap_directive_t *node)
{
    for (; node != NULL; node = node->next) {
        if (apr_cstr_casecmpn(node->directive, "DBD", 3) == 0) {
            add(sha1, node->directive);
            add(sha1, node->args);
        }
    }
}

/* Where the virtual host is defined; NULL for the main server. */
static const ap_directive_t *section_of(const server_rec *s)
{
    for (const ap_directive_t *node = ap_conftree; node != NULL;
         node = node->next) {
        if (s->is_virtual && s->defn_name != NULL
            && apr_cstr_casecmp(node->directive, "<VirtualHost") == 0
            && node->line_num == (int)s->defn_line_number
            && strcmp(node->filename, s->defn_name) == 0) {
            return node;
        }
    }
    return NULL;
}

void cors_heirloom_key(cors_heirloom_key_t *key, const char *sql,
                       const server_rec *s)
{
    const ap_directive_t *section = section_of(s);
    apr_sha1_ctx_t sha1;

    memset(key, 0, sizeof *key);
    key->generation = ap_state_query(AP_SQ_CONFIG_GEN);
    apr_sha1_init(&sha1);
    add(&sha1, sql);
    add(&sha1, s->server_hostname != NULL ? s->server_hostname : "");
    add(&sha1, section != NULL ? section->args : "");
    add_dbd_directives(&sha1, ap_conftree);
    if (section != NULL) {
        add_dbd_directives(&sha1, section->first_child);
    }
    apr_sha1_final(key->digest, &sha1);
}

static apr_array_header_t *find_all(server_rec *s)
{
    void *all = NULL;

    (void)apr_pool_userdata_get(&all, slot_name, s->process->pool);
    return all;
}

void cors_heirloom_leave(const cors_heirloom_key_t *key,
                         const cors_copy_t *copy, server_rec *s)
{
    apr_array_header_t *all = find_all(s);
    heirloom_t *heirloom;
    apr_pool_t *p;

    if (all == NULL) {
        if (apr_pool_create(&p, s->process->pool) != APR_SUCCESS) {
            return;
        }
        all = apr_array_make(p, 1, sizeof *heirloom);
        (void)apr_pool_userdata_set(all, slot_name, apr_pool_cleanup_null,
                                    s->process->pool);
    }
    heirloom = apr_array_push(all);
    heirloom->key = *key;
    heirloom->file = cors_copy_save(copy, all->pool);
}

static apr_status_t read_file(void *file, char *buffer, apr_size_t *len)
{
    return apr_file_read(file, buffer, len);
}

/* Was it left by the same query, of the configuration right before? */
static bool is_for(const heirloom_t *heirloom, const cors_heirloom_key_t *key)
{
    return heirloom->key.generation + 1 == key->generation
        && memcmp(heirloom->key.digest, key->digest, sizeof key->digest) == 0;
}

static const heirloom_t *find(const cors_heirloom_key_t *key, server_rec *s)
{
    const apr_array_header_t *all = find_all(s);

    for (int i = 0; all != NULL && i < all->nelts; i++) {
        const heirloom_t *heirloom = &APR_ARRAY_IDX(all, i, heirloom_t);

        if (is_for(heirloom, key)) {
            return heirloom;
        }
    }
    return NULL;
}

bool cors_heirloom_is_known(const cors_heirloom_key_t *key, server_rec *s)
{
    return find(key, s) != NULL;
}

bool cors_heirloom_load(const cors_heirloom_key_t *key, cors_load_t *load,
                        server_rec *s, apr_pool_t *ptemp)
{
    const heirloom_t *heirloom = find(key, s);
    cors_lines_t *lines = apr_palloc(ptemp, sizeof *lines);
    apr_off_t start = 0;
    apr_file_t *file;
    int fd;

    if (heirloom == NULL || heirloom->file < 0) {
        return false;
    }
    fd = heirloom->file;
    if (apr_os_file_put(&file, &fd, APR_FOPEN_READ, ptemp) != APR_SUCCESS
        || apr_file_seek(file, APR_SET, &start) != APR_SUCCESS) {
        return false;
    }
    cors_lines_begin(lines, read_file, file);
    return cors_load_lines(load, lines) == APR_SUCCESS;
}

void cors_heirloom_forget(server_rec *s)
{
    apr_array_header_t *all = find_all(s);

    if (all != NULL) {
        for (int i = 0; i < all->nelts; i++) {
            if (APR_ARRAY_IDX(all, i, heirloom_t).file >= 0) {
                (void)close(APR_ARRAY_IDX(all, i, heirloom_t).file);
            }
        }
        (void)apr_pool_userdata_set(NULL, slot_name, apr_pool_cleanup_null,
                                    s->process->pool);
        apr_pool_destroy(all->pool);
    }
}
