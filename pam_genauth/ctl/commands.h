/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commands.h owns the list of what genauthctl can do.  Each command is called
 * with its name as argv[0] and returns the exit status.
 */
#ifndef GENAUTH_COMMANDS_H
#define GENAUTH_COMMANDS_H

#define GENAUTH_EXIT_USAGE 2

int genauth_check(int argc, char **argv);
int genauth_commands_login(int argc, char **argv);
int genauth_explain(int argc, char **argv);
int genauth_try(int argc, char **argv);
int genauth_keep(int argc, char **argv);
int genauth_undo(int argc, char **argv);
int genauth_restore(int argc, char **argv);

/* After an option that getopt_long has complained about. */
int genauth_commands_hint(const char *command);

#endif
