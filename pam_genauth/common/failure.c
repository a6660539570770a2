/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/text.h"

bool
genauth_failure_set(struct genauth_failure *failure,
    enum genauth_verdict verdict, const char *format, ...)
{
	char raw[sizeof(failure->text)];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(raw, sizeof(raw), format, arguments) < 0)
		raw[0] = '\0';
	va_end(arguments);

	failure->verdict = verdict;
	genauth_text_clean(failure->text, sizeof(failure->text), raw);
	return false;
}

void
genauth_failure_keep_first(void *data, const char *text)
{
	struct genauth_failure *failure = data;

	if (failure->text[0] == '\0')
		genauth_failure_set(failure, GENAUTH_CONFIG, "%s", text);
}
