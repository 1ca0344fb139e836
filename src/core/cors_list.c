/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_list.h"

#include <string.h>

#include <apr_strings.h>

enum { EXPECTED_NAMES = 8 };

/* Fetch standard: CORS-safelisted method, CORS-safelisted request-header. */
static const char *const always_methods[] = {"GET", "HEAD", "POST", NULL};
static const char *const always_headers[] = {
    "Accept", "Accept-Language", "Content-Language", "Content-Type", NULL
};
static const char *const nothing[] = {NULL};

typedef struct kind_row_t {
    const char *const *always;
    cors_name_fault_t (*check)(const char *name);
} kind_row_t;

static const kind_row_t kinds[] = {
    [CORS_LIST_METHODS] = {always_methods, cors_name_check_method},
    [CORS_LIST_REQUEST_HEADERS] = {always_headers,
                                   cors_name_check_request_header},
    [CORS_LIST_RESPONSE_HEADERS] = {nothing, cors_name_check_response_header},
};

/*
 * The CORS non-wildcard request-header name; browsers treat it alike among
 * exposed headers.
 */
static const char authorization[] = "Authorization";

static bool same(const cors_list_t *list, const char *listed, const char *name,
                 apr_size_t len)
{
    return list->kind == CORS_LIST_METHODS
         ? memcmp(listed, name, len) == 0
         : cors_name_equal(listed, len, name, len);
}

/* Most names are told apart by their lengths. */
static bool is_listed(const cors_list_t *list, const char *name,
                      apr_size_t len)
{
    const char *const *names = (const char *const *)list->names->elts;
    const apr_size_t *lengths = (const apr_size_t *)list->lengths->elts;

    for (int i = 0; i < list->names->nelts; i++) {
        if (lengths[i] == len && same(list, names[i], name, len)) {
            return true;
        }
    }
    return false;
}

static void push(cors_list_t *list, const char *name)
{
    APR_ARRAY_PUSH(list->names, const char *) = name;
    APR_ARRAY_PUSH(list->lengths, apr_size_t) = strlen(name);
}

static bool is_authorization(const cors_list_t *list, const char *name,
                             apr_size_t len)
{
    return list->kind != CORS_LIST_METHODS
        && cors_name_equal(name, len, authorization, sizeof authorization - 1);
}

cors_list_t *cors_list_create(cors_list_kind_t kind, const cors_place_t *at,
                              apr_pool_t *p)
{
    cors_list_t *list = apr_pcalloc(p, sizeof *list);

    list->kind = kind;
    list->at = at;
    list->names = apr_array_make(p, EXPECTED_NAMES, sizeof(const char *));
    list->lengths = apr_array_make(p, EXPECTED_NAMES, sizeof(apr_size_t));
    for (const char *const *name = kinds[kind].always; *name; name++) {
        push(list, *name);
    }
    cors_list_seal(list, p);
    return list;
}

cors_name_fault_t cors_list_add(cors_list_t *list, const char *name)
{
    cors_name_fault_t fault;

    if (strcmp(name, "*") == 0) {
        list->any = true;
        return CORS_NAME_OK;
    }
    fault = kinds[list->kind].check(name);
    if (fault == CORS_NAME_OK && !is_listed(list, name, strlen(name))) {
        push(list, name);
    }
    return fault;
}

void cors_list_seal(cors_list_t *list, apr_pool_t *p)
{
    list->listed = NULL;
    for (int i = 0; i < list->names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(list->names, i, const char *);

        list->listed = list->listed
            ? apr_pstrcat(p, list->listed, ", ", name, NULL) : name;
    }
    list->value = list->listed;
    if (list->any) {
        list->value = list->kind != CORS_LIST_METHODS
                   && is_listed(list, authorization, sizeof authorization - 1)
                    ? "*, Authorization" : "*";
    }
}

bool cors_list_covers(const cors_list_t *list, const char *name,
                      apr_size_t len)
{
    if (list->any && !is_authorization(list, name, len)) {
        return cors_name_is_token(name, len);
    }
    return is_listed(list, name, len);
}
