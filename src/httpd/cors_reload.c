/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_reload.h"

#include <unistd.h>

#include <sys/resource.h>

#include <apr_general.h>
#include <apr_shm.h>
#include <apr_siphash.h>
#include <apr_strings.h>
#include <http_core.h>
#include <mod_watchdog.h>

#include "cors_conf.h"
#include "cors_heirloom.h"
#include "cors_log.h"
#include "cors_watch.h"

enum {
    INTERVAL_DEFAULT = 5,  /* seconds; of CorsReloadInterval */
    LAST_ANSWER = 5 * CORS_WATCH_SECOND,
    QUERY_THREADS = 8,
    NICE = 10
};

/* All feeds of a configuration. */
typedef struct reload_t {
    apr_array_header_t *watched;      /* of cors_watched_t */
    int interval;                     /* seconds; 0: never */
    unsigned char key[APR_SIPHASH_KSIZE];
    atomic_bool has_begun;            /* of this process */
    atomic_bool is_over;              /* the process is about to end */
    atomic_int queries;               /* threads that ask a database */
} reload_t;

/* Written in post_config. NULL: there are no feeds. */
static reload_t *reload;

static cors_watched_t *watched_at(int i)
{
    return &APR_ARRAY_IDX(reload->watched, i, cors_watched_t);
}

/*
 * Reading a million lines is work, which requests come before. For Linux, this
 * says it of the thread; elsewhere it would be the whole process.
 */
static void give_way(void)
{
#ifdef __linux__
    (void)setpriority(PRIO_PROCESS, 0, NICE);
#endif
}

static void begin_tick(int state)
{
    if (state == AP_WATCHDOG_STATE_STARTING) {
        give_way();
    }
}

/* All modules are ready, and the process is not about to end? */
static bool is_running(int state)
{
    return state == AP_WATCHDOG_STATE_RUNNING
        && atomic_load(&reload->has_begun) && !atomic_load(&reload->is_over);
}

/* Of a thread that takes what there is, for all feeds. */
static apr_status_t take(int state, void *data, apr_pool_t *ptemp)
{
    (void)data;
    begin_tick(state);
    for (int i = 0; is_running(state) && i < reload->watched->nelts; i++) {
        cors_watched_t *watched = watched_at(i);

        cors_watch_take(watched, ptemp);
        if (watched->feed->kind == CORS_FEED_QUERY) {
            cors_watch_complain(watched, ptemp);
        }
    }
    return APR_SUCCESS;
}

/* Of the thread that looks at files. */
static apr_status_t look_at_files(int state, void *data, apr_pool_t *ptemp)
{
    (void)data;
    begin_tick(state);
    for (int i = 0; is_running(state) && i < reload->watched->nelts; i++) {
        if (watched_at(i)->feed->kind == CORS_FEED_FILE) {
            cors_watch_look(watched_at(i), ptemp);
        }
    }
    return APR_SUCCESS;
}

/* Of each of the threads that ask databases: whichever is free takes what is
 * due, so that one that is silent has one thread waiting for it, and no more. */
static apr_status_t ask(int state, void *data, apr_pool_t *ptemp)
{
    (void)data;
    begin_tick(state);
    for (int i = 0; is_running(state) && i < reload->watched->nelts; i++) {
        if (watched_at(i)->feed->kind == CORS_FEED_QUERY) {
            atomic_fetch_add(&reload->queries, 1);
            if (!atomic_load(&reload->is_over)) {
                cors_watch_look(watched_at(i), ptemp);
            }
            atomic_fetch_sub(&reload->queries, 1);
        }
    }
    return APR_SUCCESS;
}

/*
 * mod_watchdog does not stop its threads in a child that ends, and mod_dbd's
 * connections end with the child's pool: no query may be under way by then.
 * The child must end even if one hangs: without freeing what a thread uses.
 */
static apr_status_t end_queries(void *data)
{
    const int64_t until = cors_watch_now() + LAST_ANSWER;

    atomic_store(&reload->is_over, true);
    while (atomic_load(&reload->queries) != 0) {
        if (cors_watch_now() >= until) {
            cors_log_given_up(data);
            _exit(0);
        }
        apr_sleep(CORS_WATCH_TICK / 10);
    }
    return APR_SUCCESS;
}

/* ----------------------------------------------------------------- set-up */

static int count(cors_feed_kind_t kind)
{
    int n = 0;

    for (int i = 0; i < reload->watched->nelts; i++) {
        n += watched_at(i)->feed->kind == kind;
    }
    return n;
}

/* A thread in each child. */
static bool make_thread(const char *name, ap_watchdog_callback_fn_t *callback,
                        apr_pool_t *pconf)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get_instance =
        APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *register_callback =
        APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    ap_watchdog_t *watchdog;

    return get_instance != NULL && register_callback != NULL
        && get_instance(&watchdog, name, 0, 0, pconf) == APR_SUCCESS
        && register_callback(watchdog, CORS_WATCH_TICK, NULL, callback)
           == APR_SUCCESS;
}

static bool make_threads(apr_pool_t *pconf)
{
    const int queries = count(CORS_FEED_QUERY);
    const int files = reload->interval > 0 ? count(CORS_FEED_FILE) : 0;
    bool ok = files + queries == 0
           || make_thread("_cors_take_", take, pconf);

    if (files > 0) {
        ok = ok && make_thread("_cors_files_", look_at_files, pconf);
    }
    for (int i = 0; ok && i < queries && i < QUERY_THREADS; i++) {
        ok = make_thread(apr_psprintf(pconf, "_cors_query_%d_", i), ask,
                         pconf);
    }
    return ok;
}

static apr_status_t share(const apr_array_header_t *feeds, apr_pool_t *pconf)
{
    const apr_size_t size =
        (apr_size_t)feeds->nelts * sizeof(cors_watch_shared_t);
    cors_watch_shared_t *shared;
    cors_copies_t *copies;
    apr_shm_t *shm;
    apr_status_t rv;

    if ((rv = apr_shm_create(&shm, size, NULL, pconf)) != APR_SUCCESS
        || (rv = cors_copies_create(&copies, pconf)) != APR_SUCCESS) {
        return rv;
    }
    shared = apr_shm_baseaddr_get(shm);
    memset(shared, 0, size);
    for (int i = 0; i < feeds->nelts; i++) {
        const cors_fed_t *fed = &APR_ARRAY_IDX(feeds, i, cors_fed_t);
        cors_watched_t *watched = apr_array_push(reload->watched);

        memset(watched, 0, sizeof *watched);
        watched->feed = fed->feed;
        watched->server = fed->server;
        watched->interval = reload->interval;
        watched->key = reload->key;
        watched->shared = &shared[i];
        watched->copies = copies;
        watched->copy = cors_copy_create(copies, i, &shared[i].copy, pconf);
    }
    return apr_generate_random_bytes(reload->key, sizeof reload->key);
}

/* The configuration goes: leave what the next one would wait for. */
static apr_status_t leave_heirlooms(void *data)
{
    for (int i = 0; i < reload->watched->nelts; i++) {
        const cors_watched_t *watched = watched_at(i);

        if (watched->feed->kind == CORS_FEED_QUERY) {
            cors_heirloom_leave(&watched->heirloom, watched->copy, data);
        }
    }
    return APR_SUCCESS;
}

static void take_heirlooms(server_rec *s, apr_pool_t *pconf, apr_pool_t *ptemp)
{
    for (int i = 0; i < reload->watched->nelts; i++) {
        cors_watched_t *watched = watched_at(i);
        cors_load_t load;

        if (watched->feed->kind != CORS_FEED_QUERY) {
            continue;
        }
        cors_heirloom_key(&watched->heirloom, watched->feed->spec,
                          watched->server);
        cors_load_begin(&load, watched->feed, cors_findings_make(ptemp));
        load.max_findings = CORS_LOAD_FINDINGS_MAX;
        if (!cors_heirloom_load(&watched->heirloom, &load, s, ptemp)) {
            cors_load_drop(&load);
            if (cors_heirloom_is_known(&watched->heirloom, s)) {
                cors_watch_do_not_wait(watched);
            }
        }
        else if (cors_load_leave(&load, watched->copy) == APR_SUCCESS
                 && cors_load_finish(&load) == APR_SUCCESS) {
            watched->taken = cors_copy_generation(watched->copy);
        }
    }
    apr_pool_cleanup_register(pconf, s, leave_heirlooms,
                              apr_pool_cleanup_null);
}

/* Nothing can be shared: what databases said last is all there will be. */
static void keep_answers(const apr_array_header_t *feeds, server_rec *s,
                         apr_pool_t *ptemp)
{
    for (int i = 0; i < feeds->nelts; i++) {
        const cors_fed_t *fed = &APR_ARRAY_IDX(feeds, i, cors_fed_t);
        cors_heirloom_key_t key;
        cors_load_t load;

        if (fed->feed->kind != CORS_FEED_QUERY) {
            continue;
        }
        cors_heirloom_key(&key, fed->feed->spec, fed->server);
        cors_load_begin(&load, fed->feed, cors_findings_make(ptemp));
        load.max_findings = CORS_LOAD_FINDINGS_MAX;
        if (cors_heirloom_load(&key, &load, s, ptemp)) {
            (void)cors_load_finish(&load);
        }
        else {
            cors_load_drop(&load);
        }
    }
}

/* A server that starts can be mended; one that has served must go on. */
static int do_without(const apr_array_header_t *feeds, apr_status_t rv,
                      server_rec *s, apr_pool_t *ptemp)
{
    const bool has_served = ap_state_query(AP_SQ_CONFIG_GEN) > 1;

    reload = NULL;
    cors_log_not_shared(s, rv, has_served);
    if (!has_served) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    keep_answers(feeds, s, ptemp);
    cors_heirloom_forget(s);
    return OK;
}

int cors_reload_post_config(apr_pool_t *pconf, apr_pool_t *ptemp,
                            server_rec *s)
{
    const cors_registry_t *registry = cors_conf_registry();
    apr_status_t rv;

    reload = NULL;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    if (registry->feeds->nelts == 0) {
        cors_heirloom_forget(s);
        return OK;
    }
    reload = apr_pcalloc(pconf, sizeof *reload);
    reload->interval = registry->reload.at != NULL ? registry->reload.value
                                                   : INTERVAL_DEFAULT;
    reload->watched = apr_array_make(pconf, registry->feeds->nelts,
                                     sizeof(cors_watched_t));
    rv = share(registry->feeds, pconf);
    if (rv != APR_SUCCESS) {
        return do_without(registry->feeds, rv, s, ptemp);
    }
    take_heirlooms(s, pconf, ptemp);
    cors_heirloom_forget(s);
    for (int i = 0; i < reload->watched->nelts; i++) {
        cors_watch_begin(watched_at(i));
    }
    if (!make_threads(pconf)) {
        cors_log_no_reload(
            s, APR_ARRAY_IDX(registry->feeds, 0, cors_fed_t).feed->at);
    }
    return OK;
}

int cors_reload_feeds(void)
{
    return reload != NULL ? reload->watched->nelts : 0;
}

void cors_reload_view(int i, cors_watch_view_t *view, apr_pool_t *p)
{
    cors_watch_view(watched_at(i), view, p);
}

static void take_all(void (*take_one)(cors_watched_t *watched,
                                      apr_pool_t *ptemp), apr_pool_t *p)
{
    apr_pool_t *scratch;

    if (reload == NULL) {
        return;
    }
    apr_pool_create(&scratch, p);
    for (int i = 0; i < reload->watched->nelts; i++) {
        take_one(watched_at(i), scratch);
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(scratch);
}

void cors_reload_child_init(apr_pool_t *pchild, server_rec *s)
{
    take_all(cors_watch_take_first, pchild);
    if (reload != NULL && count(CORS_FEED_QUERY) > 0) {
        apr_pool_pre_cleanup_register(pchild, s, end_queries);
    }
}

int cors_reload_monitor(apr_pool_t *p, server_rec *s)
{
    (void)s;
    take_all(cors_watch_take, p);
    return DECLINED;
}

void cors_reload_child_begin(apr_pool_t *pchild, server_rec *s)
{
    (void)pchild;
    (void)s;
    if (reload == NULL) {
        return;
    }
    atomic_store(&reload->has_begun, true);
    for (int i = 0; i < reload->watched->nelts; i++) {
        cors_watched_t *watched = watched_at(i);

        while (watched->feed->kind == CORS_FEED_QUERY
               && cors_watch_is_waiting(watched)) {
            apr_sleep(CORS_WATCH_TICK / 10);
        }
    }
}
