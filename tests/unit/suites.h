/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suites: one suite for each file of src/core, in tests/unit/test_<noun>.c;
 * tests/unit/main.c runs them all.
 */
#ifndef CORS_TEST_SUITES_H
#define CORS_TEST_SUITES_H

#include <check.h>

Suite *cors_suite_acrh(void);
Suite *cors_suite_decide(void);
Suite *cors_suite_decide_grid(void);
Suite *cors_suite_decide_rules(void);
Suite *cors_suite_finding(void);
Suite *cors_suite_host(void);
Suite *cors_suite_lint(void);
Suite *cors_suite_list(void);
Suite *cors_suite_message(void);
Suite *cors_suite_names(void);
Suite *cors_suite_origin(void);
Suite *cors_suite_pattern(void);
Suite *cors_suite_pattern_mend(void);
Suite *cors_suite_policy(void);
Suite *cors_suite_psl(void);
Suite *cors_suite_reason(void);
Suite *cors_suite_regex(void);
Suite *cors_suite_rule(void);
Suite *cors_suite_rule_stats(void);
Suite *cors_suite_sample(void);
Suite *cors_suite_set(void);
Suite *cors_suite_set_random(void);
Suite *cors_suite_source(void);
Suite *cors_suite_feed_file(void);
Suite *cors_suite_block(void);
Suite *cors_suite_text(void);
Suite *cors_suite_slot(void);
Suite *cors_suite_lines(void);
Suite *cors_suite_load(void);
Suite *cors_suite_load_copy(void);
Suite *cors_suite_load_memory(void);
Suite *cors_suite_copy(void);
Suite *cors_suite_copy_faults(void);
Suite *cors_suite_copy_processes(void);
Suite *cors_suite_feed(void);
Suite *cors_suite_feed_look(void);
Suite *cors_suite_feed_faults(void);
Suite *cors_suite_feed_settle(void);
Suite *cors_suite_set_copy(void);
Suite *cors_suite_stats(void);
Suite *cors_suite_seen(void);
Suite *cors_suite_seen_shared(void);
Suite *cors_suite_wants(void);
Suite *cors_suite_describe(void);
Suite *cors_suite_browser(void);
Suite *cors_suite_console(void);
Suite *cors_suite_advice(void);
Suite *cors_suite_ask(void);
Suite *cors_suite_quote(void);

#endif
