/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * As much of cmocka as tests/unit uses, for systems for which Debian has none:
 * the same names, a line in cmocka's own words for each test, and an exit
 * status that is the number of those that failed.
 */
#ifndef STANDIN_CMOCKA_H
#define STANDIN_CMOCKA_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*run)(void **state);
	int (*set_up)(void **state);
	int (*tear_down)(void **state);
};

#define cmocka_unit_test_setup_teardown(run, set_up, tear_down) \
	{ #run, run, set_up, tear_down }
#define cmocka_unit_test(run) \
	cmocka_unit_test_setup_teardown(run, NULL, NULL)

/* One test, and what ends it. */
enum standin_end { STANDIN_STARTED, STANDIN_FAILED, STANDIN_SKIPPED };
static jmp_buf standin_out;

#define standin_end(how, ...) do { \
		printf("%s:%d: ", __FILE__, __LINE__); \
		printf(__VA_ARGS__); \
		putchar('\n'); \
		longjmp(standin_out, how); \
	} while (0)
#define fail_msg(...) standin_end(STANDIN_FAILED, __VA_ARGS__)
#define skip() standin_end(STANDIN_SKIPPED, "skipped")
#define standin_assert(holds, text) do { \
		if (!(holds)) \
			fail_msg("%s", text); \
	} while (0)

#define assert_true(value) standin_assert(value, #value)
#define assert_false(value) standin_assert(!(value), "not: " #value)
#define assert_non_null(value) standin_assert((value) != NULL, #value)
#define assert_null(value) standin_assert((value) == NULL, "NULL: " #value)
#define assert_ptr_equal(a, b) standin_assert((a) == (b), #a " is " #b)

/* As cmocka's: compared as the widest there is. */
#define standin_numbers(a, comparison, b) do { \
		uintmax_t standin_a = (uintmax_t)(a); \
		uintmax_t standin_b = (uintmax_t)(b); \
		if (!(standin_a comparison standin_b)) \
			fail_msg("%#jx, not " #comparison " %#jx: " #a, \
			    standin_a, standin_b); \
	} while (0)
#define assert_int_equal(a, b) standin_numbers(a, ==, b)
#define assert_int_not_equal(a, b) standin_numbers(a, !=, b)

#define assert_string_equal(a, b) do { \
		const char *standin_a = (a), *standin_b = (b); \
		if (strcmp(standin_a, standin_b) != 0) \
			fail_msg("\"%s\" is not \"%s\"", standin_a, \
			    standin_b); \
	} while (0)
#define assert_memory_equal(a, b, length) \
	standin_assert(memcmp(a, b, length) == 0, #a " is " #b)

/* What a set-up hands on; here, so that a jump leaves it alone. */
static void *standin_state;

/* Returns whether it failed. */
static inline int
standin_run(const struct CMUnitTest *test)
{
	static const char *const words[] = { "OK", "FAILED", "SKIPPED" };
	volatile int end = STANDIN_STARTED;

	standin_state = NULL;
	switch (setjmp(standin_out)) {
	case STANDIN_STARTED:
		if (test->set_up != NULL && test->set_up(&standin_state) != 0)
			end = STANDIN_FAILED;
		else
			test->run(&standin_state);
		break;
	case STANDIN_SKIPPED:
		end = STANDIN_SKIPPED;
		break;
	default:
		end = STANDIN_FAILED;
	}
	if (test->tear_down != NULL && test->tear_down(&standin_state) != 0)
		end = STANDIN_FAILED;
	printf("[ %s ] %s\n", words[end], test->name);
	return end == STANDIN_FAILED;
}

static inline int
standin_run_all(const struct CMUnitTest *tests, size_t count,
    int (*set_up)(void **state), int (*tear_down)(void **state))
{
	int failed = 0;

	/* Else printed twice, by a process that a test starts. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (set_up != NULL && set_up(&standin_state) != 0)
		return 1;
	for (size_t i = 0; i < count; i++)
		failed += standin_run(&tests[i]);
	if (tear_down != NULL && tear_down(&standin_state) != 0)
		failed++;
	return failed;
}

#define cmocka_run_group_tests_name(name, tests, set_up, tear_down) \
	standin_run_all(tests, sizeof(tests) / sizeof((tests)[0]), set_up, \
	    tear_down)
#define cmocka_run_group_tests(tests, set_up, tear_down) \
	cmocka_run_group_tests_name(NULL, tests, set_up, tear_down)

#endif
