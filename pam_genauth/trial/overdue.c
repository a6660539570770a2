/* SPDX-License-Identifier: BSD-2-Clause */
#include "trial/overdue.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"

/* The service whose trial this file of the state directory is. */
static bool
is_trial(const char *name, char *service, size_t size)
{
	size_t length = strlen(name);
	const size_t ending = strlen(GENAUTH_TRIAL_ENDING);

	if (name[0] == '.' || length <= ending || length - ending >= size ||
	    strcmp(name + length - ending, GENAUTH_TRIAL_ENDING) != 0)
		return false;
	snprintf(service, size, "%.*s", (int)(length - ending), name);
	return true;
}

/* Ends the trial if it is overdue; false: it goes on, or cannot be ended. */
static bool
end_if_overdue(struct genauth_trial *trial, genauth_overdue_report *report,
    bool *good)
{
	struct genauth_failure failure;
	bool done = true, tell = false;
	int lock = genauth_trial_lock(trial->state_dir, &failure);
	long long ms;

	genauth_trial_read_place(trial, trial->pam_dir);
	if (lock < 0) {
		done = false;
		tell = true;
	} else if (genauth_trial_find(trial, &ms)) {
		tell = ms == 0;
		done = tell && genauth_trial_restore(trial, &failure);
	}
	/* Whoever reads the report may be slow, and others wait for us. */
	if (lock >= 0)
		close(lock);
	if (tell)
		report(trial, done ? NULL : &failure);
	*good = *good && (done || !tell);
	return done;
}

bool
genauth_overdue_end(const char *state_dir, genauth_overdue_report *report,
    unsigned *left)
{
	struct genauth_trial trial = { .state_dir = state_dir, .service = "" };
	struct genauth_failure failure;
	struct dirent *entry;
	char service[256];
	bool good = true, safe;
	DIR *folder;

	*left = 0;
	/* Nothing has ever been tried, or we may not look. */
	if ((folder = opendir(state_dir)) == NULL)
		return true;
	safe = genauth_file_check_directory(state_dir, &failure);
	if (!safe)
		report(&trial, &failure);
	while (safe && (entry = readdir(folder)) != NULL) {
		if (!is_trial(entry->d_name, service, sizeof(service)))
			continue;
		trial.service = service;
		*left += !end_if_overdue(&trial, report, &good);
	}
	closedir(folder);
	return good && safe;
}
