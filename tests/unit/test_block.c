/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE  /* mincore */
#endif

#include "suites.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <sys/mman.h>

#include <apr_strings.h>

#include "cors_block.h"
#include "faults.h"
#include "support.h"

#define KB ((size_t)1024)

/* Around where malloc ends and mappings begin, and around pages. */
static const size_t sizes[] = {
    1, 100, 4 * KB, 64 * KB - 1, 64 * KB, 64 * KB + 1, 68 * KB, 1024 * KB,
    3000 * KB + 7,
};

static unsigned char byte_at(size_t i, size_t size)
{
    return (unsigned char)(i * 31 + size + 1);
}

static void fill(unsigned char *block, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        block[i] = byte_at(i, size);
    }
}

/* Are the first n bytes those that a block of this size was filled with? */
static void check_filled(const char *name, const unsigned char *block,
                         size_t n, size_t size)
{
    for (size_t i = 0; i < n; i++) {
        if (block[i] != byte_at(i, size)) {
            ck_abort_msg("%s: byte %zu of %zu has changed", name, i, size);
        }
    }
}

START_TEST(blocks_are_zeroed)
{
    const size_t size = sizes[_i];

    for (int round = 0; round < 3; round++) {
        unsigned char *block = cors_block_alloc(size);

        ck_assert_ptr_nonnull(block);
        ck_assert_uint_eq(block[0], 0);
        ck_assert_int_eq(memcmp(block, block + 1, size - 1), 0);
        fill(block, size);
        cors_block_free(block, size);
    }
}
END_TEST

START_TEST(a_resized_block_keeps_its_bytes)
{
    const size_t from = sizes[_i / ROWS(sizes)], to = sizes[_i % ROWS(sizes)];
    const char *name = apr_psprintf(pool, "%" APR_SIZE_T_FMT " to %"
                                    APR_SIZE_T_FMT " bytes", from, to);
    unsigned char *block = cors_block_alloc(from);

    fill(block, from);
    block = cors_block_resize(block, from, to);
    ck_assert_ptr_nonnull(block);
    check_filled(name, block, from < to ? from : to, from);
    fill(block, to);
    block = cors_block_resize(block, to, from);
    ck_assert_ptr_nonnull(block);
    check_filled(name, block, from < to ? from : to, to);
    cors_block_free(block, from);
}
END_TEST

static bool is_mapped(void *block, size_t size)
{
    unsigned char pages[1024];

    return mincore(block, size, pages) == 0 || errno != ENOMEM;
}

START_TEST(large_blocks_go_back_at_once)
{
    unsigned char *block = cors_block_alloc(1024 * KB);

    ck_assert(is_mapped(block, 1024 * KB));
    cors_block_free(block, 1024 * KB);
    ck_assert(!is_mapped(block, 1024 * KB));
}
END_TEST

START_TEST(so_does_what_a_block_shrinks_by)
{
    unsigned char *block = cors_block_alloc(1024 * KB);

    block = cors_block_resize(block, 1024 * KB, 128 * KB);
    ck_assert(is_mapped(block, 128 * KB));
    ck_assert(!is_mapped(block + 128 * KB, 896 * KB));
    cors_block_free(block, 128 * KB);
}
END_TEST

START_TEST(and_what_a_block_leaves_behind)
{
    unsigned char *large = cors_block_alloc(1024 * KB);
    unsigned char *small = cors_block_resize(large, 1024 * KB, 4 * KB);

    ck_assert(!is_mapped(large, 1024 * KB));
    cors_block_free(small, 4 * KB);
}
END_TEST

START_TEST(a_block_that_cannot_grow_is_what_it_was)
{
    const size_t size = sizes[_i], too_much = SIZE_MAX / 4;
    unsigned char *block = cors_block_alloc(size);

    fill(block, size);
    ck_assert_ptr_null(cors_block_alloc(too_much));
    ck_assert_ptr_null(cors_block_resize(block, size, too_much));
    check_filled("not grown", block, size, size);
    cors_block_free(block, size);
}
END_TEST

Suite *cors_suite_block(void)
{
    Suite *suite = suite_create("block");
    TCase *tests = support_case(suite, "block");

    tcase_add_loop_test(tests, blocks_are_zeroed, 0, ROWS(sizes));
    tcase_add_loop_test(tests, a_resized_block_keeps_its_bytes, 0,
                        ROWS(sizes) * ROWS(sizes));
    tcase_add_test(tests, large_blocks_go_back_at_once);
    tcase_add_test(tests, so_does_what_a_block_shrinks_by);
    tcase_add_test(tests, and_what_a_block_leaves_behind);
    tcase_add_loop_test(tests, a_block_that_cannot_grow_is_what_it_was, 0,
                        ROWS(sizes));
    return suite;
}
