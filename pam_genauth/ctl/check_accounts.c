/* SPDX-License-Identifier: BSD-2-Clause */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/intl.h"
#include "ctl/check.h"
#include "ctl/settings.h"
#include "login/account.h"
#include "login/account_map.h"
#include "login/policy.h"

#define CHECK "accounts"

/* A directory may list very many; the first ones tell. */
#define USERS_LIMIT 100000

/* Each is asked for one by one. */
#define NAMES_LIMIT 100

/* As many are said; more would only hide the rest. */
#define SHARED_LIMIT 10

/* A local user and the account. */
struct pair {
	char *name, *account;
};

struct pairs {
	struct pair *list;
	size_t count, room;
	bool failed;		/* out of memory */
};

static void
add(struct pairs *pairs, const char *name, const char *account)
{
	struct pair pair = { strdup(name), strdup(account) };

	if (pairs->count == pairs->room) {
		size_t room = pairs->room == 0 ? 64 : 2 * pairs->room;
		struct pair *grown = reallocarray(pairs->list, room,
		    sizeof(*grown));

		if (grown != NULL) {
			pairs->list = grown;
			pairs->room = room;
		}
	}
	if (pair.name == NULL || pair.account == NULL ||
	    pairs->count == pairs->room) {
		pairs->failed = true;
		free(pair.name);
		free(pair.account);
		return;
	}
	pairs->list[pairs->count++] = pair;
}

static void
free_pairs(struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		free(pairs->list[i].name);
		free(pairs->list[i].account);
	}
	free(pairs->list);
}

/* Users who are not in the map, if the format is for them. */
static void
add_users(struct pairs *pairs, const struct genauth_options *options,
    const struct genauth_account_map *map)
{
	struct genauth_account account;
	struct genauth_failure ignored;
	const struct passwd *entry;

	if (options->account_map != NULL && !options->account_map_fallback)
		return;
	setpwent();
	for (unsigned i = 0; i < USERS_LIMIT &&
	    (entry = getpwent()) != NULL; i++)
		if (genauth_policy_refuses_user(entry->pw_name, entry,
		    options) == NULL &&
		    genauth_account_map_find(map, entry->pw_name) == NULL &&
		    genauth_account_format(options, entry->pw_name, &account,
		    &ignored))
			add(pairs, entry->pw_name, account.name);
	endpwent();
}

/* By account, as GenAuth compares it, and then by name. */
static int
compare(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;
	int order = strcasecmp(left->account, right->account);

	return order != 0 ? order : strcmp(left->name, right->name);
}

/* Whether none is shared. */
static bool
check_shared(struct genauth_check *check, struct pairs *pairs)
{
	const struct pair *list = pairs->list;
	unsigned shared = 0;

	if (pairs->count > 0)
		qsort(pairs->list, pairs->count, sizeof(*list), compare);
	for (size_t i = 1; i < pairs->count && shared < SHARED_LIMIT; i++) {
		/* A name that NSS lists twice is one user. */
		if (strcasecmp(list[i - 1].account, list[i].account) != 0 ||
		    strcmp(list[i - 1].name, list[i].name) == 0)
			continue;
		genauth_report_add(&check->report, CHECK,
		    GENAUTH_RESULT_WARNING, _("whoever has the account is "
		    "both users: see account_map and account_case in "
		    "genauth.conf(5)"), _("%s and %s have one account, %s"),
		    list[i - 1].name, list[i].name, list[i].account);
		shared++;
	}
	return shared == 0;
}

/* The map is looked in by the host's own name. */
static void
check_names(struct genauth_check *check, const char *path,
    const struct genauth_account_map *map)
{
	for (size_t i = 0; i < map->count && i < NAMES_LIMIT; i++) {
		const struct genauth_account_map_line *line = &map->lines[i];
		const struct passwd *entry = getpwnam(line->name);

		if (entry != NULL && strcmp(entry->pw_name, line->name) != 0)
			genauth_report_add(&check->report, CHECK,
			    GENAUTH_RESULT_WARNING, _("write the name as "
			    "getent passwd shows it"), _("%s:%u: %s has no "
			    "effect, this host calls the user %s"), path,
			    line->number, line->name, entry->pw_name);
	}
}

static void
check_map(struct genauth_check *check, const struct genauth_options *options,
    const struct genauth_account_map *map)
{
	struct pairs pairs = { 0 };

	check_names(check, options->account_map, map);
	for (size_t i = 0; i < map->count; i++)
		add(&pairs, map->lines[i].name, map->lines[i].account);
	add_users(&pairs, options, map);
	if (pairs.failed)
		genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_ERROR,
		    _("free some memory"), "%s", _("out of memory"));
	else if (check_shared(check, &pairs))
		genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_OK,
		    NULL, _("no two users have one account (%zu looked at)"),
		    pairs.count);
	free_pairs(&pairs);
}

static bool
is_same(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other :
	    strcmp(one, other) == 0;
}

static bool
has_been_seen(const struct genauth_check *check,
    const struct genauth_options *options)
{
	const struct genauth_options *seen = &check->options;

	return options != seen && check->usable &&
	    is_same(options->account_map, seen->account_map) &&
	    is_same(options->account_format, seen->account_format) &&
	    options->account_map_fallback == seen->account_map_fallback &&
	    options->account_case == seen->account_case;
}

void
genauth_check_accounts(struct genauth_check *check,
    const struct genauth_options *options)
{
	struct genauth_account_map map = { 0 };
	struct genauth_failure failure;
	char cure[GENAUTH_SETTINGS_CURE];

	/* By a format alone, two names are two accounts. */
	if ((options->account_map == NULL && options->account_case !=
	    GENAUTH_CASE_LOWER) || has_been_seen(check, options))
		return;
	if (options->account_map == NULL || genauth_account_map_read(&map,
	    options->account_map, &failure)) {
		check_map(check, options, &map);
	} else {
		genauth_settings_cure("/", failure.text, cure);
		genauth_report_add(&check->report, CHECK, GENAUTH_RESULT_ERROR,
		    cure, "%s", failure.text);
	}
	genauth_account_map_free(&map);
}
