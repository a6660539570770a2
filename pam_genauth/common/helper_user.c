/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/helper_user.h"

#include <errno.h>
#include <pwd.h>
#include <stddef.h>

const struct passwd *
genauth_helper_user(const char *option)
{
	const struct passwd *entry;

	errno = 0;
	if (option != NULL)
		return getpwnam(option);
	entry = getpwnam("_genauth");
	errno = 0;
	return entry != NULL ? entry : getpwnam("nobody");
}
