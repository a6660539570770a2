/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A module of the password phase for the tests.  Its arguments say what it does
 * with PAM_PRELIM_CHECK and PAM_UPDATE_AUTHTOK; else it has no opinion:
 *
 *     old=WORD   check: leaves it as the current password
 *     user=NAME  check: makes that the user
 *     spoil=FILE check: adds a line of nonsense
 *     new=WORD   update: leaves it as the new password, as pam_pwquality does
 *     passes     check: success, for a control that jumps over others
 */
#include <security/pam_modules.h>

#include <stdio.h>
#include <string.h>

#pragma GCC visibility push(default)

static int
leave(pam_handle_t *pamh, const char *argument, const char *name, int item)
{
	size_t length = strlen(name);

	return strncmp(argument, name, length) == 0 ? pam_set_item(pamh, item,
	    argument + length) : PAM_SUCCESS;
}

static void
spoil(const char *argument)
{
	FILE *file = strncmp(argument, "spoil=", 6) == 0 ?
	    fopen(argument + 6, "a") : NULL;

	if (file == NULL)
		return;
	fputs("nonsense = 1\n", file);
	fclose(file);
}

int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	int check = flags & PAM_PRELIM_CHECK, code = PAM_IGNORE;

	for (int i = 0; i < argc; i++) {
		const char *argument = argv[i];

		if (check == 0 && leave(pamh, argument, "new=", PAM_AUTHTOK) !=
		    PAM_SUCCESS)
			return PAM_SYSTEM_ERR;
		if (check != 0 && (leave(pamh, argument, "old=",
		    PAM_OLDAUTHTOK) != PAM_SUCCESS || leave(pamh, argument,
		    "user=", PAM_USER) != PAM_SUCCESS))
			return PAM_SYSTEM_ERR;
		if (check != 0)
			spoil(argument);
		if (check != 0 && strcmp(argument, "passes") == 0)
			code = PAM_SUCCESS;
	}
	return code;
}
