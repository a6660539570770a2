/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/account.h"

#include <pwd.h>
#include <string.h>

#include "common/text.h"

static bool
fill_in(const struct genauth_options *options, const char *user, char *account,
    size_t size)
{
	const char *format = options->account_format;
	size_t length = 0;

	for (; *format != '\0'; format++) {
		char character[2] = { *format, '\0' };
		const char *piece = character;

		/* "%%" stays the character '%'; no other pair gets here. */
		if (*format == '%') {
			format++;
			if (*format == 'u')
				piece = user;
		}
		if (strlen(piece) >= size - length)
			return false;
		memcpy(account + length, piece, strlen(piece));
		length += strlen(piece);
	}
	account[length] = '\0';
	return !genauth_text_has_control(account);
}

bool
genauth_account_make(const struct genauth_options *options, const char *user,
    const struct passwd *entry, char *account, size_t size,
    struct genauth_failure *failure)
{
	return fill_in(options, entry != NULL ? entry->pw_name : user, account,
	    size) ||
	    genauth_failure_set(failure, GENAUTH_CONFIG, "account_format "
	    "makes the account too long, or puts a control character into it");
}
