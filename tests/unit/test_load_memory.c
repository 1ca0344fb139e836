/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system itself has no more memory (RLIMIT_AS). Sanitizers and valgrind
 * need more than they could then have, so these tests are not for them; the
 * faults of test_load.c and test_feed_faults.c are.
 */
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>

#include "chunks.h"
#include "cors_load.h"
#include "faults.h"
#include "support.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

enum { LINES = 60000, LINE = 32, KB = 1024 };

/* How much this process has mapped. */
static rlim_t mapped(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%lu", &pages), 1);
    (void)fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static char *many_lines(void)
{
    char *text = support_repeat(' ', LINES * LINE);

    for (int i = 0; i < LINES; i++) {
        char *line = text + i * LINE;

        line[sprintf(line, "https://host-%d.example", i)] = ' ';
        line[LINE - 1] = '\n';
    }
    return text;
}

/* What was there before; big enough not to be what free memory is left from. */
typedef struct stage_t {
    cors_feed_t *feed;
    cors_lines_t *lines;
    cors_findings_t *findings;
    chunks_t chunks;
    struct rlimit usual;
} stage_t;

static void set_stage(stage_t *stage)
{
    stage->feed = cors_feed_create(CORS_FEED_FILE, "x.origins",
                                   support_place("CorsOriginsFile", 7), pool);
    stage->lines = apr_palloc(pool, sizeof *stage->lines);
    stage->findings = cors_findings_make(pool);
    stage->chunks = (chunks_t){.bytes = many_lines(), .len = LINES * LINE};
    support_replace(stage->feed->slot, "https://old");
    ck_assert_int_eq(getrlimit(RLIMIT_AS, &stage->usual), 0);
}

/* Load with so much more memory and no more. */
static apr_status_t load_within(stage_t *stage, rlim_t more)
{
    struct rlimit limit = stage->usual;
    cors_load_t load;
    apr_status_t rv, result;

    limit.rlim_cur = mapped() + more;
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    stage->chunks.at = 0;
    cors_lines_begin(stage->lines, chunks_read, &stage->chunks);
    cors_load_begin(&load, stage->feed, stage->findings);
    result = cors_load_lines(&load, stage->lines);
    rv = cors_load_finish(&load);
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &stage->usual), 0);
    ck_assert_int_eq(rv, result);
    ck_assert_int_eq(load.refused, 0);
    return rv;
}

static bool is_in_force(const stage_t *stage, const char *text)
{
    const cors_origin_t origin = support_origin(text);
    const bool is_found = cors_set_find(cors_slot_enter(stage->feed->slot),
                                        &origin, NULL);

    cors_slot_leave();
    return is_found;
}

/* From nothing to enough, in steps of 256 KB. */
START_TEST(memory_ends_in_a_big_load)
{
    const char *fork_mode = getenv("CK_FORK");  /* unset: as usual */
    stage_t stage;
    rlim_t more = 0;
    apr_status_t rv;

    if (IS_SANITIZED || fork_mode != NULL) {
        return;
    }
    set_stage(&stage);
    while ((rv = load_within(&stage, more)) == APR_ENOMEM) {
        ck_assert(is_in_force(&stage, "https://old"));
        ck_assert(!is_in_force(&stage, "https://host-0.example"));
        ck_assert_int_eq(faults_blocks(), 0);
        more += 256 * KB;
    }
    ck_assert_int_eq(rv, APR_SUCCESS);
    ck_assert_uint_gt(more, 4 * KB * KB);
    ck_assert_uint_lt(more, 40 * KB * KB);
    ck_assert(!is_in_force(&stage, "https://old"));
    ck_assert(is_in_force(&stage, "https://host-59999.example"));
}
END_TEST

Suite *cors_suite_load_memory(void)
{
    Suite *suite = suite_create("load_memory");
    TCase *tests = support_case(suite, "load_memory");

    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, memory_ends_in_a_big_load);
    return suite;
}
