/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_resolve.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_request.h>

#include "cors_conf.h"

/*
 * The path as httpd's own phases would have it before <Location> is looked up.
 * Walking the raw path would let /public/../private borrow the policy of
 * /public. NULL where httpd would refuse the path.
 */
static char *normal_path(request_rec *r)
{
    const core_server_config *server =
        ap_get_core_module_config(r->server->module_config);
    const core_dir_config *dir = ap_get_core_module_config(r->per_dir_config);
    unsigned normalize = AP_NORMALIZE_NOT_ABOVE_ROOT
                       | AP_NORMALIZE_DECODE_UNRESERVED;
    unsigned unescape = AP_UNESCAPE_URL_KEEP_UNRESERVED;
    char *path = apr_pstrdup(r->pool, r->uri);

    if (server->merge_slashes != AP_CORE_CONFIG_OFF) {
        normalize |= AP_NORMALIZE_MERGE_SLASHES;
    }
    if (!dir->allow_encoded_slashes) {
        unescape |= AP_UNESCAPE_URL_FORBID_SLASHES;
    }
    else if (!dir->decode_encoded_slashes) {
        unescape |= AP_UNESCAPE_URL_KEEP_SLASHES;
    }
    if (!ap_normalize_path(path, normalize)
        || ap_unescape_url_ex(path, unescape) != OK) {
        return NULL;
    }
    return path;
}

/* Is the file below this <Directory> section, and is that plain to see? */
static bool is_below(const core_dir_config *section, const char *filename)
{
    return section->r == NULL && !section->d_is_fnmatch && section->d != NULL
        && strncmp(filename, section->d, strlen(section->d)) == 0;
}

/*
 * The <Directory> sections of a file that httpd could not walk to, because a
 * directory is not readable or a .htaccess is faulty. No file is looked at.
 */
static ap_conf_vector_t *merge_directories(request_rec *r,
                                           ap_conf_vector_t *config)
{
    const core_server_config *server =
        ap_get_core_module_config(r->server->module_config);

    for (int i = 0; i < server->sec_dir->nelts; i++) {
        ap_conf_vector_t *section =
            APR_ARRAY_IDX(server->sec_dir, i, ap_conf_vector_t *);

        if (is_below(ap_get_core_module_config(section), r->filename)) {
            config = ap_merge_per_dir_configs(r->pool, config, section);
        }
    }
    return config;
}

/* Sections by URL over sections by file, as far as either is known. */
static void walk(cors_request_t *cors, request_rec *r, char *path)
{
    ap_conf_vector_t *const config = r->per_dir_config;
    char *const uri = r->uri;

    r->per_dir_config = r->server->lookup_defaults;
    if (r->filename != NULL && cors->level == CORS_LEVEL_LOCATION) {
        r->per_dir_config = merge_directories(r, r->per_dir_config);
    }
    r->uri = path;
    if (ap_location_walk(r) == OK && ap_if_walk(r) == OK) {
        cors_request_capture(cors, r, CORS_LEVEL_FULL);
    }
    r->uri = uri;
    r->per_dir_config = config;
}

/*
 * Ask httpd: a subrequest goes through the phases up to post_perdir_config,
 * where cors_request_take_lookup captures the policy and ends it. It touches
 * the file system as the request itself would, but neither authenticates nor
 * handles anything. It is not destroyed, for the policy may live in its pool.
 */
static void look_up(cors_request_t *cors, request_rec *r)
{
    const char *uri = r->args ? apr_pstrcat(r->pool, r->uri, "?", r->args, NULL)
                              : r->uri;

    cors->is_looking_up = true;
    (void)ap_sub_req_method_uri("GET", uri, r, NULL);
    cors->is_looking_up = false;
}

void cors_resolve(cors_request_t *cors, request_rec *r)
{
    char *path;

    if (cors->level == CORS_LEVEL_FULL || r->prev != NULL) {
        return;
    }
    if (cors->level == CORS_LEVEL_LOCATION) {
        if (cors_conf_server(r->server)->has_directory_policies
            && r->filename != NULL) {
            walk(cors, r, r->uri);
        }
        return;
    }
    /* A cache's answer to a hit, a condition, or "only-if-cached". */
    if (cors_conf_server(r->server)->has_directory_policies
        && (r->status < HTTP_BAD_REQUEST
            || r->status == HTTP_GATEWAY_TIME_OUT)) {
        look_up(cors, r);
    }
    if (cors->level != CORS_LEVEL_FULL && (path = normal_path(r)) != NULL) {
        walk(cors, r, path);
    }
}
