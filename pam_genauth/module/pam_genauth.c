/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_genauth.so: the six entry points.  They open a context, call one
 * function, and close; nothing is decided here.
 */
#include <security/pam_modules.h>

#include "common/secret.h"
#include "module/authenticate.h"
#include "module/caller.h"
#include "module/context.h"
#include "module/password.h"
#include "module/prepare.h"
#include "module/token_file.h"

/* All else is hidden, see pam_genauth.map. */
#pragma GCC visibility push(default)

int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct genauth_context context;
	struct genauth_failure failure;
	bool opened = genauth_context_open(&context, pamh, flags, argc, argv,
	    &failure);
	/* For a line that prepares: only "optional" passes over that. */
	int code = PAM_AUTH_ERR;

	if (!genauth_options_line_has(argc, argv, "prepare"))
		code = opened ? genauth_authenticate(&context) :
		    genauth_authenticate_refuse(&context, &failure);
	else
		genauth_prepare(&context, opened, &failure);
	genauth_context_close(&context);
	genauth_secret_wipe_stack();
	return code;
}

/*
 * There are no credentials to set, and what was prepared is not needed any
 * more.  PAM_SUCCESS and not PAM_IGNORE: libpam walks the same path through the
 * stack as in pam_authenticate, and a stack in which everybody ignores fails.
 * A line that prepares has no say.
 */
int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	genauth_prepare_end(pamh);
	return genauth_options_line_has(argc, argv, "prepare") ? PAM_IGNORE :
	    PAM_SUCCESS;
}

/* No opinion: never PAM_SUCCESS, which "sufficient" takes for consent. */
int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh; (void)flags; (void)argc; (void)argv;
	return PAM_IGNORE;
}

/* Nor whether a session may begin: only its tokens are handed over. */
int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	genauth_token_file_open(pamh, flags, argc, argv);
	genauth_secret_wipe_stack();
	return PAM_IGNORE;
}

int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
    const char **argv)
{
	(void)flags; (void)argc; (void)argv;
	genauth_token_file_close(pamh);
	return PAM_IGNORE;
}

/* What is for others needs no options: sshd and login ask so at each login. */
int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct genauth_context context;
	struct genauth_failure failure;
	bool opened;
	int code;

	if (((flags & PAM_CHANGE_EXPIRED_AUTHTOK) != 0 &&
	    !genauth_caller_is_user()) ||
	    genauth_options_line_has(argc, argv, "prepare"))
		return PAM_IGNORE;
	opened = genauth_context_open(&context, pamh, flags, argc, argv,
	    &failure);
	code = opened ? genauth_password_change(&context) :
	    genauth_password_refuse(&context, &failure);
	genauth_context_close(&context);
	genauth_secret_wipe_stack();
	return code;
}
