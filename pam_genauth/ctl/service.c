/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/service.h"

#include <string.h>

#include "common/intl.h"
#include "ctl/say.h"

bool
genauth_service_check(const char *name)
{
	const size_t length = strlen(name);

	if (length > 0 && length < 200 && name[0] != '.' && strspn(name,
	    "abcdefghijklmnopqrstuvwxyz0123456789._-") == length)
		return true;
	genauth_say_error(_("\"%s\" is not the name of a PAM service: must be "
	    "that of a file in /etc/pam.d, in lower case"), name);
	return false;
}

bool
genauth_service_is_part(const char *name)
{
	const char *end = strstr(name, "-auth");

	return strncmp(name, "common-", strlen("common-")) == 0 ||
	    (end != NULL && end[strlen("-auth")] == '\0');
}

static bool
ends_with(const char *name, const char *ending)
{
	size_t length = strlen(name), end = strlen(ending);

	return length >= end && strcmp(name + length - end, ending) == 0;
}

bool
genauth_service_is_leftover(const char *name)
{
	static const char *const endings[] = { "~", ".pam-old", ".pam-new",
	    ".rpmsave", ".rpmnew", ".rpmorig" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (ends_with(name, endings[i]))
			return true;
	return name[0] == '.' || strstr(name, ".dpkg-") != NULL ||
	    strstr(name, ".ucf-") != NULL;
}
