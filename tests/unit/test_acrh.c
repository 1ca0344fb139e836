/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_acrh.h"
#include "support.h"

static const cors_list_t *headers(const char *words)
{
    return support_list(CORS_LIST_REQUEST_HEADERS, "CorsAllowHeaders", words);
}

typedef struct row_t {
    const char *name;
    const char *list;
    const char *value;
    const char *refused;  /* NULL: covered */
} row_t;

static const row_t rows[] = {
    {"nothing asked", "", "", NULL},
    {"a safelisted name", "", "content-type", NULL},
    {"a listed name", "X-A", "x-a", NULL},
    {"a name that is not listed", "X-A", "x-b", "x-b"},
    {"names as browsers send them", "X-A X-B", "content-type,x-a,x-b", NULL},
    {"names out of order", "X-A X-B", "x-b,content-type,x-a", NULL},
    {"names in upper case", "X-A", "X-A,CONTENT-TYPE", NULL},
    {"a name twice", "X-A", "x-a,x-a", NULL},
    {"spaces and tabs", "X-A", " \t x-a \t, \taccept\t ", NULL},
    {"header lines joined by httpd", "X-A X-B", "x-a, x-b", NULL},
    {"a second header line", "X-A", "x-a, x-evil", "x-evil"},
    {"empty elements", "X-A", ",, ,x-a,\t,", NULL},
    {"empty elements only", "", ",,,", NULL},
    {"spaces only", "", " \t ", NULL},
    {"the first of two that are not listed", "X-A", "x-b,x-c", "x-b"},
    {"one in the middle", "X-A X-C", "x-a, x-b ,x-c", "x-b"},
    {"a space within a name", "X-A", "x-a x-a", "x-a x-a"},
    {"a semicolon is no separator", "X-A X-B", "x-a;x-b", "x-a;x-b"},
    {"a quoted name", "X-A", "\"x-a\"", "\"x-a\""},
    {"a newline is no space", "X-A", "x-a\n", "x-a\n"},
    {"a carriage return is no space", "X-A", "\rx-a", "\rx-a"},
    {"any name", "*", "x-anything,x-other", NULL},
    {"any name, but it must be one", "*", "x-a,x\xc3\xbc,x-b", "x\xc3\xbc"},
    {"any name, but not Authorization", "*", "x-a,Authorization",
     "Authorization"},
    {"any name, and Authorization by name", "* Authorization",
     "authorization,x-a", NULL},
    {"an asterisk", "X-A", "*", "*"},
};

START_TEST(covered)
{
    const row_t *row = &rows[_i];
    cors_slice_t refused = {NULL, 0};
    bool is_covered = cors_acrh_is_covered(row->value, headers(row->list),
                                           &refused);

    support_same_number(row->name, is_covered, row->refused == NULL);
    support_same_text(row->name, refused.text == NULL ? NULL
                      : apr_pstrmemdup(pool, refused.text, refused.len),
                      row->refused);
}
END_TEST

START_TEST(bounded)
{
    const cors_list_t *list = headers("X-A");
    cors_slice_t refused = {NULL, 0};
    char *value = support_repeat(',', CORS_ACRH_MAX + 1);

    ck_assert_int_eq(CORS_ACRH_MAX, 4096);
    memcpy(value + CORS_ACRH_MAX - 3, "x-a", 3);
    support_same_number("4097 bytes",
                        cors_acrh_is_covered(value, list, &refused), false);
    ck_assert_ptr_eq(refused.text, value);
    ck_assert_uint_le(refused.len, CORS_ACRH_MAX);
    value[CORS_ACRH_MAX] = '\0';
    support_same_number("4096 bytes",
                        cors_acrh_is_covered(value, list, &refused), true);
    value[CORS_ACRH_MAX - 1] = 'b';
    support_same_number("the last of them counts",
                        cors_acrh_is_covered(value, list, &refused), false);
    ck_assert_uint_eq(refused.len, 3);
}
END_TEST

/*
 * The naive splitter: copy, cut at commas, trim, compare with the words. It
 * knows nothing of cors_list or cors_names.
 */
static bool naive_name(const char *name, const char *words)
{
    const char *padded = apr_pstrcat(pool, " accept accept-language "
                                     "content-language content-type ", words,
                                     " ", NULL);
    const char *wanted = apr_pstrcat(pool, " ", name, " ", NULL);

    if (strcasestr(padded, wanted) != NULL && strchr(name, ' ') == NULL) {
        return true;
    }
    return strstr(padded, " * ") != NULL
        && strcasecmp(name, "authorization") != 0
        && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789!#$%&'*+-.^_`|~") == strlen(name);
}

static bool naive_covered(const char *value, const char *words)
{
    char *rest = apr_pstrdup(pool, value), *name;

    while ((name = strsep(&rest, ",")) != NULL) {
        char *end;

        name += strspn(name, " \t");
        for (end = name + strlen(name);
             end > name && strchr(" \t", end[-1]); end--) {
            end[-1] = '\0';
        }
        if (*name != '\0' && !naive_name(name, words)) {
            return false;
        }
    }
    return true;
}

START_TEST(as_a_naive_splitter)
{
    static const char *const lists[] = {
        "", "x-a", "X-A x-ab", "*", "* Authorization", "authorization x-b",
    };
    static const char *const pieces[] = {
        "x-a", "X-A", "x-b", "x-ab", "b", "accept", "Content-Type",
        "authorization", ",", ",", ",", ", ", " ", "\t", ";", "\xc3", "*",
    };
    uint32_t state = (uint32_t)_i;
    int hits = 0;

    for (int round = 0; round < 3000; round++) {
        const char *words = lists[support_random(&state, ROWS(lists))];
        const cors_list_t *list = headers(words);

        for (int i = 0; i < 5; i++) {
            char *value = "";
            cors_slice_t refused;
            bool want;

            for (unsigned n = support_random(&state, 8); n > 0; n--) {
                value = apr_pstrcat(pool, value, pieces[
                    support_random(&state, ROWS(pieces))], NULL);
            }
            want = naive_covered(value, words);
            hits += want;
            ck_assert_msg(cors_acrh_is_covered(value, list, &refused) == want,
                          "seed %d: '%s' in the list '%s': not %d", _i, value,
                          words, want);
        }
    }
    ck_assert_int_gt(hits, 3000);
}
END_TEST

Suite *cors_suite_acrh(void)
{
    Suite *suite = suite_create("acrh");
    TCase *tests = support_case(suite, "acrh");

    tcase_add_loop_test(tests, covered, 0, ROWS(rows));
    tcase_add_test(tests, bounded);
    tcase_add_loop_test(tests, as_a_naive_splitter, 1, 4);
    return suite;
}
