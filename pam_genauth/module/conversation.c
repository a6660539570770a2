/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/conversation.h"

#include <security/pam_appl.h>
#include <security/pam_ext.h>

#include <langinfo.h>
#include <string.h>

#include "common/intl.h"
#include "common/paths.h"
#include "common/secret.h"
#include "common/text.h"
#include "login/policy.h"

_Static_assert(GENAUTH_PASSWORD_LIMIT == PAM_MAX_RESP_SIZE,
    "what libpam has cut is refused");

const char *
genauth_conversation_stacked(const struct genauth_context *context, int item)
{
	const void *password = NULL;

	if (pam_get_item(context->pamh, item, &password) != PAM_SUCCESS)
		return NULL;
	return password;
}

static bool
fail(const struct genauth_context *context, int code,
    struct genauth_failure *failure)
{
	return genauth_failure_set(failure, code == PAM_BUF_ERR ?
	    GENAUTH_INTERNAL : GENAUTH_DENIED, "no password: %s",
	    pam_strerror(context->pamh, code));
}

/* typed is the caller's to wipe and free.  false: failure says why. */
static bool
type(const struct genauth_context *context, const char *prompt, char **typed,
    struct genauth_failure *failure)
{
	int code = pam_prompt(context->pamh, PAM_PROMPT_ECHO_OFF, typed, "%s",
	    prompt);

	if (!genauth_context_is_same_user(context))
		return genauth_failure_set(failure, GENAUTH_DENIED, "the host "
		    "changed PAM_USER while the person was asked");
	if (code != PAM_SUCCESS || *typed == NULL)
		return fail(context, code != PAM_SUCCESS ? code :
		    PAM_CONV_ERR, failure);
	return true;
}

/* Leaves what was typed to the modules behind; libpam keeps a copy. */
static const char *
leave(const struct genauth_context *context, int item, const char *typed,
    struct genauth_failure *failure)
{
	int code = pam_set_item(context->pamh, item, typed);
	const char *password = code != PAM_SUCCESS ? NULL :
	    genauth_conversation_stacked(context, item);

	if (password == NULL)
		fail(context, code, failure);
	return password;
}

static const char *
prompt_for(const struct genauth_context *context, int item, const char *prompt,
    struct genauth_failure *failure)
{
	const char *password = NULL;
	char *typed = NULL;

	if (type(context, prompt, &typed, failure))
		password = leave(context, item, typed, failure);
	genauth_secret_free_string(typed);
	return password;
}

const char *
genauth_conversation_prompt(const struct genauth_context *context,
    struct genauth_failure *failure)
{
	return prompt_for(context, PAM_AUTHTOK, context->options.prompt,
	    failure);
}

/* In the language of the host, as genauth_conversation_show. */
static const char *
translate(const char *text)
{
	/* Ours alone, so the host's own messages stay what they are. */
	bindtextdomain(PACKAGE, genauth_paths.locale);
	return dgettext(PACKAGE, text);
}

const char *
genauth_conversation_old(const struct genauth_context *context,
    struct genauth_failure *failure)
{
	return prompt_for(context, PAM_OLDAUTHTOK,
	    translate(N_("Current GenAuth password: ")), failure);
}

const char *
genauth_conversation_new(const struct genauth_context *context,
    struct genauth_failure *failure)
{
	char *first = NULL, *second = NULL;
	const char *password = NULL;

	if (type(context, translate(N_("New GenAuth password: ")), &first,
	    failure) && type(context, translate(N_("Retype new GenAuth "
	    "password: ")), &second, failure)) {
		if (strcmp(first, second) == 0) {
			password = leave(context, PAM_AUTHTOK, first, failure);
		} else {
			genauth_failure_set(failure, GENAUTH_DENIED,
			    "the two new passwords differ");
			genauth_conversation_show(context,
			    N_("The two new passwords differ."));
		}
	}
	genauth_secret_free_string(first);
	genauth_secret_free_string(second);
	return password;
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

/* Whoever has not called setlocale, or has no UTF-8, gets ASCII alone. */
static bool
can_show(const char *text)
{
	return genauth_text_is_ascii(text) ||
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void
genauth_conversation_quote(const struct genauth_context *context,
    const char *message, const char *remark)
{
	bool shown = can_show(remark);

	if ((context->flags & PAM_SILENT) == 0)
		pam_error(context->pamh, "%s%s%s", translate(message),
		    shown ? ": " : "", shown ? remark : "");
}

void
genauth_conversation_pass_on(const struct genauth_context *context,
    const char *remark)
{
	if (remark[0] != '\0' && can_show(remark))
		genauth_conversation_quote(context, N_("GenAuth says"),
		    remark);
}
