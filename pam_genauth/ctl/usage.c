/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/usage.h"

#include <stdbool.h>
#include <string.h>

/* Room for an option or a command with its arguments. */
#define LABEL_LIMIT 128

/* Columns of a command and its arguments in the list. */
#define LIST_WIDTH 28

/* "--service NAME", with "-x, " before it if there is a letter. */
static int
make_label(const struct genauth_command_option *option, char label[LABEL_LIMIT])
{
	const char letter[] = { '-', option->letter, ',', ' ', '\0' };

	return snprintf(label, LABEL_LIMIT, "%s--%s%s%s",
	    option->letter != '\0' ? letter : "", option->name,
	    option->argument != NULL ? " " : "",
	    option->argument != NULL ? option->argument : "");
}

/* Adds an option to a text. */
static void
append(char text[LABEL_LIMIT], const char *before,
    const struct genauth_command_option *option, const char *behind)
{
	char label[LABEL_LIMIT];
	size_t length = strlen(text);

	make_label(option, label);
	if (snprintf(text + length, LABEL_LIMIT - length, "%s%s%s", before,
	    label, behind) < 0)
		text[length] = '\0';
}

/* The command with its operand: "login USER", "restore [--wait]". */
static void
make_form(const struct genauth_command *command, char text[LABEL_LIMIT])
{
	const struct genauth_command_option *option;

	snprintf(text, LABEL_LIMIT, "%s%s%s", command->name,
	    command->operand != NULL ? " " : "",
	    command->operand != NULL ? command->operand : "");
	for (option = command->options; option->name != NULL; option++)
		if (option->role == GENAUTH_ROLE_LISTED)
			append(text, " [", option, "]");
}

void
genauth_usage_list(FILE *out, const struct genauth_command *const commands[])
{
	const struct genauth_command_option *option;
	char text[LABEL_LIMIT];

	fputs(_("usage: genauthctl COMMAND [ARGUMENT ...]\n\n"), out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		make_form(commands[i], text);
		for (option = commands[i]->options; option->name != NULL;
		    option++)
			if (option->role == GENAUTH_ROLE_INSTEAD)
				append(text, " | ", option, "");
		/* What does not fit has a line of its own. */
		if (strlen(text) > LIST_WIDTH) {
			fprintf(out, "  %s\n", text);
			text[0] = '\0';
		}
		fprintf(out, "  %-*s %s\n", LIST_WIDTH, text,
		    _(commands[i]->summary));
	}
	fputs(_("\n\"genauthctl COMMAND --help\" says more; the "
	    "manual is genauthctl(8).\n"), out);
}

static bool
has_plain_options(const struct genauth_command *command)
{
	const struct genauth_command_option *option = command->options;

	while (option->name != NULL && (option->letter == 'h' ||
	    option->role != GENAUTH_ROLE_PLAIN))
		option++;
	return option->name != NULL;
}

/* The ways to call a command; only the first of all mentions all options. */
static void
print_forms(FILE *out, const struct genauth_command *command, bool first)
{
	static const char before[] = "       ";
	const struct genauth_command_option *option;
	char text[LABEL_LIMIT];

	make_form(command, text);
	fprintf(out, "%sgenauthctl %s%s\n", first ? _("usage: ") : before,
	    text, first && has_plain_options(command) ? " [OPTION ...]" : "");
	for (option = command->options; option->name != NULL; option++)
		if (option->role == GENAUTH_ROLE_INSTEAD) {
			make_label(option, text);
			fprintf(out, "%sgenauthctl %s %s\n", before,
			    command->name, text);
		}
}

static void
print_options(FILE *out, const struct genauth_command_option *options)
{
	const struct genauth_command_option *option;
	char label[LABEL_LIMIT];
	int length, width = 0;

	for (option = options; option->name != NULL; option++)
		if ((length = make_label(option, label)) > width)
			width = length;
	for (option = options; option->name != NULL; option++) {
		make_label(option, label);
		fprintf(out, "  %-*s  %s\n", width, label, _(option->help));
	}
}

void
genauth_usage_of(FILE *out, const struct genauth_command *const commands[],
    const struct genauth_command *command)
{
	bool first = true;

	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->about, command->about) == 0) {
			print_forms(out, commands[i], first);
			first = false;
		}
	fprintf(out, "\n%s\n", _(command->about));
	print_options(out, command->options);
	fprintf(out, "\n%s", _(command->status));
}

int
genauth_usage_hint(const struct genauth_command *command)
{
	fprintf(stderr, _("See \"genauthctl %s --help\".\n"), command->name);
	return GENAUTH_EXIT_USAGE;
}
