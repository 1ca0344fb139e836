/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay: look at every file of a corpus once, without libFuzzer.
 *
 * usage: replay_<target> FILE ...
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

/* More than libFuzzer is told to make. */
enum { INPUT_MAX = 1 << 16 };

static int look_at(const char *path)
{
    static unsigned char bytes[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    unsigned char *exact;
    size_t len;

    if (file == NULL) {
        perror(path);
        return -1;
    }
    len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (len == sizeof bytes || (exact = malloc(len + 1)) == NULL) {
        fprintf(stderr, "%s: is too long\n", path);
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        exact[i] = bytes[i];
    }
    fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("there is nothing to look at\n", stderr);
        return EXIT_FAILURE;
    }
    for (int i = 1; i < argc; i++) {
        if (look_at(argv[i]) != 0) {
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
