/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/setup_save.h"

#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/intl.h"
#include "ctl/conf_edit.h"
#include "ctl/say.h"
#include "trial/store.h"

/* Room for the path of what is kept, and how many there may be. */
#define PATH_LIMIT 2048
#define KEPT_LIMIT 1000

static bool
fail(const char *path, const char *why)
{
	genauth_say_error("%s: %s", path, why);
	return false;
}

static bool
is_same(const struct genauth_secret *one, const struct genauth_secret *other)
{
	return one->length == other->length && (one->length == 0 ||
	    memcmp(one->data, other->data, one->length) == 0);
}

/* ---- the text ---------------------------------------------------------- */

static bool
change(const struct genauth_setup *setup, enum genauth_setup_key key,
    struct genauth_secret *text)
{
	const struct genauth_setup_value *value = &setup->values[key];
	const char *wanted = value->text[0] != '\0' ? value->text : NULL,
	    *name = genauth_setup_name(key);

	if (!value->is_new || genauth_conf_edit_says(text, name, wanted))
		return true;
	if (!genauth_conf_edit_set(text, name, wanted))
		return fail(setup->conf, _("out of memory"));
	return genauth_conf_edit_says(text, name, wanted) ||
	    fail(name, _("this cannot stand in genauth.conf"));
}

static bool
make_text(const struct genauth_setup *setup, struct genauth_secret *text)
{
	if (!genauth_secret_set(text, setup->old.data, setup->old.length))
		return fail(setup->conf, _("out of memory"));
	for (int key = 0; key < GENAUTH_SETUP_KEYS; key++)
		if (!change(setup, (enum genauth_setup_key)key, text))
			return false;
	return true;
}

/* ---- the files --------------------------------------------------------- */

/* Whether it is as it was when the questions began. */
static bool
is_as_before(const struct genauth_setup *setup)
{
	struct genauth_secret now = { 0 };
	struct genauth_failure failure;
	struct stat status;
	bool same;

	if (!setup->is_there)
		return (lstat(setup->conf, &status) != 0 &&
		    errno == ENOENT) || fail(setup->conf,
		    _("somebody has made this meanwhile"));
	if (!genauth_file_read_itself(setup->conf, GENAUTH_SETUP_FILE_LIMIT,
	    &now, NULL, &failure)) {
		genauth_say_error("%s", failure.text);
		return false;
	}
	same = is_same(&now, &setup->old);
	genauth_secret_free(&now);
	return same || fail(setup->conf,
	    _("somebody has changed this meanwhile"));
}

/* The example comes with the product and needs not be kept. */
static bool
is_worth_keeping(const struct genauth_setup *setup)
{
	struct genauth_secret example;
	bool same;

	if (!setup->is_there)
		return false;
	genauth_setup_example(&example);
	same = is_same(&example, &setup->old);
	genauth_secret_free(&example);
	return !same;
}

/* Beside it, under a name that is free; "" if nothing is to be kept. */
static bool
keep(const struct genauth_setup *setup, char kept[PATH_LIMIT])
{
	struct genauth_failure failure;
	struct stat status;

	kept[0] = '\0';
	if (!is_worth_keeping(setup))
		return true;
	for (int i = 1; i < KEPT_LIMIT; i++) {
		snprintf(kept, PATH_LIMIT, "%s.old.%d", setup->conf, i);
		if (lstat(kept, &status) == 0 || errno != ENOENT)
			continue;
		if (genauth_store_copy(setup->conf, kept, &failure))
			return true;
		genauth_say_error("%s", failure.text);
		return false;
	}
	return fail(setup->conf, _("there are too many old ones beside it"));
}

static bool
replace(const struct genauth_setup *setup, const struct genauth_secret *text,
    char kept[PATH_LIMIT])
{
	const struct stat like = { .st_uid = geteuid(), .st_gid = getegid(),
	    .st_mode = 0600 };
	struct genauth_failure failure, ignored;

	genauth_store_tidy(setup->conf);
	if (!is_as_before(setup) || !keep(setup, kept))
		return false;
	if (genauth_store_put(setup->conf, text, &like, &failure))
		return true;
	genauth_say_error("%s", failure.text);
	if (kept[0] != '\0')
		genauth_store_remove(kept, &ignored);
	return false;
}

/* Who is interrupted here is so when all of it is done, or nothing. */
static bool
replace_undisturbed(const struct genauth_setup *setup,
    const struct genauth_secret *text, char kept[PATH_LIMIT])
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
	    SIGTSTP, SIGPIPE };
	sigset_t blocked, before;
	bool done;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	done = replace(setup, text, kept);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return done;
}

bool
genauth_setup_save(const struct genauth_setup *setup)
{
	struct genauth_secret text = { 0 };
	char kept[PATH_LIMIT] = "";
	bool same, done = make_text(setup, &text);

	same = done && setup->is_there && is_same(&text, &setup->old);
	if (done && !same)
		done = replace_undisturbed(setup, &text, kept);
	genauth_secret_free(&text);
	if (!done)
		return fail(setup->conf, _("not written"));
	if (same)
		genauth_say(2, _("\n%s: says all that already\n\n"),
		    setup->conf);
	else
		genauth_say(2, _("\n%s: written, for root alone\n"),
		    setup->conf);
	if (kept[0] != '\0')
		genauth_say(2, _("What was there before is in %s\n"), kept);
	if (!same)
		putchar('\n');
	return true;
}
