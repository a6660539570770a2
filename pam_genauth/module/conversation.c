/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/conversation.h"

#include <security/pam_appl.h>
#include <security/pam_ext.h>

#include <libintl.h>
#include <string.h>

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

/* In the language of the host, as genauth_conversation_show. */
static const char *
translate(const char *text)
{
	/* Ours alone, so the host's own messages stay what they are. */
	bindtextdomain(PACKAGE, genauth_paths.locale);
	return dgettext(PACKAGE, text);
}

/* false, and failure says why: nothing was typed that could be used. */
static bool
take_reply(const struct genauth_context *context, int code, const char *reply,
    struct genauth_secret *out, struct genauth_failure *failure)
{
	if (!genauth_context_is_same_user(context))
		return genauth_failure_set(failure, GENAUTH_DENIED, "the host "
		    "changed PAM_USER while the person was asked");
	if (code != PAM_SUCCESS || reply == NULL)
		return genauth_failure_set(failure, code == PAM_BUF_ERR ?
		    GENAUTH_INTERNAL : GENAUTH_DENIED, "no code for the "
		    "second factor: %s (ssh asks for one with "
		    "keyboard-interactive only)", pam_strerror(context->pamh,
		    code != PAM_SUCCESS ? code : PAM_CONV_ERR));
	return genauth_secret_set(out, reply, strlen(reply)) ||
	    genauth_failure_set(failure, GENAUTH_INTERNAL, "out of memory");
}

bool
genauth_conversation_ask(const struct genauth_context *context,
    const struct genauth_ask *ask, struct genauth_secret *reply,
    struct genauth_failure *failure)
{
	const char *text = translate(genauth_prompt_text(ask->prompt));
	char *typed = NULL;
	bool taken;
	int code;

	*reply = (struct genauth_secret){ 0 };
	code = pam_prompt(context->pamh, PAM_PROMPT_ECHO_ON, &typed,
	    "%s%s%s: ", text, ask->detail[0] != '\0' ? " " : "", ask->detail);
	taken = take_reply(context, code, typed, reply, failure);
	genauth_secret_free_string(typed);
	return taken;
}

void
genauth_conversation_show(const struct genauth_context *context,
    const char *message)
{
	if (message == NULL || (context->flags & PAM_SILENT) != 0)
		return;
	pam_error(context->pamh, "%s", translate(message));
}
