/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/replace.h"

#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "ctl/lint.h"
#include "ctl/say.h"
#include "stack/stack.h"

/*
 * Modules that restrict nobody: fixed answers, and what Debian's common-auth
 * has besides.
 */
static bool
does_not_matter(const char *module)
{
	static const char *const names[] = { "pam_cap.so", "pam_deny.so",
	    "pam_faildelay.so", "pam_permit.so" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(module, names[i]) == 0)
			return true;
	return false;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Whether the line is the first one of its phase with that module. */
static bool
is_first(const struct genauth_stack *stack, size_t i, const char *name)
{
	return genauth_stack_find(stack, name, 0) == i;
}

/*
 * Prints the modules that would be lost; returns how many there are.  Another
 * line of the new stack with the same module will do.
 */
static unsigned
count_lost(const char *directory, const char *service, const char *path)
{
	struct genauth_stack old[GENAUTH_PHASES], new[GENAUTH_PHASES];
	unsigned count = 0;

	genauth_stack_read(old, directory, service, NULL, NULL, NULL);
	genauth_stack_read(new, directory, service, path, NULL, NULL);
	for (int phase = 0; phase < GENAUTH_PHASES; phase++)
		for (size_t i = 0; i < old[phase].count; i++) {
			const struct genauth_stack_line *line =
			    &old[phase].lines[i];
			const char *name;

			if (line->module == NULL)
				continue;
			name = base_name(line->module);
			if (does_not_matter(name) ||
			    !is_first(&old[phase], i, name) ||
			    genauth_stack_find(&new[phase], name, 0) <
			    new[phase].count)
				continue;
			genauth_say_error(_("%s:%u: %s of %s would be lost"),
			    line->file, line->number, name,
			    genauth_stack_phase((enum genauth_phase)phase));
			count++;
		}
	genauth_stack_free(old);
	genauth_stack_free(new);
	return count;
}

static bool
is_own_file(const char *directory, const char *service)
{
	char path[GENAUTH_STACK_PATH], vendor[GENAUTH_STACK_PATH];

	snprintf(path, sizeof(path), "%s/%s", directory, service);
	if (!genauth_stack_vendor(path, vendor))
		return true;
	genauth_say_error(_("there is no %s; say first: cp %s %s"), path,
	    vendor, path);
	return false;
}

bool
genauth_replace_check(const char *directory, const char *service,
    const char *path, bool with_loss)
{
	struct genauth_report report;
	bool names_it;

	if (!is_own_file(directory, service) ||
	    !genauth_report_open(&report, false))
		return false;
	names_it = genauth_lint(&report, directory, service, path, NULL);
	if (!names_it)
		genauth_say_error(_("%s: does not name pam_genauth.so"), path);
	if (report.counts[GENAUTH_RESULT_ERROR] > 0)
		genauth_say_error(_("%s: not put in place because of these "
		    "errors"), path);
	if (!names_it || report.counts[GENAUTH_RESULT_ERROR] > 0)
		return false;
	if (with_loss || count_lost(directory, service, path) == 0)
		return true;
	genauth_say_error(_("add these lines to a copy of %s and name that "
	    "with --example, or say --replace"), path);
	return false;
}
