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
