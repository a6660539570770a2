/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/form.h"

#include <stdio.h>
#include <string.h>

#include "common/list.h"

/* Where the option is unset; the documents' samples have it. */
#define DEFAULT_SCOPE "openid profile"

bool
genauth_form_is_phone(const char *account)
{
	account += *account == '+';
	return *account != '\0' &&
	    account[strspn(account, "0123456789")] == '\0';
}

enum genauth_account_type
genauth_form_of(const struct genauth_options *options, const char *account)
{
	if (options->connection != GENAUTH_CONNECTION_PASSWORD)
		return GENAUTH_ACCOUNT_USERNAME;
	if (options->account_type != GENAUTH_ACCOUNT_ANY)
		return options->account_type;
	if (strchr(account, '@') != NULL)
		return GENAUTH_ACCOUNT_EMAIL;
	return genauth_form_is_phone(account) ? GENAUTH_ACCOUNT_PHONE :
	    GENAUTH_ACCOUNT_USERNAME;
}

const char *
genauth_form_scope(enum genauth_account_type form)
{
	switch (form) {
	case GENAUTH_ACCOUNT_EMAIL:
		return "email";
	case GENAUTH_ACCOUNT_PHONE:
		return "phone";
	default:
		return "username";
	}
}

bool
genauth_form_is_asked_for(const struct genauth_options *options,
    enum genauth_account_type form)
{
	const char *scope = genauth_form_scope(form);

	return options->scope == NULL ||
	    genauth_list_has(options->scope, " ", scope, strlen(scope));
}

const char *
genauth_form_scopes(const struct genauth_options *options,
    const char *account, char out[GENAUTH_FORM_SCOPES])
{
	if (options->scope != NULL)
		return options->scope;
	if (options->identity == GENAUTH_IDENTITY_REQUIRED)
		snprintf(out, GENAUTH_FORM_SCOPES, DEFAULT_SCOPE " %s",
		    genauth_form_scope(genauth_form_of(options, account)));
	else
		snprintf(out, GENAUTH_FORM_SCOPES, DEFAULT_SCOPE);
	return out;
}

bool
genauth_form_check_scope(const struct genauth_options *options,
    struct genauth_failure *failure)
{
	enum genauth_account_type form;

	if (options->identity != GENAUTH_IDENTITY_REQUIRED)
		return true;
	if (options->connection == GENAUTH_CONNECTION_PASSWORD &&
	    options->account_type == GENAUTH_ACCOUNT_ANY)
		return genauth_form_is_asked_for(options,
		    GENAUTH_ACCOUNT_USERNAME) ||
		    genauth_form_is_asked_for(options, GENAUTH_ACCOUNT_EMAIL) ||
		    genauth_form_is_asked_for(options, GENAUTH_ACCOUNT_PHONE) ||
		    genauth_failure_set(failure, GENAUTH_CONFIG,
		    "identity = required needs username, email or phone in "
		    "scope, whichever accounts are; add it, or remove scope");
	form = genauth_form_of(options, "");
	return genauth_form_is_asked_for(options, form) ||
	    genauth_failure_set(failure, GENAUTH_CONFIG, "identity = required "
	    "needs %s in scope; add it, or remove scope",
	    genauth_form_scope(form));
}
