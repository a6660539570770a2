/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h owns what the checks found and how it is shown: a line for each,
 * as soon as it is known, or one JSON array at the end.
 */
#ifndef GENAUTH_REPORT_H
#define GENAUTH_REPORT_H

#include <stdbool.h>

enum genauth_result {
	GENAUTH_RESULT_OK,
	GENAUTH_RESULT_WARNING,
	GENAUTH_RESULT_ERROR,
	GENAUTH_RESULT_SKIPPED,
};

struct json_object;

struct genauth_report {
	struct json_object *array;	/* NULL: lines for a person */
	bool colour;
	unsigned counts[GENAUTH_RESULT_SKIPPED + 1];
};

/* false: out of memory. */
bool genauth_report_open(struct genauth_report *report, bool json);

/*
 * Adds a finding of the check of that name; cure, what to do about it, may be
 * NULL.  Control characters are replaced.
 */
void genauth_report_add(struct genauth_report *report, const char *check,
    enum genauth_result result, const char *cure, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * Says on a terminal what is going on, until the next finding replaces it, or
 * NULL takes it away.
 */
void genauth_report_progress(const struct genauth_report *report,
    const char *check);

/* Shows the array or the totals; returns whether there was no error. */
bool genauth_report_close(struct genauth_report *report);

#endif
