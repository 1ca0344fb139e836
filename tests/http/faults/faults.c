/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults: stands between httpd with its modules and the system (LD_PRELOAD),
 * and lets calls fail, or the process die in them, while a test says so.
 *
 * A fault happens while a file of its name is in the directory CORS_FAULTS.
 * Some are orders, NAME.0, NAME.1 and so on: whoever carries one out takes its
 * file away, so that as many processes are killed as there are files.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apr_shm.h>

static const char *path_of(char path[PATH_MAX], const char *fault)
{
    const char *directory = getenv("CORS_FAULTS");

    snprintf(path, PATH_MAX, "%s/%s", directory ? directory : "/nowhere",
             fault);
    return path;
}

static int happens(const char *fault)
{
    char path[PATH_MAX];
    const int before = errno;
    const int found = access(path_of(path, fault), F_OK) == 0;

    errno = before;
    return found;
}

/* Is there an order for this call? It is carried out, and is gone. */
static int is_ordered(const char *fault)
{
    enum { ORDERS_MAX = 10 };
    const int before = errno;
    int found = 0;

    for (int i = 0; i < ORDERS_MAX && !found; i++) {
        char path[PATH_MAX], numbered[64];

        snprintf(numbered, sizeof numbered, "%s.%d", fault, i);
        found = unlink(path_of(path, numbered)) == 0;
    }
    errno = before;
    return found;
}

static void die_if(const char *fault)
{
    if (is_ordered(fault)) {
        raise(SIGKILL);
    }
}

/* What would have been called without this. */
static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (found == NULL) {
        abort();
    }
    return found;
}

int memfd_create(const char *name, unsigned flags)
{
    int (*call)(const char *, unsigned) = next("memfd_create");

    if (happens("no-memfd")) {
        errno = ENOSYS;
        return -1;
    }
    return call(name, flags);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
    ssize_t (*call)(int, const void *, size_t, off64_t) = next("pwrite64");

    if (happens("disk-full")) {
        errno = ENOSPC;
        return -1;
    }
    if (is_ordered("killed-while-writing")) {
        (void)call(fd, bytes, len / 2, at);
        raise(SIGKILL);
    }
    return call(fd, bytes, len, at);
}

ssize_t pread64(int fd, void *bytes, size_t len, off64_t at)
{
    ssize_t (*call)(int, void *, size_t, off64_t) = next("pread64");
    const ssize_t n = call(fd, bytes, len, at);

    die_if("killed-while-reading");
    return n;
}

int fallocate64(int fd, int mode, off64_t at, off64_t len)
{
    int (*call)(int, int, off64_t, off64_t) = next("fallocate64");

    die_if("killed-when-written");
    return call(fd, mode, at, len);
}

/* Was it called by a library with this in its name? Libraries call themselves. */
static int is_called_by(void *return_address, const char *name)
{
    Dl_info caller;

    return dladdr(return_address, &caller) != 0
        && strstr(caller.dli_fname, name) != NULL;
}

/* A row cannot be had; the next time it can. */
int sqlite3_step(void *statement)
{
    void *library = dlopen("libsqlite3.so.0", RTLD_LAZY);
    int (*call)(void *) = dlsym(library, "sqlite3_step");

    return is_called_by(__builtin_return_address(0), "apr_dbd_sqlite3")
        && is_ordered("no-row") ? 1 : call(statement);
}

/* Large memory is for counters, small memory for lists. */
apr_status_t apr_shm_create(apr_shm_t **shm, apr_size_t size,
                            const char *file, apr_pool_t *p)
{
    apr_status_t (*call)(apr_shm_t **, apr_size_t, const char *,
                         apr_pool_t *) = next("apr_shm_create");

    if (is_called_by(__builtin_return_address(0), "mod_cors")
        && happens(size > 65536 ? "no-counters" : "no-lists")) {
        *shm = NULL;
        return ENOMEM;
    }
    return call(shm, size, file, p);
}
