/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commands.h owns what a command of genauthctl is, and the list of them.  From
 * its table come the parsing of its arguments (arguments.h), its usage
 * (usage.h) and the completions of the shells (make_table.c).  A new command is
 * a file cmd_x.c, and its name in the list.
 */
#ifndef GENAUTH_COMMANDS_H
#define GENAUTH_COMMANDS_H

#include "common/intl.h"

/* The exit status when a command was not called as its usage says. */
#define GENAUTH_EXIT_USAGE 2

/* What an argument is, which is what a shell offers for it. */
enum genauth_kind {
	GENAUTH_KIND_TEXT,	/* nothing to offer */
	GENAUTH_KIND_CODE,	/* apiCode, statusCode, verdict or PAM code */
	GENAUTH_KIND_DIRECTORY,
	GENAUTH_KIND_FILE,
	GENAUTH_KIND_MINUTES,
	GENAUTH_KIND_SERVICE,	/* of PAM; a name that cannot be one is refused */
	GENAUTH_KIND_USER,
	GENAUTH_KINDS,
};

enum genauth_command_role {
	GENAUTH_ROLE_PLAIN,
	GENAUTH_ROLE_LISTED,	/* so useful that the list of commands has it */
	GENAUTH_ROLE_INSTEAD,	/* takes the place of the operand */
};

struct genauth_command_option {
	const char *name;	/* without "--"; NULL behind the last */
	char letter;		/* for "-x"; 0: there is none */
	const char *argument;	/* its word in the usage; NULL: takes none */
	enum genauth_kind kind;	/* of the argument */
	const char *help;
	enum genauth_command_role role;
};

/* What more than one command takes. */
#define GENAUTH_COMMAND_CONF { "conf", 0, "FILE", GENAUTH_KIND_FILE, \
	N_("options file"), GENAUTH_ROLE_PLAIN }
#define GENAUTH_COMMAND_PAM_DIR { "pam-dir", 0, "DIR", \
	GENAUTH_KIND_DIRECTORY, N_("where the stacks are (/etc/pam.d)"), \
	GENAUTH_ROLE_PLAIN }
#define GENAUTH_COMMAND_RHOST { "rhost", 0, "HOST", GENAUTH_KIND_TEXT, \
	N_("as somebody who comes from there (PAM_RHOST)"), \
	GENAUTH_ROLE_PLAIN }
#define GENAUTH_COMMAND_STATE_DIR { "state-dir", 0, "DIR", \
	GENAUTH_KIND_DIRECTORY, N_("where the way back is kept"), \
	GENAUTH_ROLE_PLAIN }

/* What ends the options of each. */
#define GENAUTH_COMMAND_HELP { "help", 'h', NULL, GENAUTH_KIND_TEXT, \
	N_("say this"), GENAUTH_ROLE_PLAIN }
#define GENAUTH_COMMAND_END { NULL, 0, NULL, GENAUTH_KIND_TEXT, NULL, \
	GENAUTH_ROLE_PLAIN }

/* The most rows that a command has for options, with both of those. */
#define GENAUTH_COMMAND_OPTIONS 18

struct genauth_arguments;

struct genauth_command {
	const char *name;
	const char *operand;	/* its word in the usage; NULL: takes none */
	enum genauth_kind kind;	/* of the operand */
	const char *summary;	/* for the list of commands */
	/* A paragraph; commands with the same one are explained together. */
	const char *about;
	const char *status;	/* a paragraph about the exit status */
	struct genauth_command_option options[GENAUTH_COMMAND_OPTIONS];
	/* Says which operand there must be, unless "not expected" does. */
	void (*complain)(void);
	/* Returns the exit status. */
	int (*run)(const struct genauth_arguments *arguments);
};

/* In the order of "genauthctl --help". */
#define GENAUTH_COMMANDS(ROW) \
	ROW(genauth_cmd_setup) \
	ROW(genauth_cmd_check) \
	ROW(genauth_cmd_login) \
	ROW(genauth_cmd_account) \
	ROW(genauth_cmd_explain) \
	ROW(genauth_cmd_key) \
	ROW(genauth_cmd_try) \
	ROW(genauth_cmd_keep) \
	ROW(genauth_cmd_undo) \
	ROW(genauth_cmd_restore) \
	ROW(genauth_cmd_release_stacks)

#define GENAUTH_COMMANDS_DECLARE(command) \
	extern const struct genauth_command command;
GENAUTH_COMMANDS(GENAUTH_COMMANDS_DECLARE)
#undef GENAUTH_COMMANDS_DECLARE

/* Makes of the list an array of pointers, which ends with NULL. */
#define GENAUTH_COMMANDS_POINTER(command) &command,
#define GENAUTH_COMMANDS_TABLE \
	{ GENAUTH_COMMANDS(GENAUTH_COMMANDS_POINTER) NULL }

#endif
