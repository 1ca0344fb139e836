/* SPDX-License-Identifier: Apache-2.0 */
#include "suites.h"

#include <stdatomic.h>

#include <pthread.h>
#include <semaphore.h>

#include "cors_pool.h"
#include "cors_slot.h"
#include "support.h"

/* Sets made by put and not freed yet. */
static atomic_int alive;

static apr_status_t note_death(void *data)
{
    (void)data;
    atomic_fetch_sub(&alive, 1);
    return APR_SUCCESS;
}

/* A set of one member, which may be "*" for a hazard, in force. */
static const cors_set_t *put(cors_slot_t *slot, const char *text)
{
    apr_pool_t *own = cors_pool_create();
    cors_set_t *set = cors_set_create(own);
    const cors_pattern_t pattern = support_pattern(text);

    ck_assert(cors_set_add_copy(set, &pattern, support_place(NULL, 1)));
    atomic_fetch_add(&alive, 1);
    apr_pool_cleanup_register(own, NULL, note_death, apr_pool_cleanup_null);
    cors_slot_replace(slot, set, own);
    return set;
}

static cors_slot_t *make_slot(void)
{
    atomic_store(&alive, 0);
    return cors_slot_create(pool);
}

static bool has(const cors_set_t *set, const char *text)
{
    const cors_origin_t origin = support_origin(text);

    return cors_set_find(set, &origin, NULL);
}

START_TEST(an_empty_slot_has_no_set)
{
    cors_slot_t *slot = make_slot();

    ck_assert_ptr_null(cors_slot_enter(slot));
    cors_slot_leave();
    ck_assert_uint_eq(cors_slot_hazards(slot), 0);
    ck_assert_int_eq(cors_slot_reclaim(slot), 0);
}
END_TEST

START_TEST(the_last_set_is_in_force)
{
    cors_slot_t *slot = make_slot();

    for (int i = 0; i < 3; i++) {
        const bool is_any = i == 1;
        const cors_set_t *set = put(slot, is_any ? "*" : "https://a");

        ck_assert_ptr_eq(cors_slot_enter(slot), set);
        ck_assert(has(set, "https://a"));
        ck_assert(has(set, "https://b") == is_any);
        cors_slot_leave();
        ck_assert_uint_eq(cors_slot_hazards(slot),
                          is_any ? CORS_HAZARD_ANY : 0);
    }
    ck_assert_int_eq(atomic_load(&alive), 3);
    ck_assert_int_eq(cors_slot_reclaim(slot), 0);
    ck_assert_int_eq(atomic_load(&alive), 1);
}
END_TEST

START_TEST(a_set_that_is_looked_at_stays)
{
    cors_slot_t *slot = make_slot();
    const cors_set_t *set;

    (void)put(slot, "https://a");
    set = cors_slot_enter(slot);
    (void)put(slot, "https://b");
    ck_assert_int_eq(cors_slot_reclaim(slot), 1);
    ck_assert_int_eq(cors_slot_reclaim(slot), 1);
    ck_assert_int_eq(atomic_load(&alive), 2);
    ck_assert(has(set, "https://a"));
    cors_slot_leave();
    ck_assert_int_eq(cors_slot_reclaim(slot), 0);
    ck_assert_int_eq(atomic_load(&alive), 1);
}
END_TEST

/* Whichever of five it is, the other four go. */
START_TEST(no_other_set_stays_with_it)
{
    cors_slot_t *slot = make_slot();
    const cors_set_t *set = NULL;

    for (int i = 0; i < 5; i++) {
        (void)put(slot, "https://a");
        if (i == _i) {
            set = cors_slot_enter(slot);
        }
    }
    ck_assert_int_eq(cors_slot_reclaim(slot), _i < 4);
    ck_assert_int_eq(atomic_load(&alive), _i < 4 ? 2 : 1);
    ck_assert(has(set, "https://a"));
    cors_slot_leave();
    ck_assert_int_eq(cors_slot_reclaim(slot), 0);
    ck_assert_int_eq(atomic_load(&alive), 1);
}
END_TEST

START_TEST(sets_go_with_the_pool_of_the_slot)
{
    apr_pool_t *p;
    cors_slot_t *slot;

    atomic_store(&alive, 0);
    ck_assert_int_eq(apr_pool_create(&p, pool), APR_SUCCESS);
    slot = cors_slot_create(p);
    for (int i = 0; i < _i; i++) {
        (void)put(slot, "https://a");
    }
    apr_pool_destroy(p);
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

START_TEST(slots_do_not_mind_each_other)
{
    cors_slot_t *slot = make_slot(), *other = cors_slot_create(pool);

    (void)put(slot, "https://a");
    (void)put(other, "https://b");
    (void)cors_slot_enter(other);
    (void)put(slot, "https://c");
    (void)put(other, "https://d");
    ck_assert_int_eq(cors_slot_reclaim(slot), 0);
    ck_assert_int_eq(cors_slot_reclaim(other), 1);
    cors_slot_leave();
    ck_assert_int_eq(cors_slot_reclaim(other), 0);
}
END_TEST

/* ----------------------------------------------------------------- threads */

enum { THREADS = 3 };

typedef struct looker_t {
    cors_slot_t *slot;
    pthread_t thread;
    sem_t has_entered, may_leave;
    bool is_right;
} looker_t;

static void *look(void *data)
{
    looker_t *looker = data;
    const cors_set_t *set = cors_slot_enter(looker->slot);

    (void)sem_post(&looker->has_entered);
    (void)sem_wait(&looker->may_leave);
    looker->is_right = has(set, "https://a");
    cors_slot_leave();
    return NULL;
}

static void start(looker_t *looker, cors_slot_t *slot)
{
    looker->slot = slot;
    ck_assert_int_eq(sem_init(&looker->has_entered, 0, 0), 0);
    ck_assert_int_eq(sem_init(&looker->may_leave, 0, 0), 0);
    ck_assert_int_eq(pthread_create(&looker->thread, NULL, look, looker), 0);
    (void)sem_wait(&looker->has_entered);
}

static void stop(looker_t *looker)
{
    (void)sem_post(&looker->may_leave);
    ck_assert_int_eq(pthread_join(looker->thread, NULL), 0);
    ck_assert(looker->is_right);
}

START_TEST(every_thread_keeps_what_it_looks_at)
{
    cors_slot_t *slot = make_slot();
    looker_t lookers[THREADS];

    for (int i = 0; i < THREADS; i++) {
        (void)put(slot, "https://a");
        start(&lookers[i], slot);
    }
    (void)put(slot, "https://b");
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(cors_slot_reclaim(slot), THREADS - i);
        ck_assert_int_eq(atomic_load(&alive), THREADS - i + 1);
        stop(&lookers[(i + 1) % THREADS]);
    }
    ck_assert_int_eq(cors_slot_reclaim(slot), 0);
    ck_assert_int_eq(atomic_load(&alive), 1);
}
END_TEST

START_TEST(two_threads_look_at_the_same)
{
    cors_slot_t *slot = make_slot();
    looker_t one, other;

    (void)put(slot, "https://a");
    start(&one, slot);
    start(&other, slot);
    (void)put(slot, "https://b");
    ck_assert_int_eq(cors_slot_reclaim(slot), 1);
    stop(&one);
    ck_assert_int_eq(cors_slot_reclaim(slot), 1);
    stop(&other);
    ck_assert_int_eq(cors_slot_reclaim(slot), 0);
}
END_TEST

static void *destroy(void *own)
{
    apr_pool_destroy(own);
    return NULL;
}

/* Made by one thread, filled by another's calls, destroyed by a third. */
START_TEST(a_pool_of_its_own_belongs_to_no_thread)
{
    apr_pool_t *own = cors_pool_create();
    pthread_t thread;

    atomic_store(&alive, 1);
    ck_assert_ptr_null(apr_pool_parent_get(own));
    for (int i = 0; i < 100; i++) {
        ck_assert_ptr_nonnull(apr_pcalloc(own, 1000));
    }
    apr_pool_cleanup_register(own, NULL, note_death, apr_pool_cleanup_null);
    ck_assert_int_eq(pthread_create(&thread, NULL, destroy, own), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

/* mod_http2's threads come and go, for as long as the server runs. */
static void *look_and_go(void *slot)
{
    (void)cors_slot_enter(slot);
    cors_slot_leave();
    return NULL;
}

static void let_come_and_go(cors_slot_t *slot, int n)
{
    for (int i = 0; i < n; i++) {
        pthread_t thread;

        ck_assert_int_eq(pthread_create(&thread, NULL, look_and_go, slot), 0);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    }
}

START_TEST(threads_that_come_and_go_leave_no_more_and_more_records)
{
    cors_slot_t *slot = make_slot();
    const cors_set_t *set = put(slot, "https://a");
    int made;

    let_come_and_go(slot, 1100);
    made = cors_slot_readers();
    ck_assert_ptr_eq(cors_slot_enter(slot), set);
    let_come_and_go(slot, 1100);
    ck_assert_int_eq(cors_slot_readers(), made);
    (void)put(slot, "https://b");
    let_come_and_go(slot, 10);
    support_same_number("still looked at", cors_slot_reclaim(slot), 1);
    ck_assert(has(set, "https://a"));
    cors_slot_leave();
    support_same_number("no longer", cors_slot_reclaim(slot), 0);
    ck_assert_int_eq(atomic_load(&alive), 1);
}
END_TEST

Suite *cors_suite_slot(void)
{
    Suite *suite = suite_create("slot");
    TCase *tests = support_case(suite, "slot");

    tcase_add_test(tests, an_empty_slot_has_no_set);
    tcase_add_test(tests, the_last_set_is_in_force);
    tcase_add_test(tests, a_set_that_is_looked_at_stays);
    tcase_add_loop_test(tests, no_other_set_stays_with_it, 0, 5);
    tcase_add_loop_test(tests, sets_go_with_the_pool_of_the_slot, 0, 4);
    tcase_add_test(tests, slots_do_not_mind_each_other);
    tcase_add_test(tests, every_thread_keeps_what_it_looks_at);
    tcase_add_test(tests, two_threads_look_at_the_same);
    tcase_add_test(tests,
                   threads_that_come_and_go_leave_no_more_and_more_records);
    tcase_add_test(tests, a_pool_of_its_own_belongs_to_no_thread);
    return suite;
}
