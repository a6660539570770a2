/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/option_checks.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/list.h"
#include "common/prefix.h"
#include "common/text.h"

static const char letters_and_digits[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* Whether text has only characters of the two sets. */
static bool
consists_of(const char *text, const char *set, const char *others)
{
	for (; *text != '\0'; text++)
		if (strchr(set, *text) == NULL && strchr(others, *text) == NULL)
			return false;
	return true;
}

const char *
genauth_option_check_any(const char *value)
{
	(void)value;
	return NULL;
}

const char *
genauth_option_check_app_host(const char *value)
{
	const char *authority = value + strlen("https://");
	const char *slash;

	if (strncasecmp(value, "https://", strlen("https://")) != 0)
		return "must begin with https://";
	slash = strchr(authority, '/');
	/* One slash may end it: that is how browsers show an address. */
	if (*authority == '\0' || slash == authority ||
	    (slash != NULL && slash[1] != '\0') ||
	    !consists_of(authority, letters_and_digits, ".-:[]/"))
		return "must be https://HOST or https://HOST:PORT, no more";
	return NULL;
}

/* Goes into headers, so nothing that could end or split one. */
const char *
genauth_option_check_token(const char *value)
{
	for (; *value != '\0'; value++)
		if (*value <= ' ' || *value > '~')
			return "must be printable ASCII without spaces";
	return NULL;
}

const char *
genauth_option_check_account_format(const char *value)
{
	bool has_user = false;

	for (; *value != '\0'; value++) {
		if (*value != '%')
			continue;
		value++;
		if (*value == 'u')
			has_user = true;
		else if (*value != '%')
			return "has a % that is neither %u nor %%";
	}
	/* Else everybody would log in with one and the same account. */
	return has_user ? NULL : "must contain %u, the PAM user name";
}

const char *
genauth_option_check_scope(const char *value)
{
	return genauth_list_has(value, " ", "openid", strlen("openid")) ? NULL :
	    "must contain openid";
}

const char *
genauth_option_check_export_tokens(const char *value)
{
	size_t length;

	genauth_list_next(value, " ,", &length);
	return genauth_list_has(value, " ,", "none", 4) && value[length] != '\0' ?
	    "cannot be none and something else" : NULL;
}

/* GetMfaInfoDataDto, applicationMfa.mfaPolicy; FACE needs a camera. */
const char *
genauth_option_check_mfa_policy_order(const char *value)
{
	static const char policies[] = "OTP EMAIL SMS";
	size_t length;

	for (; *(value = genauth_list_next(value, " ", &length)) != '\0';
	    value += length)
		if (!genauth_list_has(policies, " ", value, length) ||
		    genauth_list_has(value + length, " ", value, length))
			return "must be of OTP, EMAIL and SMS, each once";
	return NULL;
}

/* Stands in a path, and in the log. */
const char *
genauth_option_check_code(const char *value)
{
	return genauth_text_is_code(value, strlen(value)) ? NULL :
	    "must be letters, digits and ._-:@/+ alone, not - first";
}

const char *
genauth_option_check_codes(const char *value)
{
	size_t length;
	bool any = false;

	for (; *(value = genauth_list_next(value, " ", &length)) != '\0';
	    value += length) {
		any = true;
		if (!genauth_text_is_code(value, length))
			return "must be codes, separated by spaces: each of at "
			    "most 64 letters, digits and ._-:@/+, not - first";
	}
	/* A list of none would ask for something and demand nothing. */
	return any ? NULL : "must name one code at least";
}

const char *
genauth_option_check_pin(const char *value)
{
	return strncmp(value, "sha256//", strlen("sha256//")) == 0 &&
	    consists_of(value, letters_and_digits, "+/=;") ? NULL :
	    "must be sha256//BASE64 (several are separated by ;)";
}

const char *
genauth_option_check_proxy(const char *value)
{
	if (strncmp(value, "http://", strlen("http://")) != 0)
		return "must begin with http://";
	return genauth_option_check_token(value);
}

const char *
genauth_option_check_user(const char *value)
{
	return *value != '-' && consists_of(value, letters_and_digits, "._-") ?
	    NULL : "is no user name";
}

/*
 * What other programs take for a pattern, a group or the end of a name would
 * be taken literally here, and a list that is to deny would deny nobody.
 */
const char *
genauth_option_check_names(const char *value)
{
	size_t length;

	value = genauth_list_next(value, " ", &length);
	if (length == 0)
		return "names nobody";
	if (strpbrk(value, "*?!,:/\"'") != NULL)
		return "must be whole names, separated by spaces; none has one "
		    "of * ? ! , : / and quotes in it";
	for (; length > 0; value = genauth_list_next(value + length, " ",
	    &length))
		if (strchr("-+@%&", *value) != NULL)
			return "must be names alone, without - + @ % or & in "
			    "front";
	return NULL;
}

const char *
genauth_option_check_hosts(const char *value)
{
	struct genauth_prefix prefix;
	const char *fault = "has no address";
	size_t length;

	for (value = genauth_list_next(value, " ", &length); length > 0;
	    value = genauth_list_next(value + length, " ", &length)) {
		fault = length == strlen("local") && strncmp(value, "local",
		    length) == 0 ? NULL : genauth_prefix_parse(value, length,
		    &prefix);
		if (fault != NULL)
			return fault;
	}
	return fault;
}

const char *
genauth_option_check_callers(const char *value)
{
	const char *colon;
	size_t length;

	for (value = genauth_list_next(value, " ", &length); length > 0;
	    value = genauth_list_next(value + length, " ", &length)) {
		colon = memchr(value, ':', length);
		if (colon == NULL || colon == value ||
		    colon + 1 == value + length ||
		    memchr(colon + 1, ':',
		    (size_t)(value + length - colon - 1)) != NULL)
			return "must be USER:SERVICE, separated by spaces";
	}
	return NULL;
}
