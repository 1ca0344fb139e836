/* SPDX-License-Identifier: Apache-2.0 */
#include "look.h"

#include <string.h>
#include <time.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "faults.h"
#include "files.h"
#include "support.h"

cors_feed_t *look_feed;
cors_copy_t *look_copy;
cors_findings_t *look_findings;
cors_tally_t look_tally;

static cors_file_seen_t seen;

void look_begin(void)
{
    cors_copy_shared_t *shared = apr_pcalloc(pool, sizeof *shared);
    cors_copies_t *copies;

    memset(&seen, 0, sizeof seen);
    look_feed = cors_feed_create(CORS_FEED_FILE, files_path,
                                 support_place("CorsOriginsFile", 7), pool);
    ck_assert_int_eq(cors_copies_create(&copies, pool), APR_SUCCESS);
    look_copy = cors_copy_create(copies, 3, shared, pool);
    look_findings = cors_findings_make(pool);
}

void look_read(void)
{
    look_begin();
    cors_feed_file_read(look_feed, look_feed->at, look_findings, pool);
    ck_assert_int_eq(look_findings->nelts, 0);
}

/* As every process does. What is in the copy is good. */
static void take(void)
{
    cors_lines_t *lines = apr_palloc(pool, sizeof *lines);
    cors_copy_reader_t reader;
    cors_load_t load;

    cors_copy_open(look_copy, &reader);
    cors_lines_begin(lines, cors_copy_read, &reader);
    cors_load_begin(&load, look_feed, cors_findings_make(pool));
    ck_assert_int_eq(cors_load_lines(&load, lines), APR_SUCCESS);
    ck_assert_int_eq(load.refused, 0);
    ck_assert_int_eq(cors_load_size(&load), look_tally.good);
    ck_assert(cors_copy_was_current(&reader));
    ck_assert_int_eq(cors_load_finish(&load), APR_SUCCESS);
    ck_assert_int_eq(cors_slot_reclaim(look_feed->slot), 0);
}

const char *look(void)
{
    static const char *const words[] = {
        [CORS_LOOK_SAME] = "same",
        [CORS_LOOK_REFUSED] = "refused",
        [CORS_LOOK_UNSETTLED] = "unsettled",
        [CORS_LOOK_LOADED] = "loaded",
        [CORS_LOOK_BAD] = "bad",
        [CORS_LOOK_FAILED] = "failed",
    };
    const uint32_t generation = cors_copy_generation(look_copy);
    const int blocks = faults_blocks();
    cors_look_t what;

    look_findings = cors_findings_make(pool);
    what = cors_feed_file_look(look_feed, &seen, look_copy, &look_tally,
                               look_findings, pool);
    support_same_number("blocks", faults_blocks(), blocks);
    support_same_number("new in the copy",
                        cors_copy_generation(look_copy) != generation,
                        what == CORS_LOOK_LOADED);
    faults_clear();
    if (what == CORS_LOOK_LOADED) {
        take();
    }
    return words[what];
}

const char *look_members(void)
{
    const cors_set_t *set = cors_slot_enter(look_feed->slot);
    const char *members = set != NULL ? support_members(set) : NULL;

    cors_slot_leave();
    return members;
}

const char *look_finding(int i)
{
    return i < look_findings->nelts ? support_finding(look_findings, i)->text
                                    : NULL;
}

void look_stamp(const char *path)
{
    static time_t seconds = 1000000000;
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = 0}};

    times[1].tv_sec = ++seconds;
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

void look_put(const char *text)
{
    files_write(text, strlen(text));
    look_stamp(files_path);
}
