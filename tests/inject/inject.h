/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inject.h owns the decision which call is made to fail.  The linker puts the
 * functions of wrap_*.c in front of those that module.list and helper.list
 * name; each asks here first.  A call that may fail is a point; points are
 * counted from the start of a run, so that run N fails at the Nth.
 */
#ifndef GENAUTH_INJECT_H
#define GENAUTH_INJECT_H

#include <errno.h>
#include <stdbool.h>
#include <sys/types.h>
#include <stddef.h>

enum inject_mode {
	INJECT_ONE,	/* the Nth point fails */
	INJECT_ALL,	/* the Nth point and all behind it fail */
	INJECT_SIGNAL,	/* the Nth call that a signal can interrupt is */
};

void inject_start(enum inject_mode mode, unsigned nth);

/* Ends the run: no point fails any more, and none is counted. */
void inject_stop(void);

/*
 * Whether this call is to fail; errno is then set to error.  detail tells
 * calls of one function apart, and may be NULL.
 */
bool inject_fails(const char *function, const char *detail, int error);

/* The same for a call that a signal can interrupt. */
bool inject_fails_or_interrupts(const char *function, const char *detail,
    int error);

/* Between these, what fails is said to have failed at that place. */
void inject_enter(const char *place);
void inject_leave(void);

/*
 * "function", "function(detail)" or the name of the place where the run first
 * failed; NULL when it went through.
 */
const char *inject_failure(void);

/* Whether the run made a call of that function fail. */
bool inject_has_failed(const char *function);

/* Called when poll is about to wait without a time limit; NULL: nothing is. */
extern void (*inject_waiting)(void);

/* malloc and the like less free, since the start of the run. */
void inject_count_memory(int change);
int inject_memory(void);

/* How many descriptors are open. */
int inject_descriptors(void);

/* Writes how often each function was a point in runs that went through. */
void inject_report(const char *title);

/* The first function of the linker's list that was never one, or NULL. */
const char *inject_unreached(const char *list);

/*
 * Defines the function that stands in front of another one.  arguments is
 * the list for the call, failure what it returns when it fails.
 */
#define WRAP(type, name, parameters, arguments, failure, error) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type \
	__wrap_##name parameters \
	{ \
		if (inject_fails(#name, NULL, error)) \
			return failure; \
		return __real_##name arguments; \
	}

#define WRAP_INTERRUPTIBLE(type, name, parameters, arguments, error) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type \
	__wrap_##name parameters \
	{ \
		if (inject_fails_or_interrupts(#name, NULL, error)) \
			return -1; \
		return __real_##name arguments; \
	}

/* Who has called the host; 0: root. */
extern uid_t inject_caller;

#endif
