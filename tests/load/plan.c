/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_text(FILE *file, size_t len)
{
    char *text = calloc(1, len + 1);

    if (text != NULL && fread(text, 1, len, file) != len) {
        free(text);
        return NULL;
    }
    return text;
}

static bool read_entry(entry_t *entry, FILE *file)
{
    entry->request = read_text(file, entry->request_len);
    if (entry->request == NULL || entry->weight < 1 || entry->n_answers < 1
        || entry->n_answers > ANSWERS_MAX) {
        return false;
    }
    entry->is_numbered = strstr(entry->request, NUMBER) != NULL;
    for (int i = 0; i < entry->n_answers; i++) {
        size_t len;

        if (fscanf(file, "%zu", &len) != 1 || fgetc(file) != '\n'
            || (entry->answers[i] = read_text(file, len)) == NULL) {
            return false;
        }
    }
    return true;
}

bool plan_read(plan_t *plan, const char *path)
{
    FILE *file = fopen(path, "rb");
    bool is_good = file != NULL;

    while (is_good && plan->n < ENTRIES_MAX) {
        entry_t *entry = &plan->entries[plan->n];

        if (fscanf(file, " %63s %d %zu %d", entry->name, &entry->weight,
                   &entry->request_len, &entry->n_answers) != 4) {
            break;
        }
        is_good = fgetc(file) == '\n' && read_entry(entry, file);
        plan->weights += entry->weight;
        plan->n++;
    }
    is_good = is_good && plan->n > 0 && feof(file);
    if (file != NULL) {
        (void)fclose(file);
    }
    return is_good;
}

entry_t *plan_draw(plan_t *plan, unsigned lot)
{
    int left = (int)(lot % (unsigned)plan->weights);
    int i = 0;

    while (left >= plan->entries[i].weight) {
        left -= plan->entries[i++].weight;
    }
    return &plan->entries[i];
}

void plan_number(char *to, const char *text, size_t len,
                 const char number[NUMBER_LEN])
{
    memcpy(to, text, len);
    to[len] = '\0';
    while ((to = strstr(to, NUMBER)) != NULL) {
        memcpy(to, number, NUMBER_LEN);
    }
}

int entry_match(const entry_t *entry, const char *text,
                const char number[NUMBER_LEN])
{
    for (int i = 0; i < entry->n_answers; i++) {
        char expected[4096];
        const size_t len = strlen(entry->answers[i]);

        if (len < sizeof expected) {
            plan_number(expected, entry->answers[i], len, number);
            if (strcmp(expected, text) == 0) {
                return i;
            }
        }
    }
    return -1;
}
