/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_line: one directive of a configuration while it is parsed.
 *
 * What all directives share: where they stand, their arguments, and what
 * happens to faults. In httpd's own files faults are collected in the registry
 * and reading goes on; in .htaccess, the first one makes httpd answer 500.
 */
#ifndef CORS_LINE_H
#define CORS_LINE_H

#include <httpd.h>
#include <http_config.h>

#include "cors_conf.h"

struct cors_row_t;

typedef struct cors_line_t {
    cmd_parms *cmd;
    cors_policy_t *policy;
    const struct cors_row_t *row;
    const cors_place_t *at;
    int argc;
    const char *const *argv;     /* in the configuration's pool */
    cors_findings_t *findings;
    const char *failed;          /* httpd's own fault with a line of a section */
} cors_line_t;

typedef void cors_setter_t(cors_line_t *line);

/* A word that a directive knows, and what it stands for. */
typedef struct cors_word_t {
    const char *word;
    int value;
} cors_word_t;

enum { CORS_ARGS_MANY = -1 };

/* How a directive is parsed; the info pointer of its command record. */
typedef struct cors_row_t {
    cors_setter_t *set;
    int min_args, max_args;    /* CORS_ARGS_MANY: no upper limit */
    apr_size_t offset;         /* of what it sets in cors_policy_t */
    const cors_word_t *words;  /* ended by a NULL word */
    int min, max;              /* of a number, or a list's kind in min */
    bool not_in_htaccess;
    bool global_only;          /* outside of any section and virtual host */
    bool is_section;           /* <CorsOrigin>: arguments end with a ">" */
    bool in_rule;              /* may stand in <CorsOrigin> */
} cors_row_t;

/* The command handler of every directive: RAW_ARGS, with a row as info. */
const char *cors_line_take(cmd_parms *cmd, void *policy, const char *args);

/* Note a fault; the directive's name is put in front. */
void cors_line_fault(cors_line_t *line, cors_message_t id, const char *fmt,
                     ...) __attribute__((format(printf, 3, 4)));

#endif
