/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/setup.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/intl.h"
#include "common/options_file.h"
#include "ctl/examples.h"
#include "ctl/say.h"
#include "ctl/settings.h"

static const struct {
	enum genauth_option option;
	const char *name;
} keys[GENAUTH_SETUP_KEYS] = {
#define ROW(key) { GENAUTH_OPTION_##key, #key }
	[GENAUTH_SETUP_CA_FILE] = ROW(ca_file),
	[GENAUTH_SETUP_HOST] = ROW(app_host),
	[GENAUTH_SETUP_ID] = ROW(app_id),
	[GENAUTH_SETUP_SECRET] = ROW(app_secret),
	[GENAUTH_SETUP_SECRET_FILE] = ROW(app_secret_file),
	[GENAUTH_SETUP_AUTH_METHOD] = ROW(token_endpoint_auth_method),
	[GENAUTH_SETUP_CONNECTION] = ROW(connection),
#undef ROW
};

enum genauth_option
genauth_setup_option(enum genauth_setup_key key)
{
	return keys[key].option;
}

const char *
genauth_setup_name(enum genauth_setup_key key)
{
	return keys[key].name;
}

void
genauth_setup_example(struct genauth_secret *text)
{
	char path[GENAUTH_EXAMPLES_PATH];
	struct genauth_failure ignored;

	genauth_examples_options(path);
	if (!genauth_file_read(path, GENAUTH_SETUP_FILE_LIMIT, text, NULL,
	    &ignored))
		*text = (struct genauth_secret){ 0 };
}

static bool
fail(const char *text)
{
	genauth_say_error("%s", text);
	return false;
}

static void
print(void *data, const char *text)
{
	(void)data;
	fail(text);
}

/* Whether root can put a file there that nobody else can replace. */
static bool
check_place(const struct genauth_setup *setup)
{
	struct genauth_failure failure;
	char folder[2048];

	if (setup->conf[0] != '/' || strlen(setup->conf) >= sizeof(folder) / 2)
		return fail(_("--conf: must be an absolute path"));
	if (geteuid() != 0)
		return fail(_("run this as root"));
	/* With its '/', and "." for that of the root. */
	snprintf(folder, sizeof(folder), "%.*s.",
	    (int)(strrchr(setup->conf, '/') + 1 - setup->conf), setup->conf);
	return genauth_file_check_directory(folder, &failure) ||
	    fail(failure.text);
}

/* What is there: nothing, or a file without an error. */
static bool
read_old(struct genauth_setup *setup)
{
	struct genauth_failure failure;
	struct stat status;

	if (lstat(setup->conf, &status) != 0 && errno == ENOENT) {
		genauth_setup_example(&setup->old);
		return setup->old.data != NULL || genauth_secret_set(
		    &setup->old, "", 0) || fail(_("out of memory"));
	}
	setup->is_there = true;
	if (!genauth_file_read_itself(setup->conf, GENAUTH_SETUP_FILE_LIMIT,
	    &setup->old, NULL, &failure))
		return fail(failure.text);
	if (genauth_options_read_file(&setup->before, setup->conf, "", print,
	    NULL))
		return true;
	genauth_say_error(_("%s: repair it first, or move it away"),
	    setup->conf);
	return false;
}

bool
genauth_setup_open(struct genauth_setup *setup,
    const struct genauth_arguments *arguments)
{
	*setup = (struct genauth_setup){ .arguments = arguments,
	    .conf = genauth_settings_file(genauth_arguments_value(arguments,
	    "conf"), NULL),
	    .asks = !genauth_arguments_have(arguments, "non-interactive") };
	if (!genauth_options_init(&setup->before))
		return fail(_("out of memory"));
	return check_place(setup) && read_old(setup);
}

void
genauth_setup_close(struct genauth_setup *setup)
{
	genauth_secret_free(&setup->old);
	genauth_options_free(&setup->before);
	explicit_bzero(setup->values, sizeof(setup->values));
}
