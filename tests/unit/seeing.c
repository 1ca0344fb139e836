/* SPDX-License-Identifier: Apache-2.0 */
#include "seeing.h"

#include <string.h>

#include <sys/mman.h>

#include <apr_strings.h>

cors_seen_t *seen;
cors_seen_view_t *views;

/* What processes share. */
void seeing_make(void)
{
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(seen, MAP_FAILED);
    memset(seen->key, 0x5a, sizeof seen->key);
    views = apr_pcalloc(pool, sizeof *views * CORS_SEEN_MAX);
}

void seeing_forget(void)
{
    (void)munmap(seen, sizeof *seen);
}

cors_seen_item_t seeing_item(const char *value)
{
    static const cors_place_t first = {.file = "a.conf", .line = 1};
    const cors_seen_item_t item = {
        .want = CORS_WANT_ORIGIN, .value = value, .len = strlen(value),
        .at = &first
    };

    return item;
}

void seeing_add(const char *value, int64_t at)
{
    const cors_seen_item_t item = seeing_item(value);

    cors_seen_add(seen, &item, at);
}

const char *seeing_text(int64_t at)
{
    const int n = cors_seen_read(seen, views, at);
    const char *text = "";

    for (int i = 0; i < n; i++) {
        text = apr_psprintf(pool, "%s%s%d %s", text, i ? "," : "",
                            (int)views[i].count, views[i].value);
    }
    return text;
}
