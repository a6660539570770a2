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
#include "genauth/record.h"

struct json_object;

struct genauth_recording {
	const char *path;
	struct genauth_record record;
	struct json_object *exchanges;
};

/*
 * Looks whether the file can be created: it must not be there.  options must
 * outlive the recording.  false: the reason has been printed.
 */
bool genauth_recording_open(struct genauth_recording *recording,
    const char *path, const struct genauth_options *options);

/* The account that logs in, before the first exchange. */
void genauth_recording_of(struct genauth_recording *recording,
    const char *account);

/* Adds an exchange; data is a struct genauth_recording. */
void genauth_recording_add(void *data, const char *json, size_t length);

/*
 * Writes the file, if there is something to write, and says what to do with
 * it.  false: it cannot be written, and the reason has been printed.
 */
bool genauth_recording_close(struct genauth_recording *recording,
    enum genauth_verdict verdict);

/*
 * Reads such a file.  NULL: the reason has been printed.  Release with
 * json_object_put.
 */
struct json_object *genauth_recording_read(const char *path);

#endif
