/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure.h owns how a function says why it failed: the verdict that follows
 * and one sentence for the log.  It is recorded where the error is seen and
 * written once, at the top.
 */
#ifndef GENAUTH_FAILURE_H
#define GENAUTH_FAILURE_H

#include <stdbool.h>

#include "common/verdict.h"

struct genauth_failure {
	enum genauth_verdict verdict;	/* never GENAUTH_OK */
	char text[512];			/* printable, no line ends */
};

/*
 * Records a failure and returns false, so that a caller can write
 * "return genauth_failure_set(…)".  The text is cut to size and cleaned
 * (common/text.h), whatever the arguments hold.
 */
bool genauth_failure_set(struct genauth_failure *failure,
    enum genauth_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * A genauth_options_report: of the errors in a file the first one, as CONFIG;
 * the others wait until it is repaired.  data is a struct genauth_failure whose
 * text was "" before.
 */
void genauth_failure_keep_first(void *data, const char *text);

#endif
