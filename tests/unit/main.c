/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main: runs the unit tests. Check's environment variables apply, among them
 * CK_VERBOSITY=verbose, CK_RUN_SUITE=set and CK_FORK=no (for a debugger).
 */
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>

#include "cors_policy.h"
#include "cors_psl.h"
#include "suites.h"

static Suite *(*const suites[])(void) = {
    cors_suite_host,
    cors_suite_origin,
    cors_suite_pattern,
    cors_suite_pattern_mend,
    cors_suite_psl,
    cors_suite_regex,
    cors_suite_sample,
    cors_suite_set,
    cors_suite_set_random,
    cors_suite_names,
    cors_suite_list,
    cors_suite_acrh,
    cors_suite_source,
    cors_suite_feed_file,
    cors_suite_block,
    cors_suite_text,
    cors_suite_slot,
    cors_suite_lines,
    cors_suite_load,
    cors_suite_load_copy,
    cors_suite_load_memory,
    cors_suite_copy,
    cors_suite_copy_faults,
    cors_suite_copy_processes,
    cors_suite_feed,
    cors_suite_feed_look,
    cors_suite_feed_faults,
    cors_suite_feed_settle,
    cors_suite_set_copy,
    cors_suite_policy,
    cors_suite_rule, cors_suite_rule_stats,
    cors_suite_decide,
    cors_suite_decide_grid,
    cors_suite_decide_rules,
    cors_suite_lint,
    cors_suite_reason,
    cors_suite_message,
    cors_suite_finding,
    cors_suite_stats,
    cors_suite_seen, cors_suite_seen_shared,
    cors_suite_wants,
    cors_suite_describe,
    cors_suite_browser,
    cors_suite_console,
    cors_suite_advice,
    cors_suite_ask,
    cors_suite_quote,
};

static int run_all(void)
{
    SRunner *runner = srunner_create(NULL);
    int run, failed;

    for (unsigned i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        srunner_add_suite(runner, suites[i]());
    }
    srunner_run_all(runner, CK_ENV);
    run = srunner_ntests_run(runner);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (run == 0) {
        fputs("no test was run\n", stderr);
    }
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
    apr_pool_t *p;
    int status;

    if (apr_initialize() != APR_SUCCESS
        || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        fputs("cannot start APR\n", stderr);
        return EXIT_FAILURE;
    }
    cors_psl_init(p);
    cors_policy_init(p);
    status = run_all();
    apr_pool_destroy(p);
    apr_terminate();
    return status;
}
