/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look: a feed of the file files_path, as a running server has it: looked at
 * again and again, and taken from the copy.
 */
#ifndef CORS_TEST_LOOK_H
#define CORS_TEST_LOOK_H

#include "cors_feed_file.h"

/* Of the test that runs. The findings and the tally are of the last look. */
extern cors_feed_t *look_feed;
extern cors_copy_t *look_copy;
extern cors_findings_t *look_findings;
extern cors_tally_t look_tally;

/* Begin, without a file having been read. */
void look_begin(void);

/* Begin, with what is in the file now. */
void look_read(void);

/*
 * Look, and return what is seen in a word: "same", "refused", "unsettled",
 * "loaded", "bad" or "failed". What is then in the copy, if it is new, is put
 * in force; the test fails if it is new and not "loaded", or if blocks of
 * memory are left over. Faults are for the look alone, and then cleared.
 */
const char *look(void);

/* What is in force, with lines; NULL for no list. */
const char *look_members(void);

/* The text of the ith finding of the last look; NULL: there are fewer. */
const char *look_finding(int i);

/* A new file with this text, which nobody could take for the one before. */
void look_put(const char *text);

/* Give it times that no file had before: clocks are coarse. */
void look_stamp(const char *path);

#endif
