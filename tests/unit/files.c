/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <apr_strings.h>

char files_directory[] = "/tmp/cors-unit-XXXXXX";
char files_path[64];

const char *files_other(const char *name)
{
    static char other[64];

    (void)apr_snprintf(other, sizeof other, "%s/%s", files_directory, name);
    return other;
}

static void make_directory(void)
{
    strcpy(files_directory + strlen(files_directory) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(files_directory));
    (void)apr_snprintf(files_path, sizeof files_path, "%s/x.origins",
                       files_directory);
}

/* What a test that failed has left is removed as well. */
static void remove_directory(void)
{
    const struct dirent *entry;
    DIR *listing;

    (void)chmod(files_directory, 0700);
    listing = opendir(files_directory);
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        if (entry->d_name[0] != '.') {
            (void)remove(files_other(entry->d_name));
        }
    }
    if (listing != NULL) {
        (void)closedir(listing);
    }
    (void)rmdir(files_directory);
}

void files_add_directory(TCase *tests)
{
    tcase_add_unchecked_fixture(tests, make_directory, remove_directory);
}

void files_write(const char *bytes, size_t len)
{
    /* Beside the old one, so that it cannot have its inode. */
    char fresh[sizeof files_path + 4];
    FILE *file;

    apr_snprintf(fresh, sizeof fresh, "%s.new", files_path);
    ck_assert_ptr_nonnull(file = fopen(fresh, "wb"));
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
    (void)rmdir(files_path);
    ck_assert_int_eq(rename(fresh, files_path), 0);
}

int files_count(void)
{
    DIR *listing = opendir(files_directory);
    const struct dirent *entry;
    int n = 0;

    ck_assert_ptr_nonnull(listing);
    while ((entry = readdir(listing)) != NULL) {
        n += entry->d_name[0] != '.';
    }
    (void)closedir(listing);
    return n;
}

int files_descriptors(void)
{
    int n = 0;

    for (int fd = 0; fd < 1024; fd++) {
        n += fcntl(fd, F_GETFD) != -1;
    }
    return n;
}

int files_next_descriptor(int more)
{
    const int fd = fcntl(0, F_DUPFD, 0);
    int next = fd;

    ck_assert_int_ge(fd, 0);
    if (more > 0) {
        next = files_next_descriptor(more - 1);
    }
    (void)close(fd);
    return next;
}
