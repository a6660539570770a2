/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/account.h"

#include <string.h>

#include "common/text.h"

bool
genauth_account_make(const struct genauth_options *options, const char *user,
    char *account, size_t size)
{
	const char *format = genauth_options_text(options,
	    GENAUTH_OPTION_account_format);
	size_t length = 0;

	for (; *format != '\0'; format++) {
		char character[2] = { *format, '\0' };
		const char *piece = character;

		/* "%%" stays the character '%'; no other pair gets here. */
		if (*format == '%' && *++format == 'u')
			piece = user;
		if (strlen(piece) >= size - length)
			return false;
		memcpy(account + length, piece, strlen(piece));
		length += strlen(piece);
	}
	account[length] = '\0';
	return !genauth_text_has_control(account);
}
