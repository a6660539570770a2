/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options_line.h owns the arguments behind pam_genauth.so in a file of
 * /etc/pam.d: conf=PATH, the flags, and any option as key=value.
 */
#ifndef GENAUTH_OPTIONS_LINE_H
#define GENAUTH_OPTIONS_LINE_H

#include "common/options.h"
#include "common/options_file.h"

struct genauth_options_line {
	bool debug, nodelay, use_first_pass, try_first_pass, prepare;
	bool use_authtok;	/* of the password phase */
};

/* The options file that the line names with conf=, or the built-in one. */
const char *genauth_options_line_conf(int argc, const char *const *argv);

/* Whether the line has this flag, whatever else is wrong with it. */
bool genauth_options_line_has(int argc, const char *const *argv,
    const char *flag);

/*
 * Whether an argument has an effect where the options are another process's, at
 * the socket: a flag, conf= and prompt=.
 */
bool genauth_options_line_is_heard(const char *argument);

/*
 * Reads the line.  Values go into options, unless that is NULL.  Each error
 * is reported as "WHERE: …", without any value; false: there was one.
 */
bool genauth_options_line_read(struct genauth_options_line *line,
    struct genauth_options *options, int argc, const char *const *argv,
    const char *where, genauth_options_report *report, void *data);

#endif
