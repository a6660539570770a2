/* SPDX-License-Identifier: BSD-2-Clause */
#include "caller/allowed.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/list.h"

/* Of everybody whom a user namespace does not map: nobody's in particular. */
#define UNMAPPED 65534

/* One word of the option, NAME:SERVICE. */
static bool
names(const char *word, size_t length, uid_t caller, const char *service)
{
	const char *colon = memchr(word, ':', length);
	char name[64];
	const struct passwd *entry;
	size_t name_length = colon == NULL ? 0 : (size_t)(colon - word);

	if (name_length == 0 || name_length >= sizeof(name) ||
	    length - name_length - 1 != strlen(service) ||
	    memcmp(colon + 1, service, strlen(service)) != 0)
		return false;
	memcpy(name, word, name_length);
	name[name_length] = '\0';
	entry = getpwnam(name);
	return entry != NULL && entry->pw_uid == caller;
}

static bool
is_service_caller(const char *list, uid_t caller, const char *service)
{
	size_t length;

	if (list == NULL)
		return false;
	for (; *(list = genauth_list_next(list, " ", &length)) != '\0';
	    list += length)
		if (names(list, length, caller, service))
			return true;
	return false;
}

bool
genauth_allowed_asks(const struct genauth_options *options, uid_t caller,
    const char *service, const struct passwd *entry,
    char attempts[GENAUTH_ALLOWED_NAME], bool *for_service,
    struct genauth_failure *failure)
{
	attempts[0] = '\0';
	*for_service = false;
	if (caller == UNMAPPED || caller == (uid_t)-1 || caller == 0)
		return genauth_failure_set(failure, GENAUTH_DENIED,
		    "the caller's uid is nobody's");
	if (options->allow_user_callers && entry != NULL &&
	    entry->pw_uid == caller) {
		snprintf(attempts, GENAUTH_ALLOWED_NAME, "calls-%u",
		    (unsigned)caller);
		return true;
	}
	if (is_service_caller(options->allow_service_callers, caller,
	    service)) {
		if (entry != NULL)
			snprintf(attempts, GENAUTH_ALLOWED_NAME,
			    "calls-%u-%u", (unsigned)caller,
			    (unsigned)entry->pw_uid);
		*for_service = true;
		return true;
	}
	if (!options->allow_user_callers)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "allow_user_callers and allow_service_callers let this "
		    "caller not ask");
	return genauth_failure_set(failure, GENAUTH_DENIED,
	    "a caller may ask about nobody else");
}
