/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"
#include "ctl/request.h"
#include "ctl/say.h"
#include "ctl/service.h"
#include "ctl/undo.h"
#include "stack/stack.h"

struct release {
	struct genauth_request request;
	const char *module;	/* as lines name it */
	bool leave_common;
	FILE *left;		/* the files that stand against it */
};

/* What is done with a file that names the module. */
typedef void visit(struct release *release, const char *path);

static const char *
name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Whether a line has the module, before any comment. */
static bool
has_module(const char *line, size_t length, const char *module)
{
	const char *comment = memchr(line, '#', length);

	return memmem(line, comment != NULL ? (size_t)(comment - line) :
	    length, module, strlen(module)) != NULL;
}

/* What cannot be read may name it, too. */
static bool
names_module(const char *path, const char *module)
{
	struct stat status;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	bool found = false;
	FILE *file;

	if (stat(path, &status) != 0)
		return errno != ENOENT;
	if (!S_ISREG(status.st_mode))
		return false;
	if ((file = fopen(path, "re")) == NULL)
		return true;
	while (!found && (length = getline(&line, &size, file)) >= 0)
		found = has_module(line, (size_t)length, module);
	found = found || !feof(file);
	free(line);
	fclose(file);
	return found;
}

static int
is_file(const struct dirent *entry)
{
	return !genauth_service_is_leftover(entry->d_name);
}

static int
is_trial(const struct dirent *entry)
{
	const char *ending = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && ending != NULL &&
	    strcmp(ending, GENAUTH_TRIAL_ENDING) == 0;
}

/* false: the folder, if there is one, cannot be read; that has been said. */
static bool
visit_folder(struct release *release, const char *folder, visit *call)
{
	struct dirent **entries;
	char path[GENAUTH_STACK_PATH];
	int count = scandir(folder, &entries, is_file, alphasort);

	if (count < 0 && errno == ENOENT)
		return true;
	if (count < 0) {
		genauth_say_error("%s: %s", folder, strerror(errno));
		return false;
	}
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder,
		    entries[i]->d_name);
		free(entries[i]);
		if (names_module(path, release->module))
			call(release, path);
	}
	free(entries);
	return true;
}

/* All that libpam reads: /etc/pam.conf is beside /etc/pam.d. */
static bool
visit_all(struct release *release, visit *call)
{
	const char *folder = release->request.pam_dir;
	char path[GENAUTH_STACK_PATH];

	if (strcmp(folder, genauth_paths.pam_d) != 0)
		return visit_folder(release, folder, call);
	snprintf(path, sizeof(path), "%.*sconf", (int)strlen(folder) - 1,
	    folder);
	if (names_module(path, release->module))
		call(release, path);
	return visit_folder(release, folder, call) &&
	    visit_folder(release, genauth_paths.vendor_pam_d, call);
}

static bool
has_same_bytes(FILE *file, FILE *other)
{
	int byte;

	while ((byte = getc(file)) == getc(other))
		if (byte == EOF)
			return feof(file) && feof(other);
	return false;
}

static bool
are_alike(const char *path, const char *other_path)
{
	FILE *file = fopen(path, "re"), *other = fopen(other_path, "re");
	bool alike = file != NULL && other != NULL &&
	    has_same_bytes(file, other);

	if (file != NULL)
		fclose(file);
	if (other != NULL)
		fclose(other);
	return alike;
}

static bool
has_state(const struct release *release, const char *service,
    const char *ending)
{
	char path[GENAUTH_STACK_PATH];

	snprintf(path, sizeof(path), "%s/%s%s", release->request.state_dir,
	    service, ending);
	return access(path, F_OK) == 0;
}

/* Whether the stack is still as "keep" has left it. */
static bool
is_kept(const struct release *release, const char *path)
{
	char example[GENAUTH_STACK_PATH];

	snprintf(example, sizeof(example), "%s/%s", genauth_paths.examples,
	    name_of(path));
	return has_state(release, name_of(path), ".kept") &&
	    are_alike(path, example);
}

static void
add(struct release *release, const char *path)
{
	char clean[GENAUTH_STACK_PATH];

	if (release->leave_common &&
	    strncmp(name_of(path), "common-", strlen("common-")) == 0)
		return;
	snprintf(clean, sizeof(clean), "%s", path);
	genauth_say_clean(clean);
	fprintf(release->left, "%s\n", clean);
}

/* What nobody but the administrator can take out. */
static void
add_foreign(struct release *release, const char *path)
{
	if (!has_state(release, name_of(path), GENAUTH_TRIAL_ENDING) &&
	    !is_kept(release, path))
		add(release, path);
}

static void
undo(struct release *release, const char *service)
{
	release->request.service = service;
	if (genauth_service_check(service))
		genauth_undo(&release->request);
}

static void
undo_kept(struct release *release, const char *path)
{
	if (is_kept(release, path))
		undo(release, name_of(path));
}

/* One that cannot be ended stays, and with it its stack. */
static void
undo_trials(struct release *release)
{
	struct dirent **entries;
	int count = scandir(release->request.state_dir, &entries, is_trial,
	    alphasort);

	for (int i = 0; i < count; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		undo(release, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

/* Whether no file is added; those that are have been named, with advice. */
static bool
none_left(struct release *release, visit *add_file)
{
	char *text = NULL;
	size_t size = 0;
	bool done;

	release->left = open_memstream(&text, &size);
	if (release->left == NULL) {
		genauth_say_error(_("out of memory"));
		return false;
	}
	done = visit_all(release, add_file);
	if (fclose(release->left) != 0) {
		genauth_say_error(_("out of memory"));
		done = false;
	} else if (size > 0) {
		fprintf(stderr, _("pam_genauth.so is not removed, for these "
		    "files name it:\n"
		    "\n"
		    "%s\n"
		    "Without the module they could lock everybody out.  Keep "
		    "a root shell open, and\n"
		    "either go back to the old stack (\"genauthctl undo "
		    "SERVICE\"), or take the lines\n"
		    "with pam_genauth.so out (mind the jumps, such as "
		    "success=2, of the lines\n"
		    "before).  Then remove pam_genauth again.\n"), text);
		done = false;
	}
	free(text);
	return done;
}

static int
run(const struct genauth_arguments *arguments)
{
	const char *module = genauth_arguments_value(arguments, "module");
	struct release release = {
		.module = module != NULL ? module : GENAUTH_MODULE,
		.leave_common = genauth_arguments_have(arguments,
		    "leave-common"),
	};

	/* Who is not root may learn that there is nothing to do. */
	if (!genauth_request_fill(&release.request, arguments))
		return GENAUTH_EXIT_USAGE;
	/* Before anything is changed. */
	if (!none_left(&release, add_foreign))
		return 1;
	undo_trials(&release);
	if (!visit_all(&release, undo_kept))
		return 1;
	/* What could not be taken back. */
	return none_left(&release, add) ? 0 : 1;
}

const struct genauth_command genauth_cmd_release_stacks = {
	.name = "release-stacks",
	.summary = N_("before a removal: take all stacks back"),
	.about = N_("Ends all trials, and takes back the stacks that \"keep\" "
	    "has left in place.\n"
	    "Fails if another stack names pam_genauth.so, with nothing "
	    "changed: without the\n"
	    "module it could lock everybody out.  Packages call it before "
	    "they are removed.\n"),
	.status = GENAUTH_REQUEST_STATUS,
	.options = {
		{ "leave-common", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("leave common-* to pam-auth-update"),
		    GENAUTH_ROLE_PLAIN },
		{ "module", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("the module, where only its whole path can be meant"),
		    GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_PAM_DIR,
		GENAUTH_COMMAND_STATE_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.run = run,
};
