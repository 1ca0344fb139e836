/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include "cors_list.h"
#include "support.h"

#define METHODS CORS_LIST_METHODS
#define REQUEST CORS_LIST_REQUEST_HEADERS
#define RESPONSE CORS_LIST_RESPONSE_HEADERS

#define SAFE "Accept, Accept-Language, Content-Language, Content-Type"

typedef struct value_row_t {
    const char *name;
    cors_list_kind_t kind;
    const char *words;
    const char *listed, *value;
} value_row_t;

static const value_row_t value_rows[] = {
    {"methods, none written", METHODS, "", "GET, HEAD, POST",
     "GET, HEAD, POST"},
    {"methods follow those of the protocol", METHODS, "PUT DELETE",
     "GET, HEAD, POST, PUT, DELETE", "GET, HEAD, POST, PUT, DELETE"},
    {"methods, one of the protocol written", METHODS, "POST PUT",
     "GET, HEAD, POST, PUT", "GET, HEAD, POST, PUT"},
    {"methods, one written twice", METHODS, "PUT PUT", "GET, HEAD, POST, PUT",
     "GET, HEAD, POST, PUT"},
    {"the case of methods counts", METHODS, "get put PUT",
     "GET, HEAD, POST, get, put, PUT", "GET, HEAD, POST, get, put, PUT"},
    {"any method", METHODS, "*", "GET, HEAD, POST", "*"},
    {"any method and one by name", METHODS, "PUT *", "GET, HEAD, POST, PUT",
     "*"},
    {"a method called like a header", METHODS, "* Authorization",
     "GET, HEAD, POST, Authorization", "*"},
    {"request headers, none written", REQUEST, "", SAFE, SAFE},
    {"request headers follow the safelisted", REQUEST, "X-A", SAFE ", X-A",
     SAFE ", X-A"},
    {"request headers, a safelisted one in lower case", REQUEST,
     "content-type X-A", SAFE ", X-A", SAFE ", X-A"},
    {"the case of headers does not count", REQUEST, "X-A x-a", SAFE ", X-A",
     SAFE ", X-A"},
    {"any request header", REQUEST, "*", SAFE, "*"},
    {"any request header and one by name", REQUEST, "* X-A", SAFE ", X-A",
     "*"},
    {"any request header and Authorization", REQUEST, "* Authorization",
     SAFE ", Authorization", "*, Authorization"},
    {"any request header and authorization, spelt otherwise", REQUEST,
     "authorization *", SAFE ", authorization", "*, Authorization"},
    {"response headers, none written", RESPONSE, "", NULL, NULL},
    {"response headers", RESPONSE, "X-A X-B x-a", "X-A, X-B", "X-A, X-B"},
    {"any response header", RESPONSE, "*", NULL, "*"},
};

START_TEST(value)
{
    const value_row_t *row = &value_rows[_i];
    const cors_list_t *list = support_list(row->kind, "Directive", row->words);

    support_same_text(row->name, list->listed, row->listed);
    support_same_text(row->name, list->value, row->value);
}
END_TEST

typedef struct add_row_t {
    const char *name;
    cors_list_kind_t kind;
    const char *word;
    cors_name_fault_t fault;
} add_row_t;

static const add_row_t add_rows[] = {
    {"a method", METHODS, "PUT", CORS_NAME_OK},
    {"a forbidden method", METHODS, "TRACE", CORS_NAME_FORBIDDEN_METHOD},
    {"a forbidden header is a fine method", METHODS, "Cookie", CORS_NAME_OK},
    {"a request header", REQUEST, "X-A", CORS_NAME_OK},
    {"a forbidden request header", REQUEST, "Cookie",
     CORS_NAME_FORBIDDEN_REQUEST_HEADER},
    {"a forbidden method is a fine header", REQUEST, "TRACE", CORS_NAME_OK},
    {"a response header", RESPONSE, "X-A", CORS_NAME_OK},
    {"a forbidden response header", RESPONSE, "set-cookie",
     CORS_NAME_FORBIDDEN_RESPONSE_HEADER},
    {"a forbidden request header may be exposed", RESPONSE, "Date",
     CORS_NAME_OK},
    {"any", RESPONSE, "*", CORS_NAME_OK},
    {"part of any is a name like others", REQUEST, "X-*", CORS_NAME_OK},
    {"no token", REQUEST, "X-A,", CORS_NAME_NOT_TOKEN},
    {"nothing", METHODS, "", CORS_NAME_NOT_TOKEN},
};

START_TEST(add)
{
    const add_row_t *row = &add_rows[_i];
    cors_list_t *list = cors_list_create(row->kind, NULL, pool);
    const int before = list->names->nelts;
    const bool is_added = row->fault == CORS_NAME_OK
                       && strcmp(row->word, "*") != 0;

    support_same_number(row->name, cors_list_add(list, row->word), row->fault);
    support_same_number(row->name, list->names->nelts, before + is_added);
}
END_TEST

typedef struct cover_row_t {
    const char *name;
    cors_list_kind_t kind;
    const char *words;
    const char *asked;
    bool is_covered;
} cover_row_t;

static const cover_row_t cover_rows[] = {
    {"GET always", METHODS, "", "GET", true},
    {"HEAD always", METHODS, "", "HEAD", true},
    {"POST always", METHODS, "PUT", "POST", true},
    {"a method that is listed", METHODS, "PUT", "PUT", true},
    {"a method that is not", METHODS, "PUT", "DELETE", false},
    {"a method in another case", METHODS, "PATCH", "patch", false},
    {"part of a method", METHODS, "PUT", "PU", false},
    {"more than a method", METHODS, "PUT", "PUTT", false},
    {"the joined methods are no method", METHODS, "PUT", "HEAD, POST", false},
    {"any method", METHODS, "*", "CHICKEN", true},
    {"any method, but it must be one", METHODS, "*", "CHI CKEN", false},
    {"any method, but not none", METHODS, "*", "", false},
    {"any method, Authorization among them", METHODS, "*", "Authorization",
     true},
    {"content-type always", REQUEST, "", "content-type", true},
    {"accept always", REQUEST, "X-A", "ACCEPT", true},
    {"a header that is listed", REQUEST, "X-A", "x-a", true},
    {"a header that is not", REQUEST, "X-A", "x-b", false},
    {"part of a header", REQUEST, "X-Abc", "x-ab", false},
    {"more than a header", REQUEST, "X-A", "x-ab", false},
    {"any header", REQUEST, "*", "x-b", true},
    {"any header, but it must be one", REQUEST, "*", "x b", false},
    {"any header, but not Authorization", REQUEST, "*", "authorization",
     false},
    {"any header, and Authorization by name", REQUEST, "* Authorization",
     "AUTHORIZATION", true},
    {"any header, even one that begins like Authorization", REQUEST, "*",
     "authorization-x", true},
    {"an asterisk is a name like others", REQUEST, "X-A", "*", false},
};

START_TEST(covers)
{
    const cover_row_t *row = &cover_rows[_i];
    const cors_list_t *list = support_list(row->kind, "Directive", row->words);

    support_same_number(row->name,
                        cors_list_covers(list, row->asked,
                                         strlen(row->asked)),
                        row->is_covered);
}
END_TEST

START_TEST(covers_reads_no_further_than_told)
{
    const cors_list_t *list = support_list(REQUEST, "CorsAllowHeaders", "X-A");

    ck_assert(cors_list_covers(list, "x-a,x-b", 3));
    ck_assert(!cors_list_covers(list, "x-a", 2));
}
END_TEST

/* The directive may be repeated in a section. */
START_TEST(a_sealed_list_can_be_added_to)
{
    cors_list_t *list = support_list(RESPONSE, "CorsExposeHeaders", "X-A");

    ck_assert_int_eq(cors_list_add(list, "X-B"), CORS_NAME_OK);
    cors_list_seal(list, pool);
    support_same_text("both", list->value, "X-A, X-B");
    ck_assert_int_eq(cors_list_add(list, "*"), CORS_NAME_OK);
    cors_list_seal(list, pool);
    support_same_text("then any", list->value, "*");
}
END_TEST

Suite *cors_suite_list(void)
{
    Suite *suite = suite_create("list");
    TCase *tests = support_case(suite, "list");

    tcase_add_loop_test(tests, value, 0, ROWS(value_rows));
    tcase_add_loop_test(tests, add, 0, ROWS(add_rows));
    tcase_add_loop_test(tests, covers, 0, ROWS(cover_rows));
    tcase_add_test(tests, covers_reads_no_further_than_told);
    tcase_add_test(tests, a_sealed_list_can_be_added_to);
    return suite;
}
