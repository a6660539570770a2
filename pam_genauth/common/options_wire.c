/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "common/message.h"
#include "common/option_rows.h"
#include "common/text.h"

void
genauth_options_encode(const struct genauth_options *options,
    const char *prefix, struct genauth_records *records)
{
	char name[256];

	for (int i = 0; i < GENAUTH_OPTION_COUNT; i++) {
		const struct genauth_option_row *row = &genauth_option_rows[i];
		char **text = genauth_option_text(options, row);

		snprintf(name, sizeof(name), "%s%s", prefix, row->key);
		if (text != NULL)
			genauth_records_add_text(records, name, *text);
		else
			genauth_records_add_number(records, name,
			    genauth_option_load(options, row));
	}
}

bool
genauth_options_decode(struct genauth_options *options, const char *key,
    const char *value, struct genauth_failure *failure)
{
	enum genauth_option option = genauth_options_find(key);
	const struct genauth_option_row *row = &genauth_option_rows[option];
	long long number;

	if (option == GENAUTH_OPTION_COUNT)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    GENAUTH_MESSAGE_DIFFER " (option %s)", key);
	if (genauth_option_text(options, row) != NULL)
		return genauth_options_set(options, option, value,
		    GENAUTH_PLACE_SECTION, failure);
	if (!genauth_text_parse_number(value, &number) ||
	    !genauth_option_can_be(row, number))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    GENAUTH_MESSAGE_DIFFER " (value of %s)", key);
	genauth_option_store(options, row, number);
	return true;
}
