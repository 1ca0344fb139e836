/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "suites.h"

#include <string.h>
#include <time.h>

#include <apr_strings.h>
#include <pcre2.h>

#include "cors_regex.h"
#include "support.h"

static bool matches(const char *text, const char *subject)
{
    return cors_regex_matches(support_regex(text), subject, strlen(subject));
}

typedef struct match_row_t {
    const char *name;
    const char *regex;
    const char *subject;
    bool matches;
} match_row_t;

static const match_row_t match_rows[] = {
    {"the whole subject", "https://a\\.b", "https://a.b", true},
    {"an escaped dot is a dot", "https://a\\.b", "https://axb", false},
    {"the end is anchored", "https://a\\.b", "https://a.b.evil", false},
    {"the beginning is anchored", "https://a\\.b", "xhttps://a.b", false},
    {"case counts", "https://a", "https://A", false},
    {"case does not count where it says so", "(?i)https://a", "https://A",
     true},
    {"one's own anchors do no harm", "^https://a$", "https://a", true},
    {"one's own anchors loosen nothing", "^https://a$", "https://a\n", false},
    {"the longer alternative is tried", "a|ab", "ab", true},
    {"the shorter alternative is tried", "ab|a", "a", true},
    {"no alternative is long enough", "a|ab", "abc", false},
    {"alternatives need no parentheses for the end", "https://a|https://b",
     "https://a.evil", false},
    {"alternatives need no parentheses for the beginning",
     "https://a|https://b", "https://x.https://b", false},
    {"the second alternative", "https://a|https://b", "https://b", true},
    {"an empty alternative matches only nothing", "https://a|", "https://ab",
     false},
    {"a comment does not swallow the anchor", "(?x)https://a #comment",
     "https://a", true},
    {"a comment does not open the end", "(?x)https://a #comment",
     "https://ab", false},
    {"multi-line mode does not loosen the anchors", "(?m)^https://a$",
     "https://a\nb", false},
    {"a quotation", "\\Qhttps://a.b\\E", "https://a.b", true},
    {"a quotation that stays open", "https://\\Qa.b", "https://a.b", true},
    {"a quotation that stays open does not open the end", "https://\\Qa.b",
     "https://a.bc", false},
    {"a quoted dot is a dot", "https://\\Qa.b", "https://axb", false},
    {"a look-ahead consumes nothing", "(?=https://a)", "https://a", false},
    {"a look-ahead with something behind", "(?=https://a).*", "https://a.b",
     true},
    {"a look-ahead at a letter that is consumed later", "(?=a).*?ab?", "ab",
     true},
    {"a negative look-ahead", "(?!https://evil)https://.*", "https://evil",
     false},
    {"a negative look-ahead lets others pass", "(?!https://evil)https://.*",
     "https://good", true},
    {"a look-behind sees nothing before the beginning", "(?<=x)https://a",
     "https://a", false},
    {"an early accept does not open the end", "https://a(*ACCEPT)",
     "https://a.evil", false},
    {"a reset of the beginning", "https://\\Ka", "https://a", true},
    {"a reset of the beginning skips nothing", ".*\\Khttps://a",
     "evil https://a", true},
    {"a lazy quantifier is stretched", "https://a.*?", "https://ab", true},
    {"a possessive quantifier is not", "https://a.*+b", "https://ab", false},
    {"an atomic group gives nothing back", "https://(?>a|ab)", "https://ab",
     false},
    {"a backreference", "https://(a+)\\.\\1", "https://aa.aa", true},
    {"more groups than are kept", "(h)(t)(t)(p)(s)://a", "https://a", true},
    {"anything", ".*", "https://a", true},
    {"UTF mode and bytes that are not UTF-8", "(*UTF).*", "\xff", false},
};

START_TEST(match)
{
    const match_row_t *row = &match_rows[_i];

    support_same_number(row->name, matches(row->regex, row->subject),
                        row->matches);
}
END_TEST

START_TEST(match_stops_at_the_length)
{
    const cors_regex_t *regex = support_regex("https://a");

    ck_assert(cors_regex_matches(regex, "https://a.evil", 9));
    ck_assert(!cors_regex_matches(regex, "https://a\0b", 11));
}
END_TEST

/* What PCRE2 says of the expression between \A(?: and )\z. */
static bool matches_wrapped(const char *text, const char *subject)
{
    const char *wrapped = apr_psprintf(pool, "\\A(?:%s)\\z", text);
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)wrapped,
                                     PCRE2_ZERO_TERMINATED,
                                     PCRE2_NO_START_OPTIMIZE, &error, &offset,
                                     NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int rv = pcre2_match(code, (PCRE2_SPTR)subject, strlen(subject), 0, 0,
                         data, NULL);

    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return rv >= 0;
}

static char *random_text(uint32_t *state, const char *const *pieces,
                         unsigned n, unsigned longest)
{
    char *text = "";

    for (unsigned i = support_random(state, longest) + 1; i > 0; i--) {
        text = apr_pstrcat(pool, text, pieces[support_random(state, n)], NULL);
    }
    return text;
}

/*
 * This found that PCRE2 10.42, unless told not to optimize, takes a letter that
 * a look-ahead saw for one that was consumed: (?=a).*?ab? misses "ab".
 */
START_TEST(anchoring_is_that_of_a_wrapped_expression)
{
    static const char *const pieces[] = {
        "a", "b", ".", "|", "a*", "b?", "(?:a|ab)", "(?:|b)", "[ab]", "(a|b)+",
        "(?=a)", "(?!a)", "(?!b)", "(?<=a)", "^", "$", "(?>a|ab)", ".*?", "\\b",
    };
    static const char *const letters[] = {"a", "b", "ab", "c"};
    uint32_t state = (uint32_t)_i;
    int matched = 0;

    for (int round = 0; round < 300; round++) {
        const char *text = random_text(&state, pieces, ROWS(pieces), 6);
        const cors_regex_t *regex = support_regex(text);

        for (int i = 0; i < 20; i++) {
            const char *subject = random_text(&state, letters, ROWS(letters),
                                              5);
            bool want = matches_wrapped(text, subject);

            matched += want;
            ck_assert_msg(cors_regex_matches(regex, subject, strlen(subject))
                          == want, "seed %d: '%s' and '%s': not %d", _i, text,
                          subject, want);
        }
    }
    ck_assert_int_gt(matched, 300);
}
END_TEST

typedef struct bad_row_t {
    const char *name;
    const char *regex;
    const char *error;
} bad_row_t;

static const bad_row_t bad_rows[] = {
    {"nothing", "", "empty"},
    {"a group that stays open", "https://(a", "offset 10"},
    {"a group that was not opened", "https://a)", "offset 9"},
    {"nothing to repeat", "*", "offset 0"},
    {"a class that stays open", "[a", "offset 2"},
    {"a backslash at the end", "a\\", "offset 2"},
    {"a group that closes and opens again", "a)|(?:b", "offset 1"},
    {"single bytes, which PCRE2 calls dangerous", "a\\C", "offset 3"},
};

START_TEST(bad)
{
    const char *error = NULL;

    ck_assert_msg(cors_regex_compile(bad_rows[_i].regex, &error, pool) == NULL,
                  "%s: it compiles", bad_rows[_i].name);
    support_has(bad_rows[_i].name, error, bad_rows[_i].error);
}
END_TEST

/*
 * The classes at the end keep PCRE2 from seeing at once that there is no match.
 * A match takes less than a millisecond; with PCRE2's own limit, 70 or more.
 */
static const char *const hostile[] = {
    "(a+)+[bc]",
    "(?:a|a)+[bc]",
    "(?:a*)*[bc]",
    "(?:.*)(?:.*)(?:.*)(?:.*)(?:.*)(?:.*)(?:.*)[bc]",
    "((a|aa|aaa)+)+[bc]",
    "(?:a?){30}[ab]{30}(?:a|a)+[bc]",
    "((?:(a)|a(?1))+)+[bc]",
};

START_TEST(backtracking_is_bounded)
{
    enum { MATCHES = 20 };
    const cors_regex_t *regex = support_regex(hostile[_i]);
    const char *subject = support_repeat('a', CORS_ORIGIN_MAX);
    const clock_t start = clock();
    double seconds;

    for (int i = 0; i < MATCHES; i++) {
        ck_assert(!cors_regex_matches(regex, subject, CORS_ORIGIN_MAX));
    }
    seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    ck_assert_msg(seconds < MATCHES * 0.03, "'%s' takes %.3f seconds",
                  hostile[_i], seconds / MATCHES);
}
END_TEST

typedef struct arbitrary_row_t {
    const char *regex;
    bool is_arbitrary;
} arbitrary_row_t;

static const arbitrary_row_t arbitrary_rows[] = {
    {"https://.*\\.vercel\\.app", true},
    {"https://[a-z0-9-]+\\.herokuapp\\.com", true},
    {"https://app\\.example\\.com.*", true},
    {"https://.*example\\.com", true},
    {"https://(.+)?example\\.com", true},
    {"https://.*\\.example\\.com", false},
    {"https://app\\.example\\.com(:[0-9]+)?", false},
    {"https://pr-[0-9]+\\.previews\\.example\\.net", false},
    {"^https://app\\.example\\.com.*$", true},
    {"(https://app\\.example\\.com).*", true},
    {"(?:https://a\\.example\\.com|https://b\\.example\\.com).*", true},
    {"https?://app\\.example\\.com.*", true},
    {"https://(www\\.)?example\\.com.*", true},
    {"https://(a|b)\\.example\\.com.*", true},
    {"https://[a-z]+\\.example\\.com.*", true},
    {"https://\\Qapp.example.com\\E.*", true},
    {"https://app\\.example\\.com|https://b\\.example\\.com.+", true},
    {"(?i)https://app\\.example\\.com.*", true},
    {"(https://.*example\\.com)", true},
    {"https://.*(example|sample)\\.com", true},
    {"https://.*example\\.com(:[0-9]+)?", true},
    {"https://[a-z]+-example\\.com", true},
    {"https://\\w+\\.xyz", true},
    {"https://[[:alpha:]]{3,}\\.co\\.uk", true},
    {"https://(www\\.)?example\\.com", false},
    {"https://([a-z]+\\.)*example\\.(com|net)", false},
    {"^https://(?:[a-z]+\\.)+example\\.com(:\\d{2,5})?$", false},
    {"https://[a-z]+\\.corp", false},
    {"https://.*good\\.corp", true},
    {"https://192\\.0\\.2\\.\\d+(:\\d+)?", false},
    {"https://(?=app)[a-z]+\\.example\\.com", false},
    {".*", true},
    {"https://.*", true},
    {"https?://.+", true},
    {"https://[a-z.]+", true},
    {"https://[^.]+\\.[^.]+", true},
    {"https://.*\\.com", true},
    {"https://.*:8443", true},
    {"http://.*", true},
    {"https://www\\..*", true},
    {"(?!https://evil)https://.*", true},
    {".*|https://a\\.example", true},
    {"https://.*\\.example\\.com", false},
    {"https://[a-z]+\\.example\\.com(:[0-9]+)?", false},
    {"https://(a|b)\\.example", false},
    {"http://localhost(:[0-9]+)?", false},
};

START_TEST(arbitrary)
{
    const arbitrary_row_t *row = &arbitrary_rows[_i];
    const cors_regex_t *regex = support_regex(row->regex);
    const char *example = cors_regex_arbitrary(regex);

    support_same_number(row->regex, example != NULL, row->is_arbitrary);
    if (example != NULL) {
        (void)support_origin(example);
        ck_assert(cors_regex_matches(regex, example, strlen(example)));
    }
}
END_TEST

typedef struct dot_row_t {
    const char *name;
    const char *regex;
    int offset;
} dot_row_t;

static const dot_row_t dot_rows[] = {
    {"between letters", "https://www.example\\.com", 11},
    {"the second dot", "https://www\\.example.com", 20},
    {"between digits", "https://192\\.0.2\\.1", 14},
    {"a top-level name of two parts", "example\\.co.uk", 11},
    {"every dot escaped", "https://www\\.example\\.com", -1},
    {"a dot with a quantifier", "https://.*\\.example\\.com", -1},
    {"a dot with another quantifier", "https://a.+b", -1},
    {"a dot in a class", "https://a[.]b", -1},
    {"a dot in a longer class", "https://a[b.c]d", -1},
    {"a class that contains its own end", "[]a.b]c", -1},
    {"a negated class that contains its own end", "[^]a.b]c", -1},
    {"a named class within a class", "[[:alpha:]a.b]", -1},
    {"a bracket within a class", "[[a]b.c", 5},
    {"an escaped bracket within a class", "[\\]a.b]", -1},
    {"a dot after a class", "[a-c]d.e", 6},
    {"a dot after a class with a named one", "[[:alpha:]]d.e", 12},
    {"a quoted dot", "https://\\Qwww.example.com\\E", -1},
    {"a quoted dot, the quotation open", "https://\\Qwww.example.com", -1},
    {"a dot right after a quotation", "\\Qa\\E.d", -1},
    {"a dot after a quotation", "\\Qa.b\\Ec.d", 8},
    {"a dot after a class of characters", "\\w.com", -1},
    {"no dot", "https://localhost", -1},
    {"a dot at the end", "https://a.", -1},
    {"a dot at the beginning", ".a", -1},
};

START_TEST(unescaped_dot)
{
    const dot_row_t *row = &dot_rows[_i];

    support_same_number(row->name,
                        cors_regex_unescaped_dot(support_regex(row->regex)),
                        row->offset);
}
END_TEST

START_TEST(text_is_kept)
{
    char text[] = "https://a";
    const cors_regex_t *regex = support_regex(text);

    memset(text, 'x', sizeof text - 1);
    support_same_text("a copy", cors_regex_text(regex), "https://a");
}
END_TEST

Suite *cors_suite_regex(void)
{
    Suite *suite = suite_create("regex");
    TCase *tests = support_case(suite, "regex");

    tcase_add_loop_test(tests, match, 0, ROWS(match_rows));
    tcase_add_test(tests, match_stops_at_the_length);
    tcase_add_loop_test(tests, anchoring_is_that_of_a_wrapped_expression, 1,
                        6);
    tcase_add_loop_test(tests, bad, 0, ROWS(bad_rows));
    tcase_add_loop_test(tests, backtracking_is_bounded, 0, ROWS(hostile));
    tcase_add_loop_test(tests, arbitrary, 0, ROWS(arbitrary_rows));
    tcase_add_loop_test(tests, unescaped_dot, 0, ROWS(dot_rows));
    tcase_add_test(tests, text_is_kept);
    return suite;
}
