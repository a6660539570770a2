/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/check.h"
#include "ctl/intl.h"
#include "ctl/lint.h"
#include "ctl/lint_sshd.h"
#include "ctl/stack.h"

/* Leaves out backups and half-written files, which libpam would not find. */
static int
is_service(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && entry->d_name[length - 1] != '~' &&
	    strstr(entry->d_name, ".dpkg-") == NULL &&
	    strstr(entry->d_name, ".rpm") == NULL;
}

/*
 * Parts of other stacks rather than stacks: Debian's, and Fedora's, which end
 * in "-auth".
 */
static bool
is_part(const char *name)
{
	const char *end = strstr(name, "-auth");

	return strncmp(name, "common-", strlen("common-")) == 0 ||
	    (end != NULL && end[strlen("-auth")] == '\0');
}

static void
check_sshd(struct genauth_check *check)
{
	genauth_lint_sshd(&check->report, check->sshd_config != NULL ?
	    check->sshd_config : "/etc/ssh/sshd_config");
}

static void
check_one(struct genauth_check *check, const char *service)
{
	if (!genauth_lint(&check->report, check->pam_dir, service, NULL))
		genauth_report_add(&check->report, "pam",
		    GENAUTH_RESULT_WARNING, _("genauthctl try SERVICE puts it "
		    "there"), _("%s/%s does not name pam_genauth.so"),
		    check->pam_dir, service);
	else if (strcmp(service, "sshd") == 0)
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
		if (!is_part(name) && (before[0] == '\0' ||
		    access(path, F_OK) != 0) && genauth_lint(&check->report,
		    check->pam_dir, name, NULL)) {
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
	if (strcmp(check->pam_dir, GENAUTH_PAM_D) == 0)
		check_folder(check, GENAUTH_PAM_VENDOR_D, check->pam_dir, &any,
		    &sshd);
	if (!any)
		genauth_report_add(&check->report, "pam",
		    GENAUTH_RESULT_WARNING, _("genauthctl try SERVICE puts it "
		    "there"), _("no stack in %s names pam_genauth.so"),
		    check->pam_dir);
	if (sshd || check->sshd_config != NULL)
		check_sshd(check);
}
