/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_message.h"

typedef struct row_t {
    cors_message_t id;
    cors_severity_t severity;
    const char *meaning;
} row_t;

static const row_t rows[] = {
#define X(identifier, number, severity, meaning)                               \
    {identifier, severity, meaning},
    CORS_MESSAGES(X)
#undef X
};

static const row_t *find(cors_message_t id)
{
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].id == id) {
            return &rows[i];
        }
    }
    return 0;
}

cors_severity_t cors_message_severity(cors_message_t id)
{
    const row_t *row = find(id);

    return row ? row->severity : CORS_ERROR;
}

const char *cors_message_meaning(cors_message_t id)
{
    const row_t *row = find(id);

    return row ? row->meaning : "";
}
