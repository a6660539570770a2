/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VARIABLE_ID_TOKEN "GENAUTH_ID_TOKEN"
#define VARIABLE_ACCESS_TOKEN "GENAUTH_ACCESS_TOKEN"

/* Whether the session will be another user's than the one who logs in. */
static bool
changes_user(const struct genauth_context *context)
{
	static const char *const services[] = { "su", "su-l", "su-rs", "sudo",
	    "sudo-i", "sudo-rs", "runuser", "runuser-l", "doas", "please",
	    "pkexec", "polkit-1", "systemd-run0" };
	const void *caller = NULL;

	if (getuid() != geteuid())
		return true;
	/* Whose name su, sudo and their kin give, whatever they are called. */
	if (pam_get_item(context->pamh, PAM_RUSER, &caller) != PAM_SUCCESS ||
	    (caller != NULL && strcmp(caller, context->user) != 0))
		return true;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (strcmp(context->service, services[i]) == 0)
			return true;
	return false;
}

/* false: out of memory. */
static bool
export(const struct genauth_context *context, const char *variable,
    const struct genauth_secret *token)
{
	struct genauth_secret setting = { 0 };
	size_t length = strlen(variable) + 1 + token->length + 1;
	int code = PAM_BUF_ERR;

	if ((setting.data = calloc(1, length)) != NULL) {
		setting.length = length;
		snprintf(setting.data, length, "%s=%s", variable, token->data);
		code = pam_putenv(context->pamh, setting.data);
	}
	genauth_secret_free(&setting);
	return code == PAM_SUCCESS;
}

bool
genauth_export_tokens(const struct genauth_context *context,
    struct genauth_answer *answer)
{
	const struct {
		enum genauth_export_tokens word;
		const char *name, *variable;
		const struct genauth_secret *token;
	} tokens[] = {
		{ GENAUTH_EXPORT_ID_TOKEN, "id_token", VARIABLE_ID_TOKEN,
		    &answer->id_token },
		{ GENAUTH_EXPORT_ACCESS_TOKEN, "access_token",
		    VARIABLE_ACCESS_TOKEN, &answer->access_token },
	};

	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		if (!(context->options.export_tokens &
		    GENAUTH_BIT(tokens[i].word)))
			continue;
		if (tokens[i].token->data == NULL) {
			genauth_context_debug(context, "no %s in the reply "
			    "that could be exported", tokens[i].name);
		} else if (!changes_user(context) && !export(context,
		    tokens[i].variable, tokens[i].token)) {
			/* Nothing stays of a login that failed. */
			pam_putenv(context->pamh, VARIABLE_ID_TOKEN);
			genauth_secret_free(&answer->id_token);
			genauth_secret_free(&answer->access_token);
			return false;
		}
	}
	return true;
}
