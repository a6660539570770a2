/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/paths.h"
#include "ctl/examples.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTIONS "genauth.conf"

static bool
is_stack(const char *name)
{
	return name[0] != '.' && strcmp(name, "README") != 0 &&
	    strcmp(name, OPTIONS) != 0;
}

static int
is_listed(const struct dirent *entry)
{
	return is_stack(entry->d_name);
}

bool
genauth_examples_stack(const char *service, char path[GENAUTH_EXAMPLES_PATH])
{
	snprintf(path, GENAUTH_EXAMPLES_PATH, "%s/%s",
	    genauth_paths.examples, service);
	return is_stack(service) && access(path, R_OK) == 0;
}

void
genauth_examples_services(char *list, size_t size)
{
	struct dirent **entries;
	int count = scandir(genauth_paths.examples, &entries, is_listed,
	    alphasort);
	size_t length = 0;

	list[0] = '\0';
	for (int i = 0; i < count; i++) {
		if (length < size)
			length += (size_t)snprintf(list + length, size - length,
			    "%s%s", i > 0 ? ", " : "", entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

void
genauth_examples_options(char path[GENAUTH_EXAMPLES_PATH])
{
	snprintf(path, GENAUTH_EXAMPLES_PATH, "%s/%s", genauth_paths.examples,
	    OPTIONS);
}
