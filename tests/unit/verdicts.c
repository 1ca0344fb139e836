/* SPDX-License-Identifier: Apache-2.0 */
#include "verdicts.h"

#include <string.h>

#include <apr_strings.h>

#include "support.h"

static const char *refused_text(const cors_verdict_t *verdict,
                                const char *origin)
{
    const char *text;

    if (verdict->refused.text == NULL) {
        return "";
    }
    text = apr_pstrmemdup(pool, verdict->refused.text, verdict->refused.len);
    return origin != NULL && strcmp(text, origin) == 0
         ? ", refusing its origin"
         : apr_psprintf(pool, ", refusing '%s'", text);
}

static const char *outcome_text(const cors_verdict_t *verdict)
{
    if (verdict->kind != CORS_KIND_ACTUAL
        && verdict->kind != CORS_KIND_PREFLIGHT) {
        return verdict->is_allowed ? " allowed" : "";
    }
    return verdict->is_allowed ? " allowed" : " denied";
}

const char *verdicts_text(const cors_verdict_t *verdict, const char *origin)
{
    const char *kind = cors_kind_slug(verdict->kind);
    const char *slug = cors_reason_slug(verdict->reason);
    char *text = apr_pstrcat(
        pool, kind ? kind : "none", outcome_text(verdict), slug ? ": " : "",
        slug ? slug : "", NULL);

    if (verdict->at != NULL) {
        text = apr_psprintf(pool, "%s by %s:%d", text, verdict->at->directive,
                            verdict->at->line);
    }
    if (verdict->match.text != NULL) {
        text = apr_psprintf(pool, "%s for '%s'", text, verdict->match.text);
    }
    text = apr_pstrcat(pool, text, refused_text(verdict, origin), "\n", NULL);
    for (int i = 0; i < verdict->n_headers; i++) {
        text = apr_pstrcat(pool, text, verdict->headers[i].name, ": ",
                           verdict->headers[i].value, "\n", NULL);
    }
    return verdict->vary == NULL ? text
         : apr_pstrcat(pool, text, "Vary: ", verdict->vary, "\n", NULL);
}
