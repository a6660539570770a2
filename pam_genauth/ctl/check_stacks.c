/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/check.h"
#include "ctl/intl.h"
#include "ctl/lint.h"
#include "ctl/lint_sshd.h"

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

void
genauth_check_stacks(struct genauth_check *check)
{
	struct dirent **entries;
	bool any = false, sshd = false;
	int count;

	if (check->service != NULL) {
		check_one(check, check->service);
		return;
	}
	count = scandir(check->pam_dir, &entries, is_service, alphasort);
	if (count < 0) {
		genauth_report_add(&check->report, "pam", GENAUTH_RESULT_ERROR,
		    _("name the folder with --pam-dir"), "%s: %s",
		    check->pam_dir, strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (!is_part(name) && genauth_lint(&check->report,
		    check->pam_dir, name, NULL)) {
			any = true;
			/* Else it would be the same errors again. */
			if (check->usable)
				genauth_check_options_of(check, name);
			sshd = sshd || strcmp(name, "sshd") == 0;
		}
		free(entries[i]);
	}
	free(entries);
	if (!any)
		genauth_report_add(&check->report, "pam",
		    GENAUTH_RESULT_WARNING, _("genauthctl try SERVICE puts it "
		    "there"), _("no stack in %s names pam_genauth.so"),
		    check->pam_dir);
	if (sshd || check->sshd_config != NULL)
		check_sshd(check);
}
