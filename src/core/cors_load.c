/* SPDX-License-Identifier: Apache-2.0 */
#include "cors_load.h"

#include <string.h>

#include <apr_strings.h>

#include "cors_lint.h"
#include "cors_pool.h"

/* Long lines of a file are no reason for long lines in a log. */
enum { QUOTED_MAX = 200 };

void cors_load_begin(cors_load_t *load, cors_feed_t *feed,
                     cors_findings_t *findings)
{
    memset(load, 0, sizeof *load);
    load->feed = feed;
    load->findings = findings;
    load->at = *feed->at;
    if (feed->kind == CORS_FEED_FILE) {
        load->at.file = feed->spec;
        load->at.line = 0;
        load->at.directive = NULL;
    }
    load->own = cors_pool_create();
    if (load->own == NULL) {
        load->error = APR_ENOMEM;
        return;
    }
    load->set = cors_set_create(load->own);
}

/* How messages about a feed of this kind begin, and what they are about. */
typedef struct kind_t {
    cors_message_t message;
    const char *subject;  /* a line of a file has a place of its own instead */
    const char *unit;
} kind_t;

static const kind_t kinds[] = {
    [CORS_FEED_FILE] = {CORS_MSG_FILE_LINE, "", "line"},
    [CORS_FEED_QUERY] = {CORS_MSG_ROW, "CorsOriginsQuery: ", "row"},
};

static const kind_t *kind_of(const cors_load_t *load)
{
    return &kinds[load->feed->kind];
}

/* Is there room for one more finding? If not, it is only counted. */
static bool refuse(cors_load_t *load)
{
    load->refused++;
    return load->max_findings == 0
        || load->findings->nelts < load->max_findings;
}

static void refuse_pattern(cors_load_t *load, const char *text,
                           cors_pattern_fault_t fault)
{
    if (refuse(load)) {
        cors_findings_add(load->findings, kind_of(load)->message, &load->at,
                          "%s'%.*s' %s; write %s", kind_of(load)->subject,
                          QUOTED_MAX, text, cors_pattern_fault_text(fault),
                          cors_pattern_mend(fault, text,
                                            load->findings->pool));
    }
}

/* False where a policy that uses the feed may not have it. */
static bool is_permitted(cors_load_t *load, const cors_pattern_t *pattern)
{
    const unsigned hazards =
        cors_hazards_of_pattern(pattern) & load->feed->forbidden;

    if (hazards != 0 && refuse(load)) {
        const cors_match_t member = {.text = pattern->text, .at = load->at};

        cors_lint_forbidden(load->feed, &member, hazards, load->findings);
    }
    return hazards == 0;
}

static char *trim(char *text)
{
    char *end;

    text += strspn(text, " \t");
    end = text + strlen(text);
    while (end > text && strchr(" \t\r\n", end[-1]) != NULL) {
        end--;
    }
    *end = '\0';
    return text;
}

static void add(cors_load_t *load, const char *text)
{
    cors_pattern_t pattern;
    cors_pattern_fault_t fault = cors_pattern_parse(&pattern, text);

    if (fault != CORS_PATTERN_OK) {
        refuse_pattern(load, text, fault);
        return;
    }
    if (!is_permitted(load, &pattern) || load->error != APR_SUCCESS) {
        return;
    }
    if (!cors_set_add_copy(load->set, &pattern, &load->at)) {
        load->error = APR_ENOMEM;
    }
}

/* A line or row that is no text to begin with. */
static bool is_text(cors_load_t *load, const char *text, apr_size_t len)
{
    const kind_t *kind = kind_of(load);
    const char *what = strlen(text) != len && len <= CORS_LINE_MAX
                     ? "has a NUL byte" : "is too long";

    if (strlen(text) == len) {
        return true;
    }
    if (refuse(load)) {
        cors_findings_add(load->findings, kind->message, &load->at,
                          "%sthe %s '%.*s...' %s; write one origin pattern a "
                          "%s, as plain text of up to %d bytes",
                          kind->subject, kind->unit, QUOTED_MAX, text, what,
                          kind->unit, CORS_LINE_MAX);
    }
    return false;
}

static void take_line(cors_load_t *load, char *line, apr_size_t len)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";

    if (!is_text(load, line, len)) {
        return;
    }
    if (load->at.line == 1
        && strncmp(line, byte_order_mark, sizeof byte_order_mark - 1) == 0) {
        line += sizeof byte_order_mark - 1;
    }
    line = trim(line);
    if (*line != '\0') {
        add(load, line);
    }
}

void cors_load_row(cors_load_t *load, const char *text)
{
    const apr_size_t len = text != NULL ? strlen(text) : 0;
    char row[CORS_LINE_MAX + 1];

    apr_cpystrn(row, text != NULL ? text : "", sizeof row);
    if (is_text(load, row, len)) {
        add(load, trim(row));
    }
}

apr_status_t cors_load_lines(cors_load_t *load, cors_lines_t *lines)
{
    const bool has_lines = load->feed->kind == CORS_FEED_FILE;
    apr_status_t rv = load->error;
    apr_size_t len;
    char *line;

    while (load->error == APR_SUCCESS
           && (rv = cors_lines_next(lines, &line, &len)) == APR_SUCCESS) {
        load->at.line += has_lines;
        take_line(load, line, len);
        rv = load->error;
    }
    return rv == APR_EOF ? APR_SUCCESS : rv;
}

int cors_load_size(const cors_load_t *load)
{
    return load->set != NULL ? cors_set_size(load->set) : 0;
}

apr_status_t cors_load_leave(const cors_load_t *load, cors_copy_t *copy)
{
    /* A file's patterns on the lines where the file has them. */
    const bool has_lines = load->feed->kind == CORS_FEED_FILE;
    int line = 1;

    if (load->error != APR_SUCCESS) {
        return load->error;
    }
    cors_copy_begin(copy);
    for (int i = 0; i < cors_set_size(load->set); i++) {
        cors_pattern_t pattern;
        cors_match_t member;

        (void)cors_set_member(load->set, i, &pattern, &member);
        for (; has_lines && line < member.at.line; line++) {
            cors_copy_put(copy, "\n", 1);
        }
        cors_copy_put(copy, pattern.text, pattern.len);
        cors_copy_put(copy, "\n", 1);
        line++;
    }
    return cors_copy_commit(copy);
}

apr_status_t cors_load_finish(cors_load_t *load)
{
    const apr_status_t rv = load->error;

    if (rv != APR_SUCCESS) {
        cors_load_drop(load);
        return rv;
    }
    cors_set_seal(load->set);
    cors_slot_replace(load->feed->slot, load->set, load->own);
    return APR_SUCCESS;
}

void cors_load_drop(cors_load_t *load)
{
    if (load->own != NULL) {
        apr_pool_destroy(load->own);
    }
    load->own = NULL;
    load->set = NULL;
}
