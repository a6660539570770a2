/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/stat.h>

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/helper_user.h"
#include "common/intl.h"
#include "common/paths.h"
#include "ctl/check.h"
#include "login/policy.h"

/* A program or module that root runs: there, root's, closed to others. */
static void
check_file(struct genauth_check *check, const char *name, const char *path,
    int access_mode)
{
	const char *again = _("install pam_genauth again");
	struct stat status;

	if (stat(path, &status) != 0 || access(path, access_mode) != 0)
		genauth_report_add(&check->report, name, GENAUTH_RESULT_ERROR,
		    again, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(status.st_mode))
		genauth_report_add(&check->report, name, GENAUTH_RESULT_ERROR,
		    again, _("%s: not a regular file"), path);
	else if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)))
		genauth_report_add(&check->report, name, GENAUTH_RESULT_ERROR,
		    _("chown root and chmod go-w it"),
		    _("%s: somebody but root can change it"), path);
	else
		genauth_report_add(&check->report, name, GENAUTH_RESULT_OK,
		    NULL, "%s", path);
}

static void
check_helper_user(struct genauth_check *check)
{
	static const char name[] = "helper-user";
	const char *user = check->options.helper_user;
	const struct passwd *entry = genauth_helper_user(user);

	if (user == NULL)
		user = entry != NULL ? entry->pw_name : "nobody";
	if (entry == NULL)
		genauth_report_add(&check->report, name, GENAUTH_RESULT_ERROR,
		    _("set helper_user to a user that exists"),
		    _("helper_user %s: this host has no such user"), user);
	else if (strcmp(user, "root") == 0)
		genauth_report_add(&check->report, name,
		    GENAUTH_RESULT_WARNING, _("set helper_user to another "
		    "user, if this user namespace has one"), _("helper_user "
		    "root: who takes genauth-signin over can read what only "
		    "root may"));
	else if (entry->pw_uid == 0)
		genauth_report_add(&check->report, name, GENAUTH_RESULT_ERROR,
		    _("set helper_user to a user without rights"),
		    _("helper_user %s has uid 0"), user);
	else
		genauth_report_add(&check->report, name, GENAUTH_RESULT_OK,
		    NULL, "%s", user);
}

/* Whether GenAuth could log anybody in: the users come from this host. */
static void
check_users(struct genauth_check *check)
{
	/* A directory may list very many; the first ones tell. */
	const unsigned limit = 100000;
	long long min_uid = check->options.min_uid;
	const struct passwd *entry;
	char example[64] = "";

	setpwent();
	for (unsigned i = 0; i < limit && example[0] == '\0' &&
	    (entry = getpwent()) != NULL; i++)
		if (genauth_policy_refuses_user(entry->pw_name, entry,
		    &check->options) == NULL)
			snprintf(example, sizeof(example), "%s",
			    entry->pw_name);
	endpwent();
	if (example[0] != '\0')
		genauth_report_add(&check->report, "users", GENAUTH_RESULT_OK,
		    NULL, _("uid %lld and up are served, for example %s"),
		    min_uid, example);
	else
		genauth_report_add(&check->report, "users",
		    GENAUTH_RESULT_WARNING, _("useradd -m -s /bin/bash -K "
		    "PASS_MAX_DAYS=-1 NAME; or see min_uid"),
		    _("this host lists no user that GenAuth could log in"));
}

void
genauth_check_host(struct genauth_check *check)
{
	char module[4096];

	snprintf(module, sizeof(module), "%s/pam_genauth.so",
	    genauth_paths.modules);
	check_file(check, "module", module, R_OK);
	check_file(check, "helper", genauth_paths.signin, X_OK);
	check_helper_user(check);
	check_users(check);
}
