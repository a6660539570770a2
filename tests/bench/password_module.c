/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks for the password and leaves it to the modules behind, as pam_unix does,
 * but without the time that pam_unix takes to hash it.
 */
#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include <stddef.h>

#pragma GCC visibility push(default)

int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *password;

	(void)flags; (void)argc; (void)argv;
	return pam_get_authtok(pamh, PAM_AUTHTOK, &password, NULL) ==
	    PAM_SUCCESS ? PAM_IGNORE : PAM_AUTH_ERR;
}

int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh; (void)flags; (void)argc; (void)argv;
	return PAM_IGNORE;
}
