/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/account.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "login/account_map.h"
#include "login/login.h"

/* ASCII alone: what else is one letter differs from language to language. */
static void
lower(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
}

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
		if (piece == user &&
		    options->account_case == GENAUTH_CASE_LOWER)
			lower(account + length, strlen(piece));
		length += strlen(piece);
	}
	account[length] = '\0';
	return !genauth_text_has_control(account);
}

bool
genauth_account_format(const struct genauth_options *options,
    const char *user, struct genauth_account *account,
    struct genauth_failure *failure)
{
	*account = (struct genauth_account){ .line = 0 };
	return fill_in(options, user, account->name, sizeof(account->name)) ||
	    genauth_failure_set(failure, GENAUTH_CONFIG, "account_format "
	    "makes the account too long, or puts a control character into it");
}

/* *found: there is a line, which is now the account. */
static bool
look_up(const struct genauth_login *login, struct genauth_account *account,
    bool *found, struct genauth_failure *failure)
{
	const struct genauth_account_map_line *line;
	struct genauth_account_map map;

	if (!genauth_account_map_read(&map, login->options->account_map,
	    failure))
		return false;
	line = genauth_account_map_find(&map, login->entry->pw_name);
	*found = line != NULL;
	if (*found) {
		account->line = line->number;
		snprintf(account->name, sizeof(account->name), "%s",
		    line->account);
		snprintf(account->sub, sizeof(account->sub), "%s",
		    line->sub != NULL ? line->sub : "");
	}
	genauth_account_map_free(&map);
	return true;
}

bool
genauth_account_make(const struct genauth_login *login,
    struct genauth_account *account, struct genauth_failure *failure)
{
	const struct genauth_options *options = login->options;
	bool found = false;

	*account = (struct genauth_account){ .line = 0 };
	if (login->entry == NULL)
		return genauth_account_format(options, login->user, account,
		    failure);
	if (options->account_map != NULL &&
	    !look_up(login, account, &found, failure))
		return false;
	if (found)
		return true;
	if (options->account_map != NULL && !options->account_map_fallback &&
	    !login->any_user)
		return genauth_failure_set(failure, GENAUTH_SKIP,
		    "account_map has no line for the user");
	return genauth_account_format(options, login->entry->pw_name, account,
	    failure);
}
