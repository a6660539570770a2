/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make_table: runs at build time and prints the table of the commands, from
 * which completion/fill.awk makes what the shells complete:
 *
 *     command NAME KIND SUMMARY          KIND of the operand, "-": it has none
 *     option NAME KIND HELP              of the command before; KIND as above
 *
 * The columns are divided by tabs.
 */
#include <stdio.h>

#include "ctl/commands.h"

static const char *const kinds[GENAUTH_KINDS] = {
	[GENAUTH_KIND_TEXT] = "text",
	[GENAUTH_KIND_CODE] = "code",
	[GENAUTH_KIND_DIRECTORY] = "directory",
	[GENAUTH_KIND_FILE] = "file",
	[GENAUTH_KIND_MINUTES] = "minutes",
	[GENAUTH_KIND_SERVICE] = "service",
	[GENAUTH_KIND_USER] = "user",
};

static void
print_row(const char *what, const char *name, const char *argument,
    enum genauth_kind kind, const char *text)
{
	printf("%s\t%s\t%s\t%s\n", what, name, argument != NULL ?
	    kinds[kind] : "-", text);
}

int
main(void)
{
	static const struct genauth_command *const commands[] =
	    GENAUTH_COMMANDS_TABLE;

	for (size_t i = 0; commands[i] != NULL; i++) {
		const struct genauth_command *command = commands[i];
		const struct genauth_command_option *option = command->options;

		print_row("command", command->name, command->operand,
		    command->kind, command->summary);
		for (; option->name != NULL; option++)
			print_row("option", option->name, option->argument,
			    option->kind, option->help);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
