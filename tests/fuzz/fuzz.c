/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "cors_policy.h"
#include "cors_psl.h"
#include "cors_quote.h"

enum { COPIES_MAX = 4096 };

apr_pool_t *pool;

static char *copies[COPIES_MAX];
static int n_copies;

static void begin(void)
{
    static apr_pool_t *forever;

    if (forever == NULL) {
        if (apr_initialize() != APR_SUCCESS
            || apr_pool_create(&forever, NULL) != APR_SUCCESS
            || apr_pool_create(&pool, NULL) != APR_SUCCESS) {
            abort();
        }
        cors_psl_init(forever);
        cors_policy_init(forever);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
    begin();
    fuzz_one((const char *)bytes, len);
    apr_pool_clear(pool);
    while (n_copies > 0) {
        free(copies[--n_copies]);
    }
    return 0;
}

void fuzz_expect(bool holds, const char *what, const char *text,
                 const char *more)
{
    if (!holds) {
        fprintf(stderr, "this does not hold: %s\n  '%s'\n  '%s'\n", what,
                text != NULL ? cors_quote_printable(text, pool) : "(NULL)",
                more != NULL ? cors_quote_printable(more, pool) : "(NULL)");
        abort();
    }
}

char *fuzz_copy(const char *bytes, size_t len)
{
    const char *nul = len > 0 ? memchr(bytes, '\0', len) : NULL;
    const size_t n = nul != NULL ? (size_t)(nul - bytes) : len;
    char *copy = malloc(n + 1);

    if (copy == NULL || n_copies == COPIES_MAX) {
        abort();
    }
    memcpy(copy, bytes, n);
    copy[n] = '\0';
    copies[n_copies++] = copy;
    return copy;
}

char *fuzz_line(const char **bytes, size_t *len)
{
    const char *newline;
    size_t n;
    char *line;

    if (*len == 0 || n_copies >= COPIES_MAX / 2) {
        return NULL;
    }
    newline = memchr(*bytes, '\n', *len);
    n = newline != NULL ? (size_t)(newline - *bytes) : *len;
    line = fuzz_copy(*bytes, n);
    n += newline != NULL;
    *bytes += n;
    *len -= n;
    return line;
}

char *fuzz_word(char **text)
{
    char *word = *text + strspn(*text, " ");
    const size_t len = strcspn(word, " ");

    if (len == 0) {
        return NULL;
    }
    *text = word + len + (word[len] != '\0');
    word[len] = '\0';
    return word;
}
