/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		{ GENAUTH_EXPORT_ID_TOKEN, "id_token", GENAUTH_EXPORT_ID,
		    &answer->id_token },
		{ GENAUTH_EXPORT_ACCESS_TOKEN, "access_token",
		    GENAUTH_EXPORT_ACCESS, &answer->access_token },
	};

	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		if (!(context->options.export_tokens &
		    GENAUTH_BIT(tokens[i].word)))
			continue;
		if (tokens[i].token->data == NULL) {
			genauth_context_debug(context, "no %s in the reply "
			    "that could be exported", tokens[i].name);
		} else if (!export(context, tokens[i].variable,
		    tokens[i].token)) {
			/* Nothing stays of a login that failed. */
			pam_putenv(context->pamh, GENAUTH_EXPORT_ID);
			genauth_secret_free(&answer->id_token);
			genauth_secret_free(&answer->access_token);
			return false;
		}
	}
	return true;
}
