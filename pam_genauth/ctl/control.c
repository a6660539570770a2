/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/control.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ctl/stack.h"

#define SPACE " \t\r\n"

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

static bool
parse_action(const char *word, int *action)
{
	static const char *const names[] = { "ignore", "ok", "done", "bad",
	    "die", "reset" };
	char *end;
	long jump = strtol(word, &end, 10);

	for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++)
		if (strcasecmp(word, names[i]) == 0) {
			*action = -i;
			return true;
		}
	*action = (int)jump;
	return end != word && *end == '\0' && jump > 0 && jump < 1000;
}

/* One "code=action". */
static bool
parse_pair(char *pair, int *actions, int *otherwise)
{
	char *value = strchr(pair, '=');
	int code, action;

	if (value == NULL)
		return false;
	*value++ = '\0';
	if (!parse_action(value, &action))
		return false;
	if (strcasecmp(pair, "default") == 0) {
		*otherwise = action;
		return true;
	}
	if ((code = genauth_pam_codes_parse(pair)) < 0)
		return false;
	actions[code] = action;
	return true;
}

bool
genauth_control_parse(char *control, int *actions)
{
	int otherwise = GENAUTH_ACTION_BAD;
	char copy[1024];
	char *place = NULL, *pair;

	for (size_t i = 0; i < sizeof(short_forms) / sizeof(short_forms[0]);
	    i++)
		if (strcasecmp(control, short_forms[i].name) == 0) {
			snprintf(copy, sizeof(copy), "%s",
			    short_forms[i].meaning);
			control = copy;
			break;
		}
	for (int code = 0; code < GENAUTH_PAM_CODES; code++)
		actions[code] = GENAUTH_ACTION_UNSET;
	for (pair = strtok_r(control, SPACE, &place); pair != NULL;
	    pair = strtok_r(NULL, SPACE, &place))
		if (!parse_pair(pair, actions, &otherwise))
			return false;
	for (int code = 0; code < GENAUTH_PAM_CODES; code++)
		if (actions[code] == GENAUTH_ACTION_UNSET)
			actions[code] = otherwise;
	return true;
}
