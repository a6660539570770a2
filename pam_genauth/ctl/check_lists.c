/* SPDX-License-Identifier: BSD-2-Clause */
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "common/list.h"
#include "ctl/check.h"
#include "login/groups.h"
#include "login/policy.h"

/* One list of names, and what becomes of it. */
struct list {
	struct genauth_check *check;
	const struct genauth_options *options;
	const char *key, *value;
	bool denies;
	bool good;
};

#define ADD(list, severity, ...) \
	((list)->good = false, genauth_report_add(&(list)->check->report, \
	    "lists", GENAUTH_RESULT_##severity, __VA_ARGS__))

static void
check_user(struct list *list, const char *name)
{
	const struct passwd *entry = getpwnam(name);
	const char *fault = entry == NULL ? NULL :
	    genauth_policy_refuses_user(name, entry, list->options);

	if (entry == NULL)
		ADD(list, WARNING, _("getent passwd shows the names that there "
		    "are"), _("%s: this host knows no user %s"), list->key,
		    name);
	/* The list is compared with the host's own name. */
	else if (strcmp(entry->pw_name, name) != 0)
		ADD(list, WARNING, _("write the name as getent passwd shows "
		    "it"), _("%s: %s has no effect, this host calls the user "
		    "%s"), list->key, name, entry->pw_name);
	else if (fault != NULL && !list->denies)
		ADD(list, WARNING, _("take the name out, or see "
		    "pam_genauth(8), Who is served"), _("%s: %s is not served all the same: "
		    "%s"), list->key, name, fault);
}

static void
check_group(struct list *list, const char *name)
{
	struct genauth_failure failure;

	switch (genauth_groups_look(name, strlen(name), NULL, NULL,
	    &failure)) {
	case GENAUTH_GROUPS_MEMBER:
	case GENAUTH_GROUPS_OTHER:
		break;
	case GENAUTH_GROUPS_UNKNOWN:
		if (list->denies)
			ADD(list, ERROR, _("make the group, or take it out of "
			    "the list"), _("%s: this host knows no group %s, "
			    "so nobody is served"), list->key, name);
		else
			ADD(list, WARNING, _("make the group, or take it out "
			    "of the list"), _("%s: this host knows no group "
			    "%s"), list->key, name);
		break;
	case GENAUTH_GROUPS_FAILED:
		ADD(list, ERROR, _("see nsswitch.conf(5)"), "%s: %s",
		    list->key, failure.text);
		break;
	}
}

static void
check_list(struct list *list, void (*check)(struct list *, const char *))
{
	const char *word = list->value;
	char name[GENAUTH_POLICY_USER_LIMIT + 2];
	size_t length;

	for (word = genauth_list_next(word, " ", &length); length > 0;
	    word = genauth_list_next(word + length, " ", &length)) {
		snprintf(name, sizeof(name), "%.*s", (int)length, word);
		check(list, name);
	}
}

static bool
is_same(const char *value, const char *other)
{
	return other != NULL && strcmp(value, other) == 0;
}

void
genauth_check_lists(struct genauth_check *check,
    const struct genauth_options *options)
{
	const struct genauth_options *seen = options != &check->options ?
	    &check->options : NULL;
#define LIST(key, denies, function) { #key, options->key, \
	seen != NULL ? seen->key : NULL, denies, function }
	const struct {
		const char *key, *value, *seen;
		bool denies;
		void (*check)(struct list *, const char *);
	} lists[] = {
		LIST(allow_users, false, check_user),
		LIST(allow_groups, false, check_group),
		LIST(deny_users, true, check_user),
		LIST(deny_groups, true, check_group),
	};
#undef LIST
	bool any = false, good = true;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct list list = { .check = check, .options = options,
		    .key = lists[i].key, .value = lists[i].value,
		    .denies = lists[i].denies, .good = true };

		if (list.value == NULL || is_same(list.value, lists[i].seen))
			continue;
		check_list(&list, lists[i].check);
		any = true;
		good = good && list.good;
	}
	if (any && good)
		genauth_report_add(&check->report, "lists", GENAUTH_RESULT_OK,
		    NULL, "%s", _("this host knows all users and groups that "
		    "the lists name"));
}
