/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_set.h"
#include "support.h"

/* Enough members for an index, none of which matches anything asked below. */
#define MANY "https://1a https://2a https://3a https://4a https://5a " \
             "https://6a https://7a https://8a https://9a "

typedef struct find_row_t {
    const char *name;
    const char *words;
    const char *origin;
    const char *found;  /* the word that matches; NULL: none */
} find_row_t;

static const find_row_t find_rows[] = {
    {"an empty set", "", "https://a", NULL},
    {"a member", "https://a https://b", "https://b", "https://b"},
    {"any, whatever else there is", "https://a * https://b", "https://b", "*"},
    {"any, even opaque", "*", "null", "*"},
    {"opaque", "https://a null", "null", "null"},
    {"opaque where null is not listed", "https://a https://*.b", "null", NULL},
    {"opaque is not asked of expressions", "~.*", "null", NULL},
    {"opaque, listed beside an expression", "~.* null", "null", "null"},
    {"patterns come before expressions", "~https://a https://a", "https://a",
     "https://a"},
    {"an expression", "https://b ~https://[a-c]", "https://a",
     "https://[a-c]"},
    {"the first of two expressions", "~https://a.* ~https://.*", "https://ab",
     "https://a.*"},
    {"an expression of the whole origin", "~https://a", "https://a:81", NULL},
    {"the other scheme", "https://a", "http://a", NULL},
    {"both schemes", "https://a http://a", "http://a", "http://a"},
    {"a subdomain in both schemes", "https://*.a http://*.a", "http://b.a",
     "http://*.a"},
    {"a subdomain in a third scheme", "https://*.a http://*.a", "app://b.a",
     NULL},
    {"any port in both schemes", "https://a:* http://a:*", "http://a:81",
     "http://a:*"},
    {"any port where no port is", "https://a:*", "https://a", "https://a:*"},
    {"a subdomain with any port", "https://*.a:*", "https://b.a:81",
     "https://*.a:*"},
    {"a subdomain with a port", "https://*.a:81", "https://b.a:81",
     "https://*.a:81"},
    {"a subdomain with another port", "https://*.a:81", "https://b.a:8", NULL},
    {"a subdomain of many labels", "https://*.a", "https://b.c.d.e.f.a",
     "https://*.a"},
    {"the domain itself is no subdomain", "https://*.a", "https://a", NULL},
    {"a host that ends alike", "https://*.a.b", "https://xa.b", NULL},
    {"a domain of many labels", "https://*.a.b.c.d", "https://x.a.b.c.d",
     "https://*.a.b.c.d"},
    {"fewer labels than a domain", "https://*.a.b.c.d", "https://x.c.d", NULL},
    {"a final dot", "https://*.a.", "https://b.a.", "https://*.a."},
    {"a final dot is another host", "https://*.a", "https://b.a.", NULL},
    {"the final dot alone is no domain", "https://*.a.", "https://a.", NULL},
    {"an IPv6 address", "http://[::1]:*", "http://[::1]:81",
     "http://[::1]:*"},
};

static void check_find(const find_row_t *row, const char *words)
{
    const cors_set_t *set = support_set("CorsAllowOrigin", words);
    const cors_origin_t origin = support_origin(row->origin);
    cors_match_t match = {.text = NULL};
    bool is_found = cors_set_find(set, &origin, &match);

    support_same_number(row->name, is_found, row->found != NULL);
    support_same_text(row->name, match.text, row->found);
    support_same_number(row->name, cors_set_find(set, &origin, NULL),
                        is_found);
}

START_TEST(find)
{
    check_find(&find_rows[_i], find_rows[_i].words);
}
END_TEST

START_TEST(find_by_index)
{
    check_find(&find_rows[_i],
               apr_pstrcat(pool, MANY, find_rows[_i].words, NULL));
    check_find(&find_rows[_i],
               apr_pstrcat(pool, find_rows[_i].words, " ", MANY, NULL));
}
END_TEST

/* Whether or not there is an index, a pattern written twice is its first. */
START_TEST(the_first_of_two_equals_is_named)
{
    static const char *const sets[] = {
        "https://a https://a",
        MANY "https://a https://a",
    };
    const cors_origin_t origin = support_origin("https://a");

    for (int i = 0; i < ROWS(sets); i++) {
        const cors_set_t *set = support_set("CorsAllowOrigin", sets[i]);
        cors_match_t match;

        ck_assert(cors_set_find(set, &origin, &match));
        ck_assert_int_eq(match.at.line, cors_set_size(set) - 1);
    }
}
END_TEST

typedef struct hazard_row_t {
    const char *word;
    unsigned hazards;
} hazard_row_t;

static const hazard_row_t hazard_rows[] = {
    {"https://a.example", 0},
    {"https://*.example.com", 0},
    {"https://*.example.com:*", 0},
    {"*", CORS_HAZARD_ANY},
    {"null", CORS_HAZARD_NULL},
    {"http://a.example", CORS_HAZARD_INSECURE},
    {"http://a.example:*", CORS_HAZARD_INSECURE},
    {"http://192.168.0.1", CORS_HAZARD_INSECURE},
    {"app://a", CORS_HAZARD_INSECURE},
    {"httpsx://a", CORS_HAZARD_INSECURE},
    {"http://localhost:3000", 0},
    {"http://*.localhost", 0},
    {"http://127.0.0.1:*", 0},
    {"http://[::1]", 0},
    {"http://localhost.example", CORS_HAZARD_INSECURE},
    {"https://*.com", CORS_HAZARD_PUBLIC_SUFFIX},
    {"https://*.com.", CORS_HAZARD_PUBLIC_SUFFIX},
    {"https://*.co.uk:8443", CORS_HAZARD_PUBLIC_SUFFIX},
    {"https://*.github.io", CORS_HAZARD_PUBLIC_SUFFIX},
    {"http://*.com", CORS_HAZARD_PUBLIC_SUFFIX | CORS_HAZARD_INSECURE},
    {"https://com", 0},
    {"https://*.corp", 0},
    {"~https://.*", CORS_HAZARD_REGEX_ARBITRARY},
    {"~https://a\\.example", 0},
    {"~http://a\\.example", 0},
};

START_TEST(hazards)
{
    const hazard_row_t *row = &hazard_rows[_i];
    const cors_set_t *set = support_set("CorsAllowOrigin", row->word);
    cors_pattern_t pattern;
    cors_match_t match;

    support_same_number(row->word, cors_set_hazards(set), row->hazards);
    support_same_number(row->word, cors_set_member(set, 0, &pattern, &match),
                        row->hazards);
}
END_TEST

START_TEST(hazards_add_up)
{
    const cors_set_t *set = support_set(
        "CorsAllowOrigin", "null http://a https://b ~.* ~https://c");

    ck_assert_uint_eq(cors_set_hazards(set), CORS_HAZARD_NULL
                      | CORS_HAZARD_INSECURE | CORS_HAZARD_REGEX_ARBITRARY);
}
END_TEST

START_TEST(members)
{
    static const char *const want[] = {
        "https://a", "null", "https://*.b", "https://x", "https://y",
    };
    const cors_set_t *set = support_set(
        "CorsAllowOrigin", "~https://x https://a null ~https://y https://*.b");
    static const int lines[] = {2, 3, 5, 1, 4};

    ck_assert_int_eq(cors_set_size(set), ROWS(want));
    for (int i = 0; i < ROWS(want); i++) {
        cors_pattern_t pattern;
        cors_match_t match;

        (void)cors_set_member(set, i, &pattern, &match);
        support_same_text("in order, patterns first", match.text, want[i]);
        ck_assert_int_eq(match.at.line, lines[i]);
        support_same_text("unpacked", match.regex ? want[i] : pattern.text,
                          want[i]);
        ck_assert((match.regex == NULL) == (i < 3));
    }
    ck_assert_uint_eq(cors_set_hazards(set), CORS_HAZARD_NULL);
}
END_TEST

typedef struct match_row_t {
    const char *pattern;
    const char *matched;    /* origins */
    const char *unmatched;
} match_row_t;

static const match_row_t match_rows[] = {
    {"*", "https://a http://b:81 null app://c", ""},
    {"null", "null", "https://null https://a"},
    {"https://a.b", "https://a.b",
     "http://a.b https://a.b. https://a.b:81 https://x.a.b https://xa.b "
     "https://a.bx https://b https://a https://a.b.c null"},
    {"https://a:81", "https://a:81",
     "https://a https://a:8 https://a:811 https://a:18 http://a:81"},
    {"https://a:*", "https://a https://a:1 https://a:81 https://a:65535",
     "http://a https://b https://x.a https://a. https://ab:81"},
    {"https://*.a.b", "https://x.a.b https://x.y.a.b https://a.b.a.b",
     "https://a.b https://xa.b https://x.a.b. https://x.a.b:81 "
     "http://x.a.b https://a.b.x https://x.a.bx null"},
    {"https://*.a:81", "https://x.a:81 https://x.y.a:81",
     "https://a:81 https://x.a https://x.a:8"},
    {"https://*.a:*", "https://x.a https://x.a:81 https://x.y.a:1",
     "https://a https://a:81 http://x.a https://xa:81"},
    {"https://a.", "https://a.", "https://a https://a.:81"},
    {"https://*.a.", "https://x.a.", "https://x.a https://a."},
    {"https://*.a.b.", "https://x.a.b. https://y.x.a.b.",
     "https://x.a.b https://a.b. https://xa.b."},
    {"https://*.a.b.c:*", "https://x.a.b.c https://y.x.a.b.c:81",
     "https://a.b.c https://x.b.c https://x.a.b https://a.b.c.x"},
    {"http://[::1]:*", "http://[::1] http://[::1]:81", "http://[::2]"},
    {"http://127.0.0.1", "http://127.0.0.1", "http://127.0.0.10"},
};

/* The pattern alone, and among so many others that it is looked up. */
static cors_set_t *set_with(const char *text, int others)
{
    cors_set_t *set = cors_set_create(pool);
    const cors_pattern_t pattern = support_pattern(text);

    cors_set_add(set, &pattern, support_place("CorsAllowOrigin", 1));
    for (int i = 0; i < others; i++) {
        const cors_pattern_t other = support_pattern(
            apr_psprintf(pool, "other%d://filler", i));

        cors_set_add(set, &other, support_place("CorsAllowOrigin", 2));
    }
    return set;
}

START_TEST(matches)
{
    const match_row_t *row = &match_rows[_i];
    const cors_set_t *alone = set_with(row->pattern, 0);
    const cors_set_t *among = set_with(row->pattern, 20);
    const char *const lists[] = {row->unmatched, row->matched};

    for (int want = 0; want < ROWS(lists); want++) {
        const apr_array_header_t *words = support_words(lists[want]);

        for (int i = 0; i < words->nelts; i++) {
            const char *word = APR_ARRAY_IDX(words, i, const char *);
            const cors_origin_t origin = support_origin(word);

            ck_assert_msg(cors_set_find(alone, &origin, NULL) == want
                          && cors_set_find(among, &origin, NULL) == want,
                          "pattern '%s', origin '%s': not %d", row->pattern,
                          word, want);
        }
    }
}
END_TEST

Suite *cors_suite_set(void)
{
    Suite *suite = suite_create("set");
    TCase *tests = support_case(suite, "set");

    tcase_add_loop_test(tests, find, 0, ROWS(find_rows));
    tcase_add_loop_test(tests, find_by_index, 0, ROWS(find_rows));
    tcase_add_test(tests, the_first_of_two_equals_is_named);
    tcase_add_loop_test(tests, hazards, 0, ROWS(hazard_rows));
    tcase_add_test(tests, hazards_add_up);
    tcase_add_test(tests, members);
    tcase_add_loop_test(tests, matches, 0, ROWS(match_rows));
    return suite;
}
