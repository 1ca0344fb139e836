/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_resolve.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>

#include "cors_conf.h"
#include "mod_cors.h"

/* How far up to look: each level is a request's worth of work. */
enum { PARENTS_MAX = 8 };

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
 * Of a file that httpd cannot walk to, because a directory is not readable or a
 * .htaccess is faulty, the <Directory> sections are known all the same. Those
 * that hold for r's own file, too, were merged by the walk to that.
 */
void cors_resolve_directories(const cors_request_t *cors, request_rec *r)
{
    const core_server_config *server =
        ap_get_core_module_config(r->server->module_config);

    for (int i = 0; cors->unwalkable != NULL && i < server->sec_dir->nelts;
         i++) {
        ap_conf_vector_t *section =
            APR_ARRAY_IDX(server->sec_dir, i, ap_conf_vector_t *);
        const core_dir_config *core = ap_get_core_module_config(section);

        if (is_below(core, cors->unwalkable)
            && (r->filename == NULL || !is_below(core, r->filename))) {
            r->per_dir_config = ap_merge_per_dir_configs(
                r->pool, r->per_dir_config, section);
        }
    }
}

/*
 * A lookup wants to know where the URL leads when nothing redirects or refuses
 * it, so every translator is asked until one says so. What went wrong with the
 * request itself has been logged and need not be again.
 */
int cors_resolve_translate(request_rec *r, ap_HOOK_translate_name_t *self)
{
    static const struct ap_logconf silence = {NULL, APLOG_EMERG};
    const cors_request_t *cors = cors_request_get(r);
    const apr_array_header_t *hooks;

    if (cors == NULL || !cors->is_lookup || cors->subject != r) {
        return DECLINED;
    }
    r->log = &silence;
    hooks = ap_hook_get_translate_name();
    for (int i = 0; i < hooks->nelts; i++) {
        ap_HOOK_translate_name_t *hook =
            APR_ARRAY_IDX(hooks, i, ap_LINK_translate_name_t).pFunc;

        if (hook != self && hook(r) == OK) {
            return OK;
        }
    }
    return DECLINED;
}

/* The lookup knows its policy, and ends before access control. */
int cors_resolve_at_full(request_rec *r)
{
    cors_request_t *cors = cors_request_get(r);

    if (cors == NULL || !cors->is_lookup || cors->subject != r) {
        return DECLINED;
    }
    cors_request_at_full(cors, r);
    return HTTP_NO_CONTENT;
}

/*
 * Ask httpd: a subrequest goes through the phases up to post_perdir_config. It
 * touches the file system as the request itself would, but neither
 * authenticates nor handles anything. It is not destroyed, for the policy may
 * live in its pool. Returns the name of the file that it came to, if any; what
 * it found is in cors where the level is now FULL.
 */
static const char *look_up(cors_request_t *cors, request_rec *r,
                           const char *path, const char *unwalkable)
{
    cors_request_t *lookup = apr_pcalloc(r->pool, sizeof *lookup);
    const char *uri = ap_escape_uri(r->pool, path);
    const char *filename;

    if (r->args != NULL) {
        uri = apr_pstrcat(r->pool, uri, "?", r->args, NULL);
    }
    lookup->first = cors->first;
    lookup->is_lookup = true;
    lookup->unwalkable = unwalkable;
    lookup->asked_uri = cors->asked_uri;
    cors->lookup = lookup;
    filename = ap_sub_req_method_uri(r->method, uri, r, NULL)->filename;
    cors->lookup = NULL;
    if (lookup->level == CORS_LEVEL_FULL) {
        cors->level = CORS_LEVEL_FULL;
        cors->section = lookup->section;
        cors->policy = lookup->policy;
        cors->is_decided = false;
    }
    return filename;
}

/* "/a/b" and "/a/b/" -> "/a/"; false at the top. */
static bool cut_to_parent(char *uri)
{
    apr_size_t len = strlen(uri);

    while (len > 0 && uri[len - 1] == '/') {
        len--;
    }
    while (len > 0 && uri[len - 1] != '/') {
        len--;
    }
    uri[len] = '\0';
    return len > 0;
}

/*
 * The directory that the file is in cannot be walked to, but one above it can,
 * with its .htaccess.
 */
static void look_up_parents(cors_request_t *cors, request_rec *r,
                            const char *filename)
{
    char *path = apr_pstrdup(r->pool, cors->asked_uri);

    for (int i = 0; i < PARENTS_MAX && cors->level != CORS_LEVEL_FULL
         && cut_to_parent(path); i++) {
        (void)look_up(cors, r, path, filename);
    }
    if (cors->level != CORS_LEVEL_FULL) {
        (void)look_up(cors, r, "/", filename);
    }
}

/* A phase before post_perdir_config has ended the request. */
static void resolve_failed(cors_request_t *cors, request_rec *r)
{
    const char *filename = look_up(cors, r, cors->asked_uri, NULL);

    if (cors->level != CORS_LEVEL_FULL && filename != NULL) {
        look_up_parents(cors, r, filename);
    }
}

/* A cache has answered, or another module as soon as the request was read. */
static void resolve_unseen(cors_request_t *cors, request_rec *r)
{
    const bool needs_file =
        cors_conf_server(r->server)->has_directory_policies;
    char *path = normal_path(r);

    if (path == NULL) {
        return;  /* httpd will not have it, and it has no policy but this */
    }
    if (!needs_file) {
        cors_request_walk(cors, r, path);
    }
    if (needs_file || cors_policy_is_silent(cors->section)) {
        (void)look_up(cors, r, path, NULL);
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
    cors->level = CORS_LEVEL_FULL;
}

/* What of r a lookup starts from. */
typedef struct pose_t {
    server_rec *server;
    const char *hostname;
    ap_conf_vector_t *per_dir_config;
    apr_table_t *headers_in;
    const char *method;
    char *uri, *args;
    void *state;
} pose_t;

static void take_pose(pose_t *pose, const request_rec *r)
{
    pose->server = r->server;
    pose->hostname = r->hostname;
    pose->per_dir_config = r->per_dir_config;
    pose->headers_in = r->headers_in;
    pose->method = r->method;
    pose->uri = r->uri;
    pose->args = r->args;
    pose->state = ap_get_module_config(r->request_config, &cors_module);
}

static void strike_pose(request_rec *r, const pose_t *pose)
{
    r->server = pose->server;
    r->hostname = pose->hostname;
    r->per_dir_config = pose->per_dir_config;
    r->headers_in = pose->headers_in;
    r->method = pose->method;
    r->uri = pose->uri;
    r->args = pose->args;
    ap_set_module_config(r->request_config, &cors_module, pose->state);
}

const cors_policy_t *cors_resolve_asked(request_rec *r,
                                        const cors_asked_t *asked)
{
    cors_request_t *cors = apr_pcalloc(r->pool, sizeof *cors);
    const pose_t pose = {
        .server = asked->server,
        .hostname = asked->hostname,
        .per_dir_config = asked->server->lookup_defaults,
        .headers_in = asked->headers,
        .method = asked->method,
        .uri = apr_pstrdup(r->pool, asked->path),
        .args = asked->args ? apr_pstrdup(r->pool, asked->args) : NULL,
        .state = cors
    };
    pose_t own;

    if (!cors_conf_in_use()) {
        return NULL;
    }
    take_pose(&own, r);
    strike_pose(r, &pose);
    cors->first = r;
    cors->subject = r;
    cors->level = CORS_LEVEL_LOCATION;
    cors->section = cors_conf_policy(r->per_dir_config);
    cors->asked_uri = normal_path(r);
    if (cors->asked_uri == NULL && ap_strcasestr(r->uri, "%2f") != NULL) {
        /* httpd has a 404 for it, by the policy of the undecoded path. */
        cors->asked_uri = r->uri;
    }
    if (cors->asked_uri != NULL) {
        resolve_failed(cors, r);
    }
    strike_pose(r, &own);
    return cors->section;
}
