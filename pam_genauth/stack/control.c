/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/control.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "stack/stack.h"

/* What libpam takes for blank; '\r' is not. */
#define SPACE " \t\n"

char *
genauth_control_word(char **text)
{
	char *start = *text + strspn(*text, SPACE), *from, *to;

	if (*start == '\0')
		return NULL;
	if (*start != '[') {
		from = start + strcspn(start, SPACE);
		*text = *from == '\0' ? from : from + 1;
		*from = '\0';
		return start;
	}
	to = ++start;
	for (from = start; *from != '\0' && *from != ']'; *to++ = *from++)
		if (from[0] == '\\' && from[1] == ']')
			from++;
	*text = *from == '\0' ? from : from + 1;
	*to = '\0';
	return start;
}

static const struct {
	const char *name, *meaning;
} short_forms[] = {
	{ "required", "success=ok new_authtok_reqd=ok ignore=ignore "
	    "default=bad" },
	{ "requisite", "success=ok new_authtok_reqd=ok ignore=ignore "
	    "default=die" },
	{ "sufficient", "success=done new_authtok_reqd=done default=ignore" },
	{ "optional", "success=ok new_authtok_reqd=ok default=ignore" },
};

static void
skip_blanks(const char **text)
{
	*text += strspn(*text, " \t\n\v\f\r");
}

/* Moves behind a word, in lower case, that the text begins with. */
static bool
take_word(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

/* Moves behind a code; GENAUTH_PAM_CODES is the default, -1 none of them. */
static int
take_code(const char **text)
{
	char name[64];
	size_t length;

	for (int code = 0; code < GENAUTH_PAM_CODES; code++) {
		snprintf(name, sizeof(name), "%s", genauth_pam_codes_name(
		    code) + strlen("PAM_"));
		for (length = 0; name[length] != '\0'; length++)
			name[length] = (char)tolower(name[length]);
		/* libpam's word for this one is not that of pam.d(5). */
		if (take_word(text, code == PAM_AUTHTOK_RECOVERY_ERR ?
		    "authtok_recover_err" : name))
			return code;
	}
	return take_word(text, "default") ? GENAUTH_PAM_CODES : -1;
}

static bool
take_action(const char **text, int *action)
{
	static const char *const names[] = { "ignore", "ok", "done", "bad",
	    "die", "reset" };
	long long jump = 0;

	for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++)
		if (take_word(text, names[i])) {
			*action = -i;
			return true;
		}
	/* Beyond an int, libpam from 1.6 on refuses it. */
	for (; isdigit((unsigned char)**text); ++*text)
		jump = jump > INT_MAX ? jump : jump * 10 + **text - '0';
	*action = jump > INT_MAX ? 0 : (int)jump;
	return *action > 0;
}

/* What is not set yet. */
static void
set_default(int *actions, int action)
{
	for (int code = 0; code < GENAUTH_PAM_CODES; code++)
		if (actions[code] == GENAUTH_ACTION_UNSET)
			actions[code] = action;
}

/*
 * "code=action …", where blanks may stand around the '=' and need not stand
 * behind the action.
 */
static bool
take_pairs(const char *text, int *actions)
{
	int code, action;

	for (skip_blanks(&text); *text != '\0'; skip_blanks(&text)) {
		if ((code = take_code(&text)) < 0)
			return false;
		skip_blanks(&text);
		if (*text++ != '=')
			return false;
		skip_blanks(&text);
		if (!take_action(&text, &action))
			return false;
		if (code == GENAUTH_PAM_CODES)
			set_default(actions, action);
		else
			actions[code] = action;
	}
	return true;
}

bool
genauth_control_parse(const char *control, int *actions)
{
	bool good;

	for (size_t i = 0; i < sizeof(short_forms) / sizeof(short_forms[0]);
	    i++)
		if (strcasecmp(control, short_forms[i].name) == 0)
			control = short_forms[i].meaning;
	for (int code = 0; code < GENAUTH_PAM_CODES; code++)
		actions[code] = GENAUTH_ACTION_UNSET;
	good = take_pairs(control, actions);
	for (int code = 0; code < GENAUTH_PAM_CODES && !good; code++)
		actions[code] = GENAUTH_ACTION_UNSET;
	set_default(actions, GENAUTH_ACTION_BAD);
	return good;
}
