/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/who.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/list.h"
#include "login/groups.h"
#include "login/host.h"
#include "login/login.h"
#include "login/policy.h"

static bool
skip(struct genauth_failure *failure, const char *why)
{
	return genauth_failure_set(failure, GENAUTH_SKIP, "%s", why);
}

static bool
has_user(const char *list, const struct passwd *entry)
{
	return list != NULL && genauth_list_has(list, " ", entry->pw_name,
	    strlen(entry->pw_name));
}

/* What the groups of a list say. */
struct finding {
	bool member;			/* of one of them */
	char unknown[128];		/* one that there is not, or "" */
	bool failed;			/* one that NSS does not tell of */
	struct genauth_failure failure;	/* of that */
};

static void
look_through(const char *list, const struct passwd *entry,
    const struct genauth_groups *groups, struct finding *finding)
{
	enum genauth_groups_answer answer;
	size_t length;

	*finding = (struct finding){ .member = false };
	for (list = genauth_list_next(list, " ", &length); length > 0 &&
	    !finding->member; list = genauth_list_next(list + length, " ",
	    &length)) {
		answer = genauth_groups_look(list, length, entry, groups,
		    &finding->failure);
		finding->member = answer == GENAUTH_GROUPS_MEMBER;
		if (answer == GENAUTH_GROUPS_FAILED)
			finding->failed = true;
		else if (answer == GENAUTH_GROUPS_UNKNOWN)
			snprintf(finding->unknown, sizeof(finding->unknown),
			    "%.*s", (int)length, list);
	}
}

/*
 * A group that is not there could be the one that the user is in: its name may
 * be mistyped, or the directory that has it away.
 */
static bool
is_not_denied(const char *list, const struct passwd *entry,
    const struct genauth_groups *groups, struct genauth_failure *failure)
{
	struct finding finding;

	look_through(list, entry, groups, &finding);
	if (finding.member)
		return skip(failure, "the user is in a group of deny_groups");
	if (finding.unknown[0] != '\0')
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "deny_groups: this host knows no group %s, so nobody is "
		    "served", finding.unknown);
	if (finding.failed)
		*failure = finding.failure;
	return !finding.failed;
}

static bool
is_allowed(const struct genauth_options *options, const struct passwd *entry,
    const struct genauth_groups *groups, struct genauth_failure *failure)
{
	struct finding finding;
	bool unknown;

	if (options->allow_groups == NULL)
		return options->allow_users == NULL ||
		    has_user(options->allow_users, entry) ||
		    skip(failure, "the user is not in allow_users");
	if (has_user(options->allow_users, entry))
		return true;
	look_through(options->allow_groups, entry, groups, &finding);
	if (finding.member)
		return true;
	if (finding.failed) {
		*failure = finding.failure;
		return false;
	}
	unknown = finding.unknown[0] != '\0';
	return genauth_failure_set(failure, GENAUTH_SKIP, "the user is %sin no "
	    "group of allow_groups%s%s%s", options->allow_users != NULL ?
	    "not in allow_users, and " : "", unknown ?
	    " (this host knows no group " : "", finding.unknown,
	    unknown ? ")" : "");
}

bool
genauth_who_is_listed(const struct genauth_options *options,
    const struct passwd *entry, struct genauth_failure *failure)
{
	struct genauth_groups groups = { 0 };
	bool in;

	if (has_user(options->deny_users, entry))
		return skip(failure, "the user is in deny_users");
	/* NSS is only asked for what is to be known. */
	if ((options->deny_groups != NULL || options->allow_groups != NULL) &&
	    !genauth_groups_of(entry, &groups, failure))
		return false;
	in = (options->deny_groups == NULL || is_not_denied(
	    options->deny_groups, entry, &groups, failure)) &&
	    is_allowed(options, entry, &groups, failure);
	genauth_groups_free(&groups);
	return in;
}

static bool
is_from_there(const char *list, const char *rhost,
    struct genauth_failure *failure)
{
	char address[INET6_ADDRSTRLEN];

	if (list == NULL || genauth_host_is_in(list, rhost))
		return true;
	if (rhost == NULL)
		return skip(failure, "a local login, and allow_hosts has no "
		    "word local");
	return skip(failure, genauth_host_address(rhost, address) != NULL ?
	    "the address is not in allow_hosts" :
	    "the host is named, and allow_hosts takes only addresses");
}

bool
genauth_who_is_served(const struct genauth_login *login,
    struct genauth_failure *failure)
{
	const struct genauth_options *options = login->options;
	const char *fault = genauth_policy_refuses_user(login->user,
	    login->entry, options);

	if (login->any_user)
		return true;
	if (fault != NULL)
		return skip(failure, fault);
	return is_from_there(options->allow_hosts, login->rhost, failure) &&
	    genauth_who_is_listed(options, login->entry, failure);
}
