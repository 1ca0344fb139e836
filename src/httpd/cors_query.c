/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_query.h"

#include <apr_dbd.h>
#include <apr_lib.h>
#include <apr_optional.h>
#include <apr_siphash.h>
#include <apr_strings.h>
#include <mod_dbd.h>

#include "cors_pool.h"

/* In microseconds, but for the number. */
enum { TRIES = 5, PAUSE = 30000, PATIENCE = 500000 };

enum { ERROR_MAX = 120 };

typedef struct query_t {
    cors_feed_t *feed;
    server_rec *server;
    const unsigned char *key;
    cors_findings_t *findings;
    apr_pool_t *pool;        /* of the connection */
    apr_pool_t *answer;      /* of the result, which goes before it */
    ap_dbd_t *dbd;
    apr_dbd_results_t *rows;
} query_t;

static void report(const query_t *query, const char *why, const char *mend)
{
    cors_findings_add(query->findings, CORS_MSG_QUERY, query->feed->at,
                      "CorsOriginsQuery: %s; %s", why, mend);
}

/* A database's error may have several lines. */
static const char *one_line(const query_t *query, const char *text)
{
    char *line = apr_pstrdup(query->findings->pool, text);
    apr_size_t len = strlen(line);

    while (len > 0 && apr_isspace(line[len - 1])) {
        line[--len] = '\0';
    }
    for (char *c = line; *c != '\0'; c++) {
        *c = apr_isspace(*c) ? ' ' : *c;
    }
    return line;
}

/* A driver writes its answer to the one that it is given, if there is one: none
 * may be left of a try that has failed. */
static void disconnect(query_t *query)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close =
        APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);

    query->rows = NULL;  /* or the driver would go on to use them */
    apr_pool_clear(query->answer);
    if (query->dbd != NULL) {
        dbd_close(query->server, query->dbd);
        query->dbd = NULL;
    }
}

/*
 * Nothing is prepared: a statement that cannot be, because its table does not
 * exist yet, would keep mod_dbd from connecting at all.
 */
static bool reach(query_t *query)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open =
        APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);

    if (dbd_open != NULL) {
        query->dbd = dbd_open(query->pool, query->server);
    }
    if (query->dbd == NULL) {
        report(query, "mod_dbd has no connection to the database",
               "see what it says itself, and check DBDriver and DBDParams");
    }
    return query->dbd != NULL;
}

/*
 * The rows are asked for at random access. One by one, apr_dbd_pgsql would take
 * an error for the end of the answer.
 */
static int ask(query_t *query)
{
    return apr_dbd_select(query->dbd->driver, query->answer,
                          query->dbd->handle, &query->rows,
                          query->feed->spec, 1);
}

static bool is_sqlite(const query_t *query)
{
    return query->dbd != NULL
        && strcmp(apr_dbd_name(query->dbd->driver), "sqlite3") == 0;
}

/*
 * A connection that was idle may have died unnoticed, and SQLite may be busy
 * for a moment with somebody's commit: neither is worth a word.
 */
static bool get_answer(query_t *query)
{
    const apr_time_t begun = apr_time_now();
    const char *why;
    int error = -1;

    for (int i = 0; i < TRIES && error != 0
         && (i < 2 || (is_sqlite(query)
                       && apr_time_now() - begun < PATIENCE)); i++) {
        disconnect(query);
        apr_sleep(i * PAUSE);
        if (!reach(query)) {
            return false;
        }
        error = ask(query);
    }
    if (error != 0) {
        why = apr_dbd_error(query->dbd->driver, query->dbd->handle, error);
        report(query, why != NULL ? one_line(query, why)
                                  : "the database gives no answer",
               "check the SQL, and that the user of DBDParams may read the "
               "table");
    }
    return error == 0;
}

/*
 * apr-util's drivers do not agree on how the next row of an answer at random
 * access is asked for: some take only its number, from 1; for sqlite3 that
 * would mean to count from the first row each time.
 */
static bool takes_numbers(const query_t *query)
{
    const char *driver = apr_dbd_name(query->dbd->driver);

    return strcmp(driver, "mysql") == 0 || strcmp(driver, "oracle") == 0;
}

/*
 * Add all rows, and set *digest to what they are as a number that no row can
 * steer. False if there are fewer than the database says.
 */
static bool load_rows(query_t *query, cors_load_t *load, apr_uint64_t *digest)
{
    const apr_dbd_driver_t *driver = query->dbd->driver;
    const bool by_number = takes_numbers(query);
    const int expected = apr_dbd_num_tuples(driver, query->rows);
    apr_dbd_row_t *row = NULL;
    int n = 0;

    *digest = 0;
    while (load->error == APR_SUCCESS
           && apr_dbd_get_row(driver, query->answer, query->rows, &row,
                              by_number ? n + 1 : -1) == 0) {
        const char *text = apr_dbd_get_entry(driver, row, 0);

        n++;
        cors_load_row(load, text);
        *digest += apr_siphash24(text != NULL ? text : "",
                                 text != NULL ? strlen(text) : 0, query->key);
    }
    return load->error != APR_SUCCESS || n >= expected;
}

static cors_look_t read_answer(query_t *query, cors_query_seen_t *seen,
                               cors_copy_t *copy, cors_load_t *load)
{
    apr_uint64_t digest;
    apr_status_t rv;
    char why[ERROR_MAX];

    if (!load_rows(query, load, &digest)) {
        query->findings->nelts = 0;
        report(query, "the answer has fewer rows than it says",
               "look for an error of the database or its driver");
        return CORS_LOOK_FAILED;
    }
    if (load->error == APR_SUCCESS && seen->has_answer
        && digest == seen->digest) {
        query->findings->nelts = 0;
        return CORS_LOOK_SAME;
    }
    if ((rv = cors_load_leave(load, copy)) != APR_SUCCESS) {
        query->findings->nelts = 0;
        report(query, apr_psprintf(query->findings->pool, "the answer cannot "
                                   "be kept for all processes: %s",
                                   apr_strerror(rv, why, sizeof why)),
               "see the limits of memory and temporary files, or select fewer "
               "rows");
        return CORS_LOOK_FAILED;
    }
    seen->has_answer = true;
    seen->digest = digest;
    return CORS_LOOK_LOADED;
}

cors_look_t cors_query_look(cors_feed_t *feed, server_rec *server,
                            cors_query_seen_t *seen, const unsigned char *key,
                            cors_copy_t *copy, cors_tally_t *tally,
                            cors_findings_t *findings)
{
    query_t query = {.feed = feed, .server = server, .key = key,
                     .findings = findings, .pool = cors_pool_create()};
    cors_look_t look = CORS_LOOK_FAILED;
    cors_load_t load;

    if (query.pool == NULL) {
        report(&query, "there is no memory", "give the server more");
        return look;
    }
    apr_pool_create(&query.answer, query.pool);
    if (get_answer(&query)) {
        cors_load_begin(&load, feed, findings);
        load.max_findings = CORS_LOAD_FINDINGS_MAX;
        look = read_answer(&query, seen, copy, &load);
        tally->good = cors_load_size(&load);
        tally->refused = load.refused;
        cors_load_drop(&load);
    }
    disconnect(&query);
    apr_pool_destroy(query.pool);
    return look;
}
