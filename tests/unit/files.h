/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files: a directory for the tests of a case, made and removed by the parent
 * process, and what they do to the files in it.
 */
#ifndef CORS_TEST_FILES_H
#define CORS_TEST_FILES_H

#include <stddef.h>

#include <check.h>

/* The directory, and the file in it that the tests are about, which may be
 * anything, or not be there. */
extern char files_directory[];
extern char files_path[];

/* Another name in the directory; for one use at a time. */
const char *files_other(const char *name);

/* Give the tests of a case a directory. */
void files_add_directory(TCase *tests);

/* A new file with these bytes in place of the file. */
void files_write(const char *bytes, size_t len);

/* How many names there are in the directory. */
int files_count(void);

/* How many descriptors this process has open. */
int files_descriptors(void);

/* The number that a descriptor gets when so many more have been opened. */
int files_next_descriptor(int more);

#endif
