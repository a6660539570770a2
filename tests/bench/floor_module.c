/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor inside the host: the smallest client as a PAM module.
 *
 *     auth required floor.so HOST PORT APP-ID SECRET
 */
#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include <stddef.h>

#include "client.h"

#pragma GCC visibility push(default)

int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *user, *password;

	(void)flags;
	if (argc != 4 ||
	    pam_get_user(pamh, &user, NULL) != PAM_SUCCESS ||
	    pam_get_authtok(pamh, PAM_AUTHTOK, &password, NULL) != PAM_SUCCESS)
		return PAM_SERVICE_ERR;
	return client_sign_in(argv[0], argv[1], argv[2], argv[3], user,
	    password) ? PAM_SUCCESS : PAM_AUTH_ERR;
}

int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh; (void)flags; (void)argc; (void)argv;
	return PAM_SUCCESS;
}
