/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options_file.h owns the format of genauth.conf: an INI file whose keys
 * before any section hold for every PAM service and whose [sshd], [sudo] …
 * sections hold for that service alone.
 */
#ifndef GENAUTH_OPTIONS_FILE_H
#define GENAUTH_OPTIONS_FILE_H

#include "common/options.h"

/* Called for each error found; the text begins with "FILE:LINE: ". */
typedef void genauth_options_report(void *data, const char *text);

/*
 * Reads the file into options: keys without section, then those of [service].
 * All of the file is checked, other services' sections too, and each error is
 * reported: unknown key, bad value, duplicate key or section, a secret in a
 * file that others can read, a line that is none.  Returns whether there was
 * no error; with one, options must not be used.
 */
bool genauth_options_read_file(struct genauth_options *options,
    const char *path, const char *service, genauth_options_report *report,
    void *data);

#endif
