/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_copy: the last good content of a list from outside, shared by all
 * processes of a server.
 *
 * One process reads the file or asks the database, and leaves here what is
 * good of it, one pattern a line; the others, and those born later, read this.
 * So all have the same list, also when the file is gone or the database down.
 *
 * All copies of a server are in one file without a name. Each has two places in
 * it, the present content in one while the other is written; a generation, in
 * shared memory, says which. Nothing is in force before it is complete,
 * whenever the writer is killed.
 */
#ifndef CORS_COPY_H
#define CORS_COPY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <apr_pools.h>

#include "cors_lines.h"

/* Of the copy, what must be in memory that the processes share; zeroed. */
typedef struct cors_copy_shared_t {
    _Atomic uint32_t generation;  /* 0: nothing has been written yet */
    _Atomic uint64_t length[2];   /* of the content of each place, in bytes */
} cors_copy_shared_t;

typedef struct cors_copies_t cors_copies_t;
typedef struct cors_copy_t cors_copy_t;

/* A place is so large, for seven million origins of 36 bytes; only what is
 * written of it takes memory. */
#define CORS_COPY_MAX (UINT64_C(1) << 28)

/* Where reading is. */
typedef struct cors_copy_reader_t {
    const cors_copy_t *copy;
    uint32_t generation;
    uint64_t at, length;
} cors_copy_reader_t;

/*
 * Make the file before processes are forked: they inherit it. It is closed when
 * p goes, from which *copies is.
 */
apr_status_t cors_copies_create(cors_copies_t **copies, apr_pool_t *p);

/*
 * The copy of this number, from 0; empty. From p, and shared must live as long.
 */
cors_copy_t *cors_copy_create(const cors_copies_t *copies, int number,
                              cors_copy_shared_t *shared, apr_pool_t *p);

/* The generation of the present content; 0: none yet. Any process. */
uint32_t cors_copy_generation(const cors_copy_t *copy);

/*
 * Become the one process that may write; false if another is. The system ends
 * it when the process ends. Not for two threads of one process.
 */
bool cors_copy_lock(cors_copy_t *copy);
void cors_copy_unlock(cors_copy_t *copy);

/*
 * Take one of so many turns at what the processes of a server should not do all
 * at once; -1 if none is free. Ended with its number, or with the process. Not
 * for two threads of one process.
 */
int cors_copies_take_turn(const cors_copies_t *copies, int turns);
void cors_copies_end_turn(const cors_copies_t *copies, int turn);

/*
 * Write new content, with the lock: begin, put, and then either commit or
 * abandon. Errors are kept until commit, which returns the first.
 */
void cors_copy_begin(cors_copy_t *copy);
void cors_copy_put(cors_copy_t *copy, const char *bytes, apr_size_t len);
apr_status_t cors_copy_commit(cors_copy_t *copy);
void cors_copy_abandon(cors_copy_t *copy);

/*
 * Read the present content, with cors_copy_read as a cors_read_t and the reader
 * as its argument. What was read is worth nothing unless
 * cors_copy_was_current says so at the end: it may have been replaced.
 */
void cors_copy_open(const cors_copy_t *copy, cors_copy_reader_t *reader);
apr_status_t cors_copy_read(void *data, char *buffer, apr_size_t *len);
bool cors_copy_was_current(const cors_copy_reader_t *reader);

/*
 * The present content in a file of its own, without a name; -1 if there is none
 * or it cannot be made. The caller closes the descriptor.
 */
int cors_copy_save(const cors_copy_t *copy, apr_pool_t *ptemp);

#endif
