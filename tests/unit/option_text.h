/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an option's value would stand in a file: the way back, which the product
 * has no use for.
 */
#ifndef GENAUTH_OPTION_TEXT_H
#define GENAUTH_OPTION_TEXT_H

#include <stdio.h>
#include <string.h>

#include "common/option_rows.h"

/* NULL: unset.  The text lives until the next call. */
static inline const char *
option_text(const struct genauth_options *options, enum genauth_option option)
{
	static char text[512];
	const struct genauth_option_row *row = &genauth_option_rows[option];
	char **own = genauth_option_text(options, row);
	long long number;

	if (own != NULL)
		return *own;
	number = genauth_option_load(options, row);
	text[0] = '\0';
	switch (row->kind) {
	case GENAUTH_KIND_SWITCH:
		return number != 0 ? "yes" : "no";
	case GENAUTH_KIND_WORD:
		return number == 0 ? NULL : row->words[number - 1];
	case GENAUTH_KIND_WORDS:
		for (unsigned i = 0; row->words[i] != NULL; i++)
			if (number & GENAUTH_BIT(i + 1))
				snprintf(text + strlen(text), sizeof(text) -
				    strlen(text), "%s%s", text[0] != '\0' ?
				    " " : "", row->words[i]);
		return text;
	default:
		snprintf(text, sizeof(text), "%lld", number);
		return text;
	}
}

#endif
