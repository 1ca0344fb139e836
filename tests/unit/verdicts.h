/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdicts: a verdict as a text, to be compared as a whole: kind, outcome and
 * reason, the directive that decided, the pattern, what was refused; then the
 * headers in order, and Vary. What is not in the text is not in the verdict.
 */
#ifndef CORS_TEST_VERDICTS_H
#define CORS_TEST_VERDICTS_H

#include "cors_decide.h"

#define SAFE "Accept, Accept-Language, Content-Language, Content-Type"

#define ORIGIN(value) "Access-Control-Allow-Origin: " value "\n"
#define CREDENTIALS "Access-Control-Allow-Credentials: true\n"
#define METHODS(value) "Access-Control-Allow-Methods: " value "\n"
#define HEADERS(value) "Access-Control-Allow-Headers: " value "\n"
#define MAX_AGE(value) "Access-Control-Max-Age: " value "\n"
#define NETWORK "Access-Control-Allow-Private-Network: true\n"
#define EXPOSE(value) "Access-Control-Expose-Headers: " value "\n"
#define TIMING(value) "Timing-Allow-Origin: " value "\n"
#define VARY "Vary: Origin\n"
#define VARY_PREFLIGHT "Vary: Origin, Access-Control-Request-Method, " \
                       "Access-Control-Request-Headers\n"

/* From the pool of the test; origin is that of the request, or NULL. */
const char *verdicts_text(const cors_verdict_t *verdict, const char *origin);

#endif
