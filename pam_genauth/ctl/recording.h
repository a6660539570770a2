/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recording.h owns the file that "login --record" writes and "explain
 * --replay" reads: {"about", "pam_genauth" (the version), "verdict",
 * "exchanges": [what genauth/record.h describes, …]}.
 */
#ifndef GENAUTH_RECORDING_H
#define GENAUTH_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "common/verdict.h"

struct json_object;

struct genauth_recording {
	const char *path;
	int fd;
	struct json_object *exchanges;
};

/*
 * Creates the file, which must not be there.  false: the reason has been
 * printed.
 */
bool genauth_recording_open(struct genauth_recording *recording,
    const char *path);

/* Adds an exchange; data is a struct genauth_recording. */
void genauth_recording_add(void *data, const char *json, size_t length);

/*
 * Writes the file and says what to do with it; removes it again if there is
 * nothing to write.  false: it cannot be written, and the reason has been
 * printed.
 */
bool genauth_recording_close(struct genauth_recording *recording,
    enum genauth_verdict verdict);

/*
 * Reads such a file.  NULL: the reason has been printed.  Release with
 * json_object_put.
 */
struct json_object *genauth_recording_read(const char *path);

#endif
