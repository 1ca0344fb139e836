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
                                           ap_conf_vector_t *config,
                                           const char *filename)
{
    const core_server_config *server =
        ap_get_core_module_config(r->server->module_config);

    for (int i = 0; i < server->sec_dir->nelts; i++) {
        ap_conf_vector_t *section =
            APR_ARRAY_IDX(server->sec_dir, i, ap_conf_vector_t *);

        if (is_below(ap_get_core_module_config(section), filename)) {
            config = ap_merge_per_dir_configs(r->pool, config, section);
        }
    }
    return config;
}

/* Sections by URL over sections by file, whose name may be unknown: NULL. */
static void walk(cors_request_t *cors, request_rec *r, char *path,
                 const char *filename)
{
    ap_conf_vector_t *const config = r->per_dir_config;
    char *const uri = r->uri;

    r->per_dir_config = r->server->lookup_defaults;
    if (filename != NULL) {
        r->per_dir_config = merge_directories(r, r->per_dir_config, filename);
    }
    r->uri = path;
    if (ap_location_walk(r) == OK && ap_if_walk(r) == OK) {
        cors_request_capture(cors, r, CORS_LEVEL_FULL);
    }
    r->uri = uri;
    r->per_dir_config = config;
}

static bool is_lookup(const cors_request_t *cors, const request_rec *r)
{
    return cors != NULL && r->main != NULL && cors->is_looking_up;
}

/*
 * A lookup wants to know where the URL leads when nothing redirects or refuses
 * it, so every translator is asked until one says so.
 */
int cors_resolve_translate(request_rec *r)
{
    const apr_array_header_t *hooks;

    if (!is_lookup(cors_request_get(r), r)) {
        return DECLINED;
    }
    hooks = ap_hook_get_translate_name();
    for (int i = 0; i < hooks->nelts; i++) {
        ap_HOOK_translate_name_t *hook =
            APR_ARRAY_IDX(hooks, i, ap_LINK_translate_name_t).pFunc;

        if (hook != cors_resolve_translate && hook(r) == OK) {
            return OK;
        }
    }
    return DECLINED;
}

/* The lookup knows its policy, and ends before access control. */
int cors_resolve_at_full(request_rec *r)
{
    cors_request_t *cors = cors_request_get(r);

    if (!is_lookup(cors, r)) {
        return DECLINED;
    }
    cors_request_capture(cors, r, CORS_LEVEL_FULL);
    return HTTP_NO_CONTENT;
}

/*
 * Ask httpd: a subrequest goes through the phases up to post_perdir_config. It
 * touches the file system as the request itself would, but neither
 * authenticates nor handles anything. It is not destroyed, for the policy may
 * live in its pool.
 */
static const request_rec *look_up(cors_request_t *cors, request_rec *r,
                                  const char *uri)
{
    const request_rec *lookup;

    if (r->args != NULL) {
        uri = apr_pstrcat(r->pool, uri, "?", r->args, NULL);
    }
    cors->is_looking_up = true;
    lookup = ap_sub_req_method_uri("GET", uri, r, NULL);
    cors->is_looking_up = false;
    return lookup;
}

/*
 * A phase before post_perdir_config has ended the request. If the lookup fails
 * as well, because the file cannot be walked to, it still knows its name.
 */
static void resolve_failed(cors_request_t *cors, request_rec *r)
{
    const request_rec *lookup =
        look_up(cors, r, ap_escape_uri(r->pool, cors->asked_uri));

    if (cors->level != CORS_LEVEL_FULL) {
        walk(cors, r, r->uri, lookup->filename);
    }
}

/* A cache has answered, or the request went no further than being read. */
static void resolve_unseen(cors_request_t *cors, request_rec *r)
{
    char *path;

    if (cors_conf_server(r->server)->has_directory_policies
        && (r->status < HTTP_BAD_REQUEST
            || r->status == HTTP_GATEWAY_TIME_OUT)) {
        (void)look_up(cors, r, r->uri);
    }
    if (cors->level != CORS_LEVEL_FULL && (path = normal_path(r)) != NULL) {
        walk(cors, r, path, NULL);
    }
}

void cors_resolve(cors_request_t *cors, request_rec *r)
{
    if (cors->level == CORS_LEVEL_FULL || r->prev != NULL) {
        return;
    }
    if (cors->level == CORS_LEVEL_LOCATION) {
        resolve_failed(cors, r);
    }
    else {
        resolve_unseen(cors, r);
    }
}
