/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/paths.h"
#include "ctl/check.h"
#include "ctl/examples.h"
#include "ctl/lint.h"
#include "ctl/lint_sshd.h"
#include "ctl/service.h"
#include "stack/stack.h"

static int
is_service(const struct dirent *entry)
{
	return !genauth_service_is_leftover(entry->d_name);
}

static void
check_sshd(struct genauth_check *check)
{
	genauth_lint_sshd(&check->report, check->sshd_config != NULL ?
	    check->sshd_config : "/etc/ssh/sshd_config", check->sshd_asks);
}

/* A service whose stack does not ask GenAuth, or that has none. */
static void
report_unnamed(struct genauth_check *check, const char *service)
{
	char path[GENAUTH_STACK_PATH], vendor[GENAUTH_STACK_PATH],
	    example[GENAUTH_EXAMPLES_PATH], cure[GENAUTH_STACK_PATH];

	snprintf(path, sizeof(path), "%s/%s", check->pam_dir, service);
	if (access(path, F_OK) != 0 && !genauth_stack_vendor(path, vendor)) {
		snprintf(cure, sizeof(cure), _("is that the name? ls %s shows "
		    "those that there are"), check->pam_dir);
		genauth_report_add(&check->report, "pam", GENAUTH_RESULT_ERROR,
		    cure, _("%s does not name pam_genauth.so: there is no such "
		    "file"), path);
		return;
	}
	if (genauth_examples_stack(service, example))
		snprintf(cure, sizeof(cure), _("genauthctl try %s puts it "
		    "there"), service);
	else
		snprintf(cure, sizeof(cure), "%s", _("there is no example for "
		    "it; see README beside the examples for the lines"));
	genauth_report_add(&check->report, "pam", GENAUTH_RESULT_WARNING, cure,
	    _("%s does not name pam_genauth.so"), path);
}

static void
check_one(struct genauth_check *check, const char *service)
{
	if (!genauth_lint(&check->report, check->pam_dir, service, NULL,
	    check->conf))
		report_unnamed(check, service);
	if (strcmp(service, "sshd") == 0)
		check_sshd(check);
}

/*
 * Looks at all stacks of a folder but those whose name is also in the folder
 * "before"; false: it cannot be read.
 */
static bool
check_folder(struct genauth_check *check, const char *folder,
    const char *before, bool *any, bool *sshd)
{
	struct dirent **entries;
	char path[GENAUTH_STACK_PATH];
	int count = scandir(folder, &entries, is_service, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		snprintf(path, sizeof(path), "%s/%s", before, name);
		if (!genauth_service_is_part(name) && (before[0] == '\0' ||
		    access(path, F_OK) != 0) && genauth_lint(&check->report,
		    check->pam_dir, name, NULL, check->conf)) {
			*any = true;
			/* Else it would be the same errors again. */
			if (check->usable)
				genauth_check_options_of(check, name);
			*sshd = *sshd || strcmp(name, "sshd") == 0;
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return count >= 0;
}

void
genauth_check_stacks(struct genauth_check *check)
{
	bool any = false, sshd = false;

	if (check->service != NULL) {
		check_one(check, check->service);
		return;
	}
	if (!check_folder(check, check->pam_dir, "", &any, &sshd)) {
		genauth_report_add(&check->report, "pam", GENAUTH_RESULT_ERROR,
		    _("name the folder with --pam-dir"), "%s: %s",
		    check->pam_dir, strerror(errno));
		return;
	}
	if (strcmp(check->pam_dir, genauth_paths.pam_d) == 0)
		check_folder(check, genauth_paths.vendor_pam_d, check->pam_dir, &any,
		    &sshd);
	if (!any)
		genauth_report_add(&check->report, "pam",
		    GENAUTH_RESULT_WARNING, _("genauthctl try sshd, for one, "
		    "puts it there"), _("no stack in %s names pam_genauth.so"),
		    check->pam_dir);
	if (sshd || check->sshd_config != NULL)
		check_sshd(check);
}
