/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.h owns the options as pam_genauth would see them for a service:
 * its file, the section of the service, and the arguments of the pam.d line.
 */
#ifndef GENAUTH_SETTINGS_H
#define GENAUTH_SETTINGS_H

#include "common/options.h"
#include "common/options_file.h"
#include "stack/stack.h"

/*
 * The options file: conf if that is not NULL, else what the line names with
 * conf=, else the built-in one.  line may be NULL.
 */
const char *genauth_settings_file(const char *conf,
    const struct genauth_stack_line *line);

/*
 * Fills options.  service "" reads no section; line, unless NULL, is the one
 * that calls the module.  Every error is reported; false: there was one.
 * Free the options either way.
 */
bool genauth_settings_load(struct genauth_options *options, const char *conf,
    const char *service, const struct genauth_stack_line *line,
    genauth_options_report *report, void *data);

/* Checks the arguments of the line alone.  As genauth_settings_load. */
bool genauth_settings_check_line(const struct genauth_stack_line *line,
    struct genauth_options *options, genauth_options_report *report,
    void *data);

/* Room for what to do about an error. */
#define GENAUTH_SETTINGS_CURE 1024

/*
 * What to do about an error that genauth_settings_load has reported of the
 * options in that file.
 */
void genauth_settings_cure(const char *file, const char *error,
    char cure[GENAUTH_SETTINGS_CURE]);

/* Whether an error may be gone for root. */
bool genauth_settings_needs_root(const char *error);

/*
 * For a command: fills options for a service whose file, if there is one in
 * the directory, names the module.  directory NULL: the host's; service NULL:
 * none.  Errors go to standard error, and what to
 * do about them.
 */
bool genauth_settings_open(struct genauth_options *options, const char *conf,
    const char *directory, const char *service);

#endif
