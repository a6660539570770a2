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
#include "login/account_map.h"
#include "login/policy.h"
#include "login/who.h"

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

/* A directory may list very many; the first ones tell. */
#define USERS_LIMIT 100000
/* Of these, NSS is asked for the groups. */
#define LISTED_LIMIT 1000

static bool
has_lists(const struct genauth_options *options)
{
	return options->allow_users != NULL || options->allow_groups != NULL ||
	    options->deny_users != NULL || options->deny_groups != NULL;
}

/* Whether the map, or what stands in for it, has an account for each user. */
static bool
has_accounts_for_all(const struct genauth_options *options)
{
	return options->account_map == NULL || options->account_map_fallback;
}

static bool
is_served(const struct genauth_options *options, const struct passwd *entry,
    const struct genauth_account_map *map, unsigned *asked)
{
	struct genauth_failure ignored;

	if (genauth_policy_refuses_user(entry->pw_name, entry, options) !=
	    NULL || (!has_accounts_for_all(options) &&
	    genauth_account_map_find(map, entry->pw_name) == NULL))
		return false;
	return !has_lists(options) || (++*asked <= LISTED_LIMIT &&
	    genauth_who_is_listed(options, entry, &ignored));
}

/* A user whom GenAuth could log in, wherever from; false: none is listed. */
static bool
find_served(const struct genauth_options *options, char *name, size_t size)
{
	struct genauth_account_map map = { 0 };
	struct genauth_failure ignored;
	const struct passwd *entry;
	unsigned asked = 0;
	bool found = false;

	/* What is wrong with it is said with the accounts. */
	if (!has_accounts_for_all(options))
		genauth_account_map_read(&map, options->account_map, &ignored);
	setpwent();
	for (unsigned i = 0; i < USERS_LIMIT && !found &&
	    (entry = getpwent()) != NULL; i++) {
		found = is_served(options, entry, &map, &asked);
		snprintf(name, size, "%s", entry->pw_name);
	}
	endpwent();
	genauth_account_map_free(&map);
	return found;
}

/* Whether GenAuth could log anybody in: the users come from this host. */
static void
check_users(struct genauth_check *check)
{
	const struct genauth_options *options = &check->options;
	char example[64];

	if (!find_served(options, example, sizeof(example)))
		genauth_report_add(&check->report, "users",
		    GENAUTH_RESULT_WARNING, has_lists(options) ?
		    _("see allow_users, allow_groups, deny_users and "
		    "deny_groups in genauth.conf(5)") :
		    !has_accounts_for_all(options) ?
		    _("see account_map in genauth.conf(5)") :
		    _("useradd -m -s /bin/bash -K PASS_MAX_DAYS=-1 NAME; or "
		    "see min_uid"),
		    _("this host lists no user that GenAuth could log in"));
	else if (has_lists(options))
		genauth_report_add(&check->report, "users", GENAUTH_RESULT_OK,
		    NULL, _("whom the lists let in is served from uid %lld "
		    "up, for example %s"), options->min_uid, example);
	else
		genauth_report_add(&check->report, "users", GENAUTH_RESULT_OK,
		    NULL, _("uid %lld and up are served, for example %s"),
		    options->min_uid, example);
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
