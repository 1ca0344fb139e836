/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE  /* memfd_create, fallocate */
#endif
#define _FILE_OFFSET_BITS 64  /* on 32-bit systems too: see place_of */

#include "cors_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

#include <apr_file_io.h>
#include <apr_portable.h>
#include <apr_strings.h>

struct cors_copies_t {
    int fd;
};

struct cors_copy_t {
    const cors_copies_t *copies;
    int number;
    cors_copy_shared_t *shared;
    uint64_t written;        /* by cors_copy_put, for the next generation */
    apr_status_t error;      /* the first since cors_copy_begin */
    apr_size_t used;         /* of the buffer */
    char buffer[4096];
};

static apr_status_t close_file(void *data)
{
    const cors_copies_t *copies = data;

    (void)close(copies->fd);
    return APR_SUCCESS;
}

/* A file that nobody else can open, and that goes with its last descriptor. */
static apr_status_t make_file(int *fd, apr_pool_t *p)
{
    const char *directory;
    char *name;
    apr_file_t *file;
    apr_status_t rv;

#ifdef MFD_CLOEXEC
    *fd = memfd_create("mod_cors", MFD_CLOEXEC);
    if (*fd >= 0) {
        return APR_SUCCESS;
    }
    if (errno != ENOSYS && errno != EPERM && errno != EACCES) {
        return errno;
    }
#endif
    rv = apr_temp_dir_get(&directory, p);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    name = apr_pstrcat(p, directory, "/mod_cors.XXXXXX", NULL);
    rv = apr_file_mktemp(&file, name,
                         APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_READ
                         | APR_FOPEN_WRITE, p);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    (void)apr_file_remove(name, p);
    (void)apr_os_file_get(fd, file);
    *fd = fcntl(*fd, F_DUPFD_CLOEXEC, 0);
    rv = *fd >= 0 ? APR_SUCCESS : errno;
    (void)apr_file_close(file);
    return rv;
}

apr_status_t cors_copies_create(cors_copies_t **copies, apr_pool_t *p)
{
    cors_copies_t *made = apr_pcalloc(p, sizeof *made);
    apr_status_t rv = make_file(&made->fd, p);

    if (rv == APR_SUCCESS) {
        apr_pool_cleanup_register(p, made, close_file, apr_pool_cleanup_null);
    }
    *copies = made;
    return rv;
}

cors_copy_t *cors_copy_create(const cors_copies_t *copies, int number,
                              cors_copy_shared_t *shared, apr_pool_t *p)
{
    cors_copy_t *copy = apr_pcalloc(p, sizeof *copy);

    copy->copies = copies;
    copy->number = number;
    copy->shared = shared;
    return copy;
}

_Static_assert(sizeof(off_t) == sizeof(uint64_t), "places would overlap");

/* Where the generation's content begins in the file; 1 at the beginning. */
static off_t place_of(const cors_copy_t *copy, uint32_t generation)
{
    return (off_t)(((uint64_t)copy->number * 2 + (generation + 1) % 2)
                   * CORS_COPY_MAX);
}

uint32_t cors_copy_generation(const cors_copy_t *copy)
{
    return atomic_load(&copy->shared->generation);
}

/* --------------------------------------------------------------------- lock */

/* Of the file, the byte at the number of a copy, or after all of them. */
#define TURNS_AT ((off_t)1 << 40)

static bool set_lock(const cors_copies_t *copies, off_t at, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = at,
                         .l_len = 1};

    return fcntl(copies->fd, F_SETLK, &lock) == 0;
}

bool cors_copy_lock(cors_copy_t *copy)
{
    return set_lock(copy->copies, copy->number, F_WRLCK);
}

void cors_copy_unlock(cors_copy_t *copy)
{
    (void)set_lock(copy->copies, copy->number, F_UNLCK);
}

int cors_copies_take_turn(const cors_copies_t *copies, int turns)
{
    for (int i = 0; i < turns; i++) {
        if (set_lock(copies, TURNS_AT + i, F_WRLCK)) {
            return i;
        }
    }
    return -1;
}

void cors_copies_end_turn(const cors_copies_t *copies, int turn)
{
    (void)set_lock(copies, TURNS_AT + turn, F_UNLCK);
}

/* ------------------------------------------------------------------ writing */

static apr_status_t write_at(int fd, const char *bytes, apr_size_t len,
                             off_t at)
{
    while (len > 0) {
        const ssize_t n = pwrite(fd, bytes, len, at);

        if (n < 0 && errno != EINTR) {
            return errno;
        }
        if (n > 0) {
            bytes += n;
            len -= (apr_size_t)n;
            at += n;
        }
    }
    return APR_SUCCESS;
}

static void flush(cors_copy_t *copy)
{
    const off_t place = place_of(copy, cors_copy_generation(copy) + 1);

    if (copy->written + copy->used > CORS_COPY_MAX) {
        copy->error = EFBIG;
    }
    if (copy->error == APR_SUCCESS) {
        copy->error = write_at(copy->copies->fd, copy->buffer, copy->used,
                               place + (off_t)copy->written);
        copy->written += copy->used;
    }
    copy->used = 0;
}

/* Give back what the place of a generation takes, where the system can; it
 * would be overwritten otherwise. */
static void empty(const cors_copy_t *copy, uint32_t generation)
{
#ifdef FALLOC_FL_PUNCH_HOLE
    (void)fallocate(copy->copies->fd,
                    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    place_of(copy, generation), (off_t)CORS_COPY_MAX);
#else
    (void)copy;
    (void)generation;
#endif
}

void cors_copy_begin(cors_copy_t *copy)
{
    copy->used = 0;
    copy->written = 0;
    copy->error = APR_SUCCESS;
}

void cors_copy_put(cors_copy_t *copy, const char *bytes, apr_size_t len)
{
    while (len > 0) {
        const apr_size_t room = sizeof copy->buffer - copy->used;
        const apr_size_t n = len < room ? len : room;

        memcpy(copy->buffer + copy->used, bytes, n);
        copy->used += n;
        bytes += n;
        len -= n;
        if (copy->used == sizeof copy->buffer) {
            flush(copy);
        }
    }
}

apr_status_t cors_copy_commit(cors_copy_t *copy)
{
    const uint32_t present = cors_copy_generation(copy);
    /* 0 means that there is no content. */
    const uint32_t next = present + 1 != 0 ? present + 1 : 2;

    flush(copy);
    if (copy->error != APR_SUCCESS) {
        cors_copy_abandon(copy);
        return copy->error;
    }
    atomic_store(&copy->shared->length[next % 2], copy->written);
    atomic_store(&copy->shared->generation, next);
    /* Who still reads the old content will see that it is no longer current. */
    empty(copy, present);
    return APR_SUCCESS;
}

void cors_copy_abandon(cors_copy_t *copy)
{
    empty(copy, cors_copy_generation(copy) + 1);
}

/* ------------------------------------------------------------------ reading */

void cors_copy_open(const cors_copy_t *copy, cors_copy_reader_t *reader)
{
    /* The length of a generation stands until the one after the next. */
    reader->copy = copy;
    reader->at = 0;
    reader->generation = cors_copy_generation(copy);
    reader->length = atomic_load(&copy->shared->length[reader->generation % 2]);
    if (reader->length > CORS_COPY_MAX) {
        reader->length = CORS_COPY_MAX;
    }
}

apr_status_t cors_copy_read(void *data, char *buffer, apr_size_t *len)
{
    cors_copy_reader_t *reader = data;
    const uint64_t left = reader->length - reader->at;
    ssize_t n;

    if (left < *len) {
        *len = (apr_size_t)left;
    }
    do {
        n = pread(reader->copy->copies->fd, buffer, *len,
                  place_of(reader->copy, reader->generation)
                  + (off_t)reader->at);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return errno;
    }
    *len = (apr_size_t)n;
    reader->at += (uint64_t)n;
    return n > 0 ? APR_SUCCESS : APR_EOF;
}

bool cors_copy_was_current(const cors_copy_reader_t *reader)
{
    return reader->at == reader->length
        && cors_copy_generation(reader->copy) == reader->generation;
}

int cors_copy_save(const cors_copy_t *copy, apr_pool_t *ptemp)
{
    cors_copy_reader_t reader;
    char buffer[4096];
    apr_size_t len = sizeof buffer;
    apr_status_t rv;
    int fd;

    cors_copy_open(copy, &reader);
    if (reader.generation == 0 || make_file(&fd, ptemp) != APR_SUCCESS) {
        return -1;
    }
    while ((rv = cors_copy_read(&reader, buffer, &len)) == APR_SUCCESS
           && (rv = write_at(fd, buffer, len,
                            (off_t)(reader.at - len)))
              == APR_SUCCESS) {
        len = sizeof buffer;
    }
    if (rv != APR_EOF || !cors_copy_was_current(&reader)) {
        (void)close(fd);
        return -1;
    }
    return fd;
}
