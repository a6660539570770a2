/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/readable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "genauth/http_stores.h"

/* Of name resolution. */
static const char *const files[] = { "/etc/nsswitch.conf", "/etc/hosts",
	"/etc/resolv.conf" };
#define FILE_COUNT (sizeof(files) / sizeof(files[0]))

/* Also where a folder above it is closed. */
static bool
is_closed(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		close(fd);
	return fd < 0 && (errno == EACCES || errno == EPERM);
}

/* Whether it is closed, which is then told. */
static bool
check(const char *path, enum genauth_checked fault,
    const struct genauth_finding_listener *listener)
{
	struct genauth_finding finding = { .step = GENAUTH_STEP_FILES,
	    .checked = fault };

	if (path == NULL || !is_closed(path))
		return false;
	snprintf(finding.text, sizeof(finding.text), "%s", path);
	listener->found(listener->data, &finding);
	return true;
}

/* The first certificate that is closed tells; there may be hundreds. */
static void
check_folder(const char *path, const struct genauth_finding_listener *listener)
{
	DIR *folder = path == NULL ? NULL : opendir(path);
	struct dirent *entry;
	char file[512];
	bool found = false;

	while (folder != NULL && !found && (entry = readdir(folder)) != NULL)
		found = genauth_http_stores_is_hash(entry->d_name) &&
		    (size_t)snprintf(file, sizeof(file), "%s/%s", path,
		    entry->d_name) < sizeof(file) &&
		    check(file, GENAUTH_CHECKED_UNKNOWN, listener);
	if (folder != NULL)
		closedir(folder);
}

void
genauth_readable_check(const struct genauth_options *options,
    const struct genauth_finding_listener *listener)
{
	struct genauth_http_stores stores = genauth_http_stores_find(options);

	for (size_t i = 0; i < FILE_COUNT; i++)
		check(files[i], GENAUTH_CHECKED_WRONG, listener);
	check(stores.file, GENAUTH_CHECKED_UNKNOWN, listener);
	if (!check(stores.folder, GENAUTH_CHECKED_UNKNOWN, listener))
		check_folder(stores.folder, listener);
}

bool
genauth_readable_may_tell_of(const struct genauth_options *options,
    const char *path)
{
	struct genauth_http_stores stores = genauth_http_stores_find(options);
	size_t length = stores.folder != NULL ? strlen(stores.folder) : 0;

	for (size_t i = 0; i < FILE_COUNT; i++)
		if (strcmp(path, files[i]) == 0)
			return true;
	if (stores.file != NULL && strcmp(path, stores.file) == 0)
		return true;
	return stores.folder != NULL &&
	    strncmp(path, stores.folder, length) == 0 &&
	    (path[length] == '\0' || (path[length] == '/' &&
	    genauth_http_stores_is_hash(path + length + 1)));
}
