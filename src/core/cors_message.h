/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cors_message: every message the module can log, by a stable number.
 *
 * One list, many views: the identifiers, the severity, and the table in
 * docs/messages.md (a guard compares them). A number is never reused.
 * Blocks: 01 configuration, 02 sources, 03 reload, 04 requests, 05 status,
 * 06 lint. Logging itself is the business of src/httpd/cors_log.c.
 */
#ifndef CORS_MESSAGE_H
#define CORS_MESSAGE_H

typedef enum cors_severity_t {
    CORS_ERROR,
    CORS_WARNING,
    CORS_NOTICE,
    CORS_INFO,
    CORS_DEBUG
} cors_severity_t;

/* X(identifier, number, severity, meaning) */
#define CORS_MESSAGES(X)                                                       \
    X(CORS_MSG_PATTERN,         101, CORS_ERROR,                               \
      "An origin pattern is not one that any browser could send.")             \
    X(CORS_MSG_REGEX,           102, CORS_ERROR,                               \
      "A regular expression does not compile.")                                \
    X(CORS_MSG_METHOD,          103, CORS_ERROR,                               \
      "A method is not a token, or one that browsers never send.")             \
    X(CORS_MSG_HEADER_NAME,     104, CORS_ERROR,                               \
      "A header name is not a token, or one that scripts never see or set.")   \
    X(CORS_MSG_VALUE,           105, CORS_ERROR,                               \
      "A directive's value is not one of those it knows.")                     \
    X(CORS_MSG_ARGUMENTS,       106, CORS_ERROR,                               \
      "A directive has too few or too many arguments.")                        \
    X(CORS_MSG_CONTEXT,         107, CORS_ERROR,                               \
      "A directive stands where it has no effect or is not permitted.")        \
    X(CORS_MSG_FILE,            201, CORS_ERROR,                               \
      "An origin file cannot be read.")                                        \
    X(CORS_MSG_FILE_LINE,       202, CORS_ERROR,                               \
      "A line of an origin file is not an origin pattern.")                    \
    X(CORS_MSG_FILE_CHOICE,     203, CORS_ERROR,                               \
      "CorsOriginsFileEnv names no file for the variable's value.")            \
    X(CORS_MSG_QUERY,           204, CORS_ERROR,                               \
      "CorsOriginsQuery needs a module that is not loaded.")                   \
    X(CORS_MSG_LOADED,          301, CORS_NOTICE,                              \
      "A list of origins has changed and been loaded.")                        \
    X(CORS_MSG_LOAD_FAILED,     302, CORS_ERROR,                               \
      "A list of origins cannot be had; the last good one stays in force.")    \
    X(CORS_MSG_RECOVERED,       303, CORS_NOTICE,                              \
      "A list of origins can be had again.")                                   \
    X(CORS_MSG_ROW,             304, CORS_WARNING,                             \
      "A row of a query is not an origin pattern, or not permitted.")          \
    X(CORS_MSG_NO_RELOAD,       305, CORS_WARNING,                             \
      "Origin files are not looked at again: mod_watchdog is missing.")        \
    X(CORS_MSG_NOT_SHARED,      306, CORS_ERROR,                               \
      "What the processes of the server share cannot be made.")                \
    X(CORS_MSG_GIVEN_UP,        307, CORS_WARNING,                             \
      "A child process ended without waiting longer for a database.")          \
    X(CORS_MSG_DENIED,          401, CORS_INFO,                                \
      "A cross-origin request was denied.")                                    \
    X(CORS_MSG_ALLOWED,         402, CORS_DEBUG,                               \
      "A cross-origin request was allowed.")                                   \
    X(CORS_MSG_UNSAFE,          403, CORS_ERROR,                               \
      "Sections merged into an unsafe policy; nobody is allowed.")             \
    X(CORS_MSG_NOT_COUNTED,     501, CORS_WARNING,                             \
      "There is no shared memory for counters.")                               \
    X(CORS_MSG_ANY_CREDENTIALS, 601, CORS_ERROR,                               \
      "Every origin would be allowed with credentials.")                       \
    X(CORS_MSG_INSECURE,        602, CORS_ERROR,                               \
      "An origin without TLS would be allowed with credentials.")              \
    X(CORS_MSG_PUBLIC_SUFFIX,   603, CORS_ERROR,                               \
      "Anybody's subdomain of a public suffix would be allowed with credentials.") \
    X(CORS_MSG_NULL,            604, CORS_ERROR,                               \
      "The opaque origin 'null' would be allowed.")                            \
    X(CORS_MSG_REGEX_ARBITRARY, 605, CORS_ERROR,                               \
      "A regular expression allows arbitrary origins with credentials.")       \
    X(CORS_MSG_EXPOSE_ANY,      606, CORS_ERROR,                               \
      "CorsExposeHeaders * means nothing with credentials.")                   \
    X(CORS_MSG_WARN_HTTP,       621, CORS_WARNING,                             \
      "An origin without TLS is allowed.")                                     \
    X(CORS_MSG_WARN_DOT,        622, CORS_WARNING,                             \
      "A regular expression has an unescaped dot between letters.")            \
    X(CORS_MSG_WARN_LOOPBACK,   623, CORS_WARNING,                             \
      "A production origin file allows a loopback origin.")

typedef enum cors_message_t {
#define X(identifier, number, severity, meaning) identifier = number,
    CORS_MESSAGES(X)
#undef X
} cors_message_t;

/* The severity of a message; CORS_ERROR for a number that is not listed. */
cors_severity_t cors_message_severity(cors_message_t id);

/* What the message means, a sentence; never NULL. */
const char *cors_message_meaning(cors_message_t id);

#endif
