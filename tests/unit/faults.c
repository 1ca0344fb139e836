/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

#include <errno.h>

#include <sys/types.h>

#include <apr_file_io.h>
#include <apr_time.h>
#include <check.h>

#include "cors_pool.h"

typedef struct plan_t {
    int calls;    /* until it happens; 0: never */
    bool goes_on;
    bool has_happened;
    int error;
    int calls_to_hook;
    void (*hook)(void);
} plan_t;

static plan_t plans[FAULTS];
static size_t most_written, most_read;
static bool is_pretending;
static int64_t pretended;

static void plan(fault_t fault, int nth, int error, bool goes_on)
{
    plans[fault].calls = nth;
    plans[fault].error = error;
    plans[fault].goes_on = goes_on;
    plans[fault].has_happened = false;
}

void faults_once(fault_t fault, int nth, int error)
{
    plan(fault, nth, error, false);
}

void faults_from(fault_t fault, int nth, int error)
{
    plan(fault, nth, error, true);
}

bool faults_happened(fault_t fault)
{
    return plans[fault].has_happened;
}

void faults_short_writes(size_t most)
{
    most_written = most;
}

void faults_begin_to_pretend(void)
{
    is_pretending = true;
    pretended = 0;
}

int64_t faults_end_to_pretend(void)
{
    is_pretending = false;
    return pretended;
}

void faults_short_reads(size_t most)
{
    most_read = most;
}

void faults_after(fault_t fault, int nth, void (*hook)(void))
{
    plans[fault].calls_to_hook = nth;
    plans[fault].hook = hook;
}

void faults_clear(void)
{
    for (int i = 0; i < FAULTS; i++) {
        plans[i].calls = 0;
        plans[i].calls_to_hook = 0;
    }
    most_written = most_read = 0;
    is_pretending = false;
}

/* Is this the call that fails? errno says why. */
static bool fails(fault_t fault)
{
    plan_t *p = &plans[fault];

    if (p->calls == 0 || --p->calls > 0) {
        return false;
    }
    p->calls = p->goes_on ? 1 : 0;
    p->has_happened = true;
    errno = p->error;
    return true;
}

/* It has done what it does. */
static void ends(fault_t fault)
{
    plan_t *p = &plans[fault];

    if (p->calls_to_hook > 0 && --p->calls_to_hook == 0) {
        p->hook();
    }
}

/* ------------------------------------------------------------------ blocks */

enum { BLOCKS_MAX = 1024 };

static struct {
    void *at;
    size_t size;
} blocks[BLOCKS_MAX];
static int n_blocks;

int faults_blocks(void)
{
    return n_blocks;
}

size_t faults_bytes(void)
{
    size_t bytes = 0;

    for (int i = 0; i < n_blocks; i++) {
        bytes += blocks[i].size;
    }
    return bytes;
}

static void note(void *block, size_t size)
{
    ck_assert_int_lt(n_blocks, BLOCKS_MAX);
    blocks[n_blocks].at = block;
    blocks[n_blocks].size = size;
    n_blocks++;
}

/* Its owner must know how large it is: the system is told so. */
static int find(const void *block, size_t size)
{
    int i = n_blocks - 1;

    while (i >= 0 && blocks[i].at != block) {
        i--;
    }
    ck_assert_msg(i >= 0, "a block that is not allocated");
    ck_assert_msg(blocks[i].size == size, "a block of %zu bytes, not of %zu",
                  blocks[i].size, size);
    return i;
}

void *__real_cors_block_alloc(size_t size);
void *__real_cors_block_resize(void *block, size_t old_size, size_t new_size);
void __real_cors_block_free(void *block, size_t size);
void *__wrap_cors_block_alloc(size_t size);
void *__wrap_cors_block_resize(void *block, size_t old_size, size_t new_size);
void __wrap_cors_block_free(void *block, size_t size);

void *__wrap_cors_block_alloc(size_t size)
{
    void *block = fails(FAULT_BLOCK) ? NULL : __real_cors_block_alloc(size);

    if (block != NULL) {
        note(block, size);
    }
    return block;
}

void *__wrap_cors_block_resize(void *block, size_t old_size, size_t new_size)
{
    const int i = find(block, old_size);
    void *moved = fails(FAULT_BLOCK) ? NULL : __real_cors_block_resize(
        block, old_size, new_size);

    if (moved != NULL) {
        blocks[i].at = moved;
        blocks[i].size = new_size;
    }
    return moved;
}

void __wrap_cors_block_free(void *block, size_t size)
{
    const int i = find(block, size);

    blocks[i] = blocks[--n_blocks];
    __real_cors_block_free(block, size);
}

/* ---------------------------------------------------------- system and APR */

apr_pool_t *__real_cors_pool_create(void);
apr_pool_t *__wrap_cors_pool_create(void);

apr_pool_t *__wrap_cors_pool_create(void)
{
    return fails(FAULT_POOL) ? NULL : __real_cors_pool_create();
}

int __real_memfd_create(const char *name, unsigned flags);
int __wrap_memfd_create(const char *name, unsigned flags);

int __wrap_memfd_create(const char *name, unsigned flags)
{
    return fails(FAULT_MEMFD) ? -1 : __real_memfd_create(name, flags);
}

/* With _FILE_OFFSET_BITS=64, which APR may ask for, they have other names. */
ssize_t __real_pwrite(int fd, const void *bytes, size_t len, int64_t at);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t len, int64_t at);
ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t len, int64_t at);
int __real_fallocate(int fd, int mode, int64_t at, int64_t len);
int __wrap_fallocate(int fd, int mode, int64_t at, int64_t len);
int __wrap_fallocate64(int fd, int mode, int64_t at, int64_t len);

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t len, int64_t at)
{
    if (fails(FAULT_WRITE)) {
        return -1;
    }
    if (is_pretending) {
        pretended = at + (int64_t)len > pretended ? at + (int64_t)len
                                                  : pretended;
        return (ssize_t)len;
    }
    return __real_pwrite(fd, bytes, most_written != 0 && most_written < len
                         ? most_written : len, at);
}

ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t len, int64_t at)
{
    return __wrap_pwrite(fd, bytes, len, at);
}

int __wrap_fallocate(int fd, int mode, int64_t at, int64_t len)
{
    return fails(FAULT_PUNCH) ? -1 : __real_fallocate(fd, mode, at, len);
}

int __wrap_fallocate64(int fd, int mode, int64_t at, int64_t len)
{
    return __wrap_fallocate(fd, mode, at, len);
}

apr_status_t __real_apr_file_read(apr_file_t *file, void *buffer,
                                  apr_size_t *len);
apr_status_t __wrap_apr_file_read(apr_file_t *file, void *buffer,
                                  apr_size_t *len);

apr_status_t __wrap_apr_file_read(apr_file_t *file, void *buffer,
                                  apr_size_t *len)
{
    apr_status_t rv;

    if (fails(FAULT_READ)) {
        return errno;
    }
    if (most_read != 0 && most_read < *len) {
        *len = most_read;
    }
    rv = __real_apr_file_read(file, buffer, len);
    ends(FAULT_READ);
    return rv;
}

apr_status_t __real_apr_stat(apr_finfo_t *info, const char *path,
                             apr_int32_t wanted, apr_pool_t *p);
apr_status_t __wrap_apr_stat(apr_finfo_t *info, const char *path,
                             apr_int32_t wanted, apr_pool_t *p);

apr_status_t __wrap_apr_stat(apr_finfo_t *info, const char *path,
                             apr_int32_t wanted, apr_pool_t *p)
{
    const apr_status_t rv = fails(FAULT_STAT)
                          ? errno : __real_apr_stat(info, path, wanted, p);

    ends(FAULT_STAT);
    return rv;
}

void __wrap_apr_sleep(apr_interval_time_t time);

void __wrap_apr_sleep(apr_interval_time_t time)
{
    (void)time;
    ends(FAULT_SLEEP);
}
