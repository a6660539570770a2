/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/options_line.h"
#include "common/paths.h"
#include "ctl/examples.h"
#include "ctl/say.h"
#include "stack/modules.h"

static const char *const *
arguments_of(const struct genauth_stack_line *line)
{
	return (const char *const *)line->arguments;
}

const char *
genauth_settings_file(const char *conf, const struct genauth_stack_line *line)
{
	if (conf != NULL)
		return conf;
	if (line == NULL)
		return genauth_paths.options_file;
	return genauth_options_line_conf((int)line->argument_count,
	    arguments_of(line));
}

bool
genauth_settings_check_line(const struct genauth_stack_line *line,
    struct genauth_options *options, genauth_options_report *report,
    void *data)
{
	struct genauth_options_line flags;
	char where[4200];

	snprintf(where, sizeof(where), "%s:%u", line->file, line->number);
	return genauth_options_line_read(&flags, options,
	    (int)line->argument_count, arguments_of(line), where, report, data);
}

bool
genauth_settings_load(struct genauth_options *options, const char *conf,
    const char *service, const struct genauth_stack_line *line,
    genauth_options_report *report, void *data)
{
	const char *file = genauth_settings_file(conf, line);
	struct genauth_failure failure;
	char text[5120];
	bool good;

	if (!genauth_options_init(options)) {
		report(data, _("out of memory"));
		return false;
	}
	good = genauth_options_read_file(options, file, service, report, data);
	if (line != NULL)
		good = genauth_settings_check_line(line, options, report,
		    data) && good;
	/* A key that is wrong would now count as missing. */
	if (!good || genauth_options_finish(options, &failure))
		return good;
	snprintf(text, sizeof(text), "%s: %s", file, failure.text);
	report(data, text);
	return false;
}

bool
genauth_settings_needs_root(const char *error)
{
	return geteuid() != 0 && strstr(error, "ermission") != NULL;
}

void
genauth_settings_cure(const char *file, const char *error,
    char cure[GENAUTH_SETTINGS_CURE])
{
	char example[GENAUTH_EXAMPLES_PATH];

	if (genauth_settings_needs_root(error)) {
		snprintf(cure, GENAUTH_SETTINGS_CURE, "%s",
		    _("run this as root"));
	} else if (access(file, F_OK) != 0 && errno == ENOENT) {
		genauth_examples_options(example);
		snprintf(cure, GENAUTH_SETTINGS_CURE, _("fill in a copy of "
		    "the example: install -m 600 %s %s"), example, file);
	} else {
		snprintf(cure, GENAUTH_SETTINGS_CURE, "%s",
		    _("see genauth.conf(5)"));
	}
}

/* The file, and what to do about the error that was seen last. */
struct printing {
	const char *file;
	char cure[GENAUTH_SETTINGS_CURE];
};

static void
print(void *data, const char *text)
{
	struct printing *printing = data;

	genauth_say_error("%s", text);
	genauth_settings_cure(printing->file, text, printing->cure);
}

bool
genauth_settings_open(struct genauth_options *options, const char *conf,
    const char *directory, const char *service)
{
	struct genauth_stack stacks[GENAUTH_PHASES] = { 0 };
	const struct genauth_stack *stack = &stacks[GENAUTH_PHASE_AUTH];
	const struct genauth_stack_line *line = NULL;
	struct printing printing;
	size_t found;
	bool good;

	if (directory == NULL)
		directory = genauth_paths.pam_d;
	if (service == NULL)
		service = "";
	/* What is wrong with the stack is for "check" to say. */
	if (*service != '\0')
		genauth_stack_read(stacks, directory, service, NULL, NULL,
		    NULL);
	found = genauth_modules_find_login(stack);
	if (found < stack->count)
		line = &stack->lines[found];
	printing.file = genauth_settings_file(conf, line);
	good = genauth_settings_load(options, conf, service, line, print,
	    &printing);
	if (!good)
		genauth_say_error("%s", printing.cure);
	genauth_stack_free(stacks);
	return good;
}
