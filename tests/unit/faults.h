/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults: calls of the core that fail when a test says so.
 *
 * The Makefile links the unit tests with --wrap for the functions that
 * faults.c stands in front of. Without a fault they do what they always do,
 * and blocks are counted: every test ends with none (support.c).
 */
#ifndef CORS_TEST_FAULTS_H
#define CORS_TEST_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum fault_t {
    FAULT_BLOCK,     /* cors_block_alloc, cors_block_resize: NULL */
    FAULT_POOL,      /* cors_pool_create: NULL */
    FAULT_MEMFD,     /* memfd_create */
    FAULT_WRITE,     /* pwrite */
    FAULT_PUNCH,     /* fallocate */
    FAULT_STAT,      /* apr_stat */
    FAULT_READ,      /* apr_file_read */
    FAULT_SLEEP,     /* apr_sleep, which takes no time; it cannot fail */
    FAULTS           /* how many */
} fault_t;

/* The nth call from now (1: the next) fails with this errno, once. */
void faults_once(fault_t fault, int nth, int error);

/* The same, and all after it. */
void faults_from(fault_t fault, int nth, int error);

/* Has it happened, since it was planned? */
bool faults_happened(fault_t fault);

/* Each pwrite writes so many bytes at most; 0: as many as it is given. */
void faults_short_writes(size_t most);

/*
 * From now on pwrite says that it has written, and does not; returned, once it
 * is over, is where the last of the bytes would have been.
 */
void faults_begin_to_pretend(void);
int64_t faults_end_to_pretend(void);

/* Each apr_file_read reads so many bytes at most; 0: as many as it may. */
void faults_short_reads(size_t most);

/* Called once, when the nth such call from now has done what it does. */
void faults_after(fault_t fault, int nth, void (*hook)(void));

/* Nothing fails any more. */
void faults_clear(void);

/* The blocks that are allocated now, and how large they are together. */
int faults_blocks(void);
size_t faults_bytes(void);

#endif
