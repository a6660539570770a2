/* SPDX-License-Identifier: BSD-2-Clause */
#include "inject/inject.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTION_LIMIT 128
#define DESCRIPTOR_LIMIT 256

void (*inject_waiting)(void);

static struct {
	bool running;
	enum inject_mode mode;
	unsigned nth, points;
	const char *place;
	unsigned depth;
	char failure[128];
	int memory;
} run;

static struct {
	const char *name;
	unsigned points, in_this_run;
	bool failed;
} functions[FUNCTION_LIMIT];

static size_t
find(const char *function)
{
	size_t i = 0;

	while (i < FUNCTION_LIMIT && functions[i].name != NULL &&
	    strcmp(functions[i].name, function) != 0)
		i++;
	if (i == FUNCTION_LIMIT)
		abort();
	functions[i].name = function;
	return i;
}

void
inject_start(enum inject_mode mode, unsigned nth)
{
	memset(&run, 0, sizeof(run));
	run.running = true;
	run.mode = mode;
	run.nth = nth;
	for (size_t i = 0; i < FUNCTION_LIMIT; i++) {
		functions[i].in_this_run = 0;
		functions[i].failed = false;
	}
}

void
inject_stop(void)
{
	run.running = false;
	for (size_t i = 0; i < FUNCTION_LIMIT; i++)
		if (run.mode == INJECT_ONE && run.failure[0] == '\0')
			functions[i].points += functions[i].in_this_run;
}

static bool
decide(const char *function, const char *detail, int error)
{
	size_t i = find(function);

	functions[i].in_this_run++;
	run.points++;
	if (run.points != run.nth &&
	    (run.mode != INJECT_ALL || run.points < run.nth))
		return false;
	functions[i].failed = true;
	if (run.failure[0] == '\0' && run.place != NULL)
		snprintf(run.failure, sizeof(run.failure), "%s", run.place);
	else if (run.failure[0] == '\0')
		snprintf(run.failure, sizeof(run.failure), detail == NULL ?
		    "%s" : "%s(%s)", function, detail);
	errno = error;
	return true;
}

bool
inject_fails(const char *function, const char *detail, int error)
{
	return run.running && run.mode != INJECT_SIGNAL &&
	    decide(function, detail, error);
}

bool
inject_fails_or_interrupts(const char *function, const char *detail,
    int error)
{
	return run.running && decide(function, detail,
	    run.mode == INJECT_SIGNAL ? EINTR : error);
}

void
inject_enter(const char *place)
{
	/* The outermost place is the one that is named. */
	if (run.depth++ == 0)
		run.place = place;
}

void
inject_leave(void)
{
	if (--run.depth == 0)
		run.place = NULL;
}

const char *
inject_failure(void)
{
	return run.failure[0] != '\0' ? run.failure : NULL;
}

bool
inject_has_failed(const char *function)
{
	return functions[find(function)].failed;
}

void
inject_count_memory(int change)
{
	if (run.running)
		run.memory += change;
}

int
inject_memory(void)
{
	return run.memory;
}

int
inject_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < DESCRIPTOR_LIMIT; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

void
inject_report(const char *title)
{
	fprintf(stderr, "points of %s:", title);
	for (size_t i = 0; i < FUNCTION_LIMIT && functions[i].name != NULL; i++)
		if (functions[i].points > 0)
			fprintf(stderr, " %s %u", functions[i].name,
			    functions[i].points);
	fprintf(stderr, "\n");
}

static unsigned
points_of(const char *function)
{
	for (size_t i = 0; i < FUNCTION_LIMIT && functions[i].name != NULL; i++)
		if (strcmp(functions[i].name, function) == 0)
			return functions[i].points;
	return 0;
}

/*
 * Wrapped for another purpose: to count, to name a place, to pretend, or as
 * another name of a point.
 */
static bool
is_no_point(const char *function)
{
	return strcmp(function, "free") == 0 ||
	    strcmp(function, "getuid") == 0 ||
	    strcmp(function, "geteuid") == 0 ||
	    strncmp(function, "__", strlen("__")) == 0 ||
	    strncmp(function, "genauth_", strlen("genauth_")) == 0;
}

const char *
inject_unreached(const char *list)
{
	static char line[128];
	const char *function = line + strlen("--wrap="), *found = NULL;
	FILE *file = fopen(list, "r");

	if (file == NULL)
		return list;
	while (found == NULL && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (!is_no_point(function) && points_of(function) == 0)
			found = function;
	}
	fclose(file);
	return found;
}
