/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE  /* memfd_create */
#endif

#include "cors_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

#include <apr_file_io.h>
#include <apr_portable.h>
#include <apr_strings.h>

struct cors_copy_t {
    cors_copy_shared_t *shared;
    int files[2];            /* generation n is in files[n % 2] */
    uint64_t written;        /* by cors_copy_put, into the other */
    apr_status_t error;      /* the first since cors_copy_begin */
    apr_size_t used;         /* of the buffer */
    char buffer[16 * 1024];
};

static apr_status_t close_files(void *data)
{
    cors_copy_t *copy = data;

    for (int i = 0; i < 2; i++) {
        if (copy->files[i] >= 0) {
            (void)close(copy->files[i]);
        }
    }
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

apr_status_t cors_copy_create(cors_copy_t **copy, cors_copy_shared_t *shared,
                              apr_pool_t *p)
{
    cors_copy_t *made = apr_pcalloc(p, sizeof *made);
    apr_status_t rv;

    made->shared = shared;
    made->files[0] = made->files[1] = -1;
    apr_pool_cleanup_register(p, made, close_files, apr_pool_cleanup_null);
    if ((rv = make_file(&made->files[0], p)) == APR_SUCCESS) {
        rv = make_file(&made->files[1], p);
    }
    *copy = made;
    return rv;
}

uint32_t cors_copy_generation(const cors_copy_t *copy)
{
    return atomic_load(&copy->shared->generation);
}

/* --------------------------------------------------------------------- lock */

static bool set_lock(cors_copy_t *copy, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};

    return fcntl(copy->files[0], F_SETLK, &lock) == 0;
}

bool cors_copy_lock(cors_copy_t *copy)
{
    return set_lock(copy, F_WRLCK);
}

void cors_copy_unlock(cors_copy_t *copy)
{
    (void)set_lock(copy, F_UNLCK);
}

/* ------------------------------------------------------------------ writing */

/* The file that the next generation goes to. */
static int next_file(const cors_copy_t *copy)
{
    return copy->files[(cors_copy_generation(copy) + 1) % 2];
}

static apr_status_t write_at(int fd, const char *bytes, apr_size_t len,
                             uint64_t at)
{
    while (len > 0) {
        const ssize_t n = pwrite(fd, bytes, len, (off_t)at);

        if (n < 0 && errno != EINTR) {
            return errno;
        }
        if (n > 0) {
            bytes += n;
            len -= (apr_size_t)n;
            at += (uint64_t)n;
        }
    }
    return APR_SUCCESS;
}

static void flush(cors_copy_t *copy)
{
    if (copy->error == APR_SUCCESS) {
        copy->error = write_at(next_file(copy), copy->buffer, copy->used,
                               copy->written);
        copy->written += copy->used;
    }
    copy->used = 0;
}

static apr_status_t empty(int fd)
{
    return ftruncate(fd, 0) == 0 ? APR_SUCCESS : errno;
}

void cors_copy_begin(cors_copy_t *copy)
{
    copy->used = 0;
    copy->written = 0;
    copy->error = empty(next_file(copy));
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
    const uint32_t generation = cors_copy_generation(copy) + 1;

    flush(copy);
    if (copy->error != APR_SUCCESS) {
        cors_copy_abandon(copy);
        return copy->error;
    }
    atomic_store(&copy->shared->length[generation % 2], copy->written);
    /* 0 means that there is no content. */
    atomic_store(&copy->shared->generation,
                 generation != 0 ? generation : 2);
    /* Who still reads the old content will see that it is no longer current. */
    (void)empty(next_file(copy));
    return APR_SUCCESS;
}

void cors_copy_abandon(cors_copy_t *copy)
{
    (void)empty(next_file(copy));
}

/* ------------------------------------------------------------------ reading */

void cors_copy_open(const cors_copy_t *copy, cors_copy_reader_t *reader)
{
    /* The length of a generation stands until the one after the next. */
    reader->copy = copy;
    reader->at = 0;
    reader->generation = cors_copy_generation(copy);
    reader->length = atomic_load(&copy->shared->length[reader->generation % 2]);
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
        n = pread(reader->copy->files[reader->generation % 2], buffer, *len,
                  (off_t)reader->at);
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
           && (rv = write_at(fd, buffer, len, reader.at - len))
              == APR_SUCCESS) {
        len = sizeof buffer;
    }
    if (rv != APR_EOF || !cors_copy_was_current(&reader)) {
        (void)close(fd);
        return -1;
    }
    return fd;
}
