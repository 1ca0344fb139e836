/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stress_slot: requests are decided while lists are replaced.
 *
 * Feeds have two lists each that take turns, one writer thread for each feed.
 * Readers decide, find and walk through the sets, and compare what they get
 * with what one of the two lists gives; other threads come, look and go. What
 * lives too long is counted; what goes too early is seen by ThreadSanitizer
 * (make tsan), or by its traces.
 *
 * CORS_STRESS_SECONDS says for how long; a second if it says nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pthread.h>

#include <apr_general.h>

#include "cors_psl.h"
#include "lists.h"
#include "readers.h"

enum { READERS = 6, RUSHERS = 6, VISITORS = 4, MSEC = 1000 * 1000 };

static atomic_bool is_over;
static pthread_barrier_t all_visitors_are_here;

static void pause_for(long nanoseconds)
{
    const struct timespec time = {.tv_sec = nanoseconds / 1000000000,
                                  .tv_nsec = nanoseconds % 1000000000};

    (void)nanosleep(&time, NULL);
}

static bool goes_on(void)
{
    return !atomic_load(&is_over) && !stress_has_failed();
}

static void *write_on(void *feed)
{
    for (unsigned i = 0; goes_on(); i++) {
        lists_replace(feed, i);
    }
    return NULL;
}

static void *write_in_a_rush(void *feed)
{
    for (unsigned i = 0; goes_on(); i++) {
        lists_rush(feed, i);
    }
    return NULL;
}

static void *read_on(void *stage)
{
    for (unsigned i = 0; goes_on(); i++) {
        readers_look(stage, i);
    }
    return NULL;
}

static void *rush_on(void *stage)
{
    while (goes_on()) {
        readers_rush(stage);
    }
    return NULL;
}

/*
 * One of the threads that come and go: a few looks, and it ends. Their first
 * look is at the same moment, when the slot learns of them.
 */
static void *visit(void *stage)
{
    (void)pthread_barrier_wait(&all_visitors_are_here);
    readers_rush(stage);
    for (unsigned i = 0; i < 20; i++) {
        readers_look(stage, i);
    }
    return NULL;
}

static void *send_visitors(void *stage)
{
    while (goes_on()) {
        pthread_t threads[VISITORS];

        (void)pthread_barrier_init(&all_visitors_are_here, NULL, VISITORS);
        for (int i = 0; i < VISITORS; i++) {
            (void)pthread_create(&threads[i], NULL, visit, stage);
        }
        for (int i = 0; i < VISITORS; i++) {
            (void)pthread_join(threads[i], NULL);
        }
        (void)pthread_barrier_destroy(&all_visitors_are_here);
        pause_for(5 * MSEC);
    }
    return NULL;
}

typedef struct threads_t {
    pthread_t threads[FEEDS + READERS + RUSHERS + 1];
    int n;
} threads_t;

static void start(threads_t *all, void *(*body)(void *), void *data)
{
    (void)pthread_create(&all->threads[all->n++], NULL, body, data);
}

/* Let them run for so long, until all have ended. */
static void wait_for(threads_t *all, double seconds)
{
    for (double t = 0; t < seconds && goes_on(); t += 0.05) {
        pause_for(50 * MSEC);
    }
    atomic_store(&is_over, true);
    while (all->n > 0) {
        (void)pthread_join(all->threads[--all->n], NULL);
    }
    atomic_store(&is_over, false);
}

/* All feeds, looked at in every way. */
static void run(stage_t *stage, double seconds)
{
    threads_t all = {.n = 0};

    for (int i = 0; i < FEEDS; i++) {
        start(&all, i == RUSHED ? write_in_a_rush : write_on,
              &stage->feeds[i]);
    }
    for (int i = 0; i < READERS; i++) {
        start(&all, read_on, stage);
    }
    start(&all, send_visitors, stage);
    wait_for(&all, seconds);
}

/* One feed, as fast as can be: what is rare comes to light. */
static void run_in_a_rush(stage_t *stage, double seconds)
{
    threads_t all = {.n = 0};

    start(&all, write_in_a_rush, &stage->feeds[RUSHED]);
    for (int i = 0; i < RUSHERS; i++) {
        start(&all, rush_on, stage);
    }
    wait_for(&all, seconds);
}

static void *look_and_go(void *slot)
{
    (void)cors_slot_enter(slot);
    cors_slot_leave();
    return NULL;
}

/* From now on a new thread has no record of its own: it shares one. */
static void use_up_records(const stage_t *stage)
{
    int before;

    do {
        pthread_t thread;

        before = cors_slot_readers();
        (void)pthread_create(&thread, NULL, look_and_go,
                             stage->feeds[0].feed->slot);
        (void)pthread_join(thread, NULL);
    } while (cors_slot_readers() > before);
}

/* AddressSanitizer keeps what was freed for a while. */
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_FREED 1
#endif
#endif
#ifndef KEEPS_FREED
#define KEEPS_FREED 0
#endif

/* Nothing of a list that was replaced stays in memory, wherever it was. */
static void check_memory(fed_t *fed)
{
    enum { WARM = 20, ROUNDS = 100 };
    long before = 0, grown;

    for (unsigned i = 0; i < WARM + ROUNDS; i++) {
        if (i == WARM) {
            before = lists_memory();
        }
        lists_replace(fed, i);
    }
    grown = lists_memory() - before;
    if (grown > 20 * ROUNDS && !KEEPS_FREED) {
        stress_fail("%d lists have taken %ld KB", ROUNDS, grown);
    }
}

/* Nobody looks any more: what was replaced goes, at last the rest too. */
static void end(stage_t *stage, apr_pool_t *p)
{
    for (int i = 0; i < FEEDS; i++) {
        fed_t *fed = &stage->feeds[i];

        if (cors_slot_reclaim(fed->feed->slot) != 0
            || atomic_load(&fed->alive) != 1) {
            stress_fail("feed %d: %d sets at the end", i,
                        atomic_load(&fed->alive));
        }
    }
    apr_pool_destroy(p);
    for (int i = 0; i < FEEDS; i++) {
        if (atomic_load(&stage->feeds[i].alive) != 0) {
            stress_fail("feed %d: a set that outlives its slot", i);
        }
    }
}

static int report(const stage_t *stage)
{
    unsigned replaced = 0, most = 0;

    for (int i = 0; i < FEEDS; i++) {
        replaced += stage->feeds[i].replaced;
        if (stage->feeds[i].most_waiting > most) {
            most = stage->feeds[i].most_waiting;
        }
    }
    printf("stress: %lu looks, %u lists, up to %u of them waiting to go; %s\n",
           atomic_load(&stage->looks), replaced, most,
           stress_has_failed() ? "FAILED" : "all right");
    return stress_has_failed() || atomic_load(&stage->looks) == 0
        || replaced < 2 * FEEDS ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(void)
{
    static stage_t stage;
    const char *asked = getenv("CORS_STRESS_SECONDS");
    const double seconds = asked != NULL ? atof(asked) : 1.0;
    apr_pool_t *p;
    int status;

    if (apr_initialize() != APR_SUCCESS
        || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        fputs("cannot start APR\n", stderr);
        return EXIT_FAILURE;
    }
    cors_psl_init(p);
    cors_policy_init(p);
    lists_make(&stage, p);
    run(&stage, seconds / 4);
    run_in_a_rush(&stage, seconds / 4);
    use_up_records(&stage);
    run(&stage, seconds / 4);
    run_in_a_rush(&stage, seconds / 4);
    check_memory(&stage.feeds[0]);
    end(&stage, p);
    status = report(&stage);
    apr_terminate();
    return status;
}
