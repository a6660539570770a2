/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/conversation.h"

#include <security/pam_appl.h>
#include <security/pam_ext.h>

#include <libintl.h>

#include "common/paths.h"
#include "common/secret.h"
#include "login/policy.h"

_Static_assert(GENAUTH_PASSWORD_LIMIT == PAM_MAX_RESP_SIZE,
    "what libpam has cut is refused");

const char *
genauth_conversation_stacked(const struct genauth_context *context)
{
	const void *password = NULL;

	if (pam_get_item(context->pamh, PAM_AUTHTOK, &password) != PAM_SUCCESS)
		return NULL;
	return password;
}

const char *
genauth_conversation_prompt(const struct genauth_context *context,
    struct genauth_failure *failure)
{
	const char *prompt = context->options.prompt;
	const char *password = NULL;
	char *reply = NULL;
	int code = pam_prompt(context->pamh, PAM_PROMPT_ECHO_OFF, &reply, "%s",
	    prompt);

	if (code == PAM_SUCCESS && reply == NULL)
		code = PAM_CONV_ERR;
	if (code == PAM_SUCCESS)
		code = pam_set_item(context->pamh, PAM_AUTHTOK, reply);
	if (code == PAM_SUCCESS)
		password = genauth_conversation_stacked(context);
	genauth_secret_free_string(reply);
	if (!genauth_context_is_same_user(context)) {
		genauth_failure_set(failure, GENAUTH_DENIED, "the host changed "
		    "PAM_USER while the person was asked");
		return NULL;
	}
	if (password == NULL)
		genauth_failure_set(failure, code == PAM_BUF_ERR ?
		    GENAUTH_INTERNAL : GENAUTH_DENIED, "no password: %s",
		    pam_strerror(context->pamh, code));
	return password;
}

void
genauth_conversation_show(const struct genauth_context *context,
    const char *message)
{
	if (message == NULL || (context->flags & PAM_SILENT) != 0)
		return;
	/* Ours alone, so the host's own messages stay what they are. */
	bindtextdomain(PACKAGE, genauth_paths.locale);
	pam_error(context->pamh, "%s", dgettext(PACKAGE, message));
}
