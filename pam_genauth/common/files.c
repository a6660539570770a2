/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/files.h"

#include <string.h>
#include <unistd.h>

#include "common/file.h"

#define LIMIT (1024 * 1024)	/* bytes of one file */

static const struct {
	const char *key;	/* of the option, and in START */
	size_t offset;		/* of its path */
	bool is_secret;
	/* How a line that begins a PEM block ends; NULL: it may be other. */
	const char *what;
	const char *command;	/* of openssl, for such a file */
} rows[GENAUTH_FILES_COUNT] = {
#define ROW(key, ...) \
	{ #key, offsetof(struct genauth_options, key), __VA_ARGS__ }
	[GENAUTH_FILES_CA] = ROW(ca_file, false, "CERTIFICATE-----", "x509"),
	[GENAUTH_FILES_CLIENT_CERT] = ROW(client_cert, false,
	    "CERTIFICATE-----", "x509"),
	[GENAUTH_FILES_CLIENT_KEY] = ROW(client_key, true, "PRIVATE KEY-----",
	    "pkey"),
	[GENAUTH_FILES_PASSWORD_KEY] = ROW(password_public_key_file, false,
	    NULL, NULL),
#undef ROW
};

static const char *
path_of(int i, const struct genauth_options *options)
{
	return *(char *const *)(const void *)((const char *)options +
	    rows[i].offset);
}

static bool
open_one(int i, const struct genauth_options *options,
    struct genauth_files *files, struct genauth_failure *failure)
{
	const char *path = path_of(i, options);
	struct stat status;

	if (path == NULL)
		return true;
	if ((files->fds[i] = genauth_file_open(path, &status, failure)) < 0)
		return false;
	if (rows[i].is_secret && !genauth_file_is_private(&status))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: %s: group or others can read it (chmod 600 it)",
		    rows[i].key, path);
	return true;
}

bool
genauth_files_open(struct genauth_files *files,
    const struct genauth_options *options, struct genauth_failure *failure)
{
	bool done = true;

	*files = GENAUTH_FILES_NONE;
	for (int i = 0; done && i < GENAUTH_FILES_COUNT; i++)
		done = open_one(i, options, files, failure);
	done = done && (options->ca_path == NULL ||
	    genauth_file_check_directory(options->ca_path, failure));
	if (!done)
		genauth_files_close(files);
	return done;
}

bool
genauth_files_send_start(int fd, struct genauth_records *records,
    const struct genauth_files *files)
{
	int fds[GENAUTH_FILES_COUNT] = { 0 };
	size_t count = 0;

	for (int i = 0; i < GENAUTH_FILES_COUNT; i++)
		if (files->fds[i] >= 0) {
			fds[count++] = files->fds[i];
			genauth_records_add_text(records, "file", rows[i].key);
		}
	return genauth_message_send(fd, GENAUTH_MESSAGE_START, records, fds,
	    count);
}

static int
find_row(const char *key, size_t length)
{
	for (int i = 0; i < GENAUTH_FILES_COUNT; i++)
		if (strlen(rows[i].key) == length &&
		    memcmp(rows[i].key, key, length) == 0)
			return i;
	return -1;
}

bool
genauth_files_take(struct genauth_files *files,
    struct genauth_message *message)
{
	size_t position = 0, length, next = 0;
	char name[256];
	const char *key;
	int i;

	*files = GENAUTH_FILES_NONE;
	while (genauth_records_next(&message->records, &position, name, &key,
	    &length)) {
		if (strcmp(name, "file") != 0)
			continue;
		if (next >= message->file_count ||
		    (i = find_row(key, length)) < 0 || files->fds[i] >= 0)
			return false;
		files->fds[i] = message->files[next];
		message->files[next++] = -1;
	}
	return next == message->file_count;
}

/* What the TLS library would only say that it cannot import. */
static bool
check_pem(int i, const char *path, const struct genauth_secret *content,
    struct genauth_failure *failure)
{
	const char *key = rows[i].key, *data = content->data;

	if (rows[i].what == NULL || memmem(data, content->length, rows[i].what,
	    strlen(rows[i].what)) != NULL)
		return true;
	if (content->length == 0)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: %s: is empty", key, path);
	/* A SEQUENCE, which all of these are in DER. */
	if (data[0] == 0x30)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "%s: %s: is not PEM, it looks like DER: openssl %s "
		    "-inform der -in %s -out NEW", key, path, rows[i].command,
		    path);
	return genauth_failure_set(failure, GENAUTH_CONFIG,
	    "%s: %s: has no line -----BEGIN %s", key, path, rows[i].what);
}

bool
genauth_files_read(struct genauth_files *files,
    const struct genauth_options *options, enum genauth_files_of of,
    struct genauth_secret *content, struct genauth_failure *failure)
{
	bool done;

	*content = (struct genauth_secret){ 0 };
	if (files->fds[of] < 0)
		return true;
	done = genauth_file_read_open(files->fds[of], rows[of].key, LIMIT,
	    content, failure) &&
	    check_pem(of, path_of(of, options), content, failure);
	if (!done)
		genauth_secret_free(content);
	close(files->fds[of]);
	files->fds[of] = -1;
	return done;
}

void
genauth_files_close(struct genauth_files *files)
{
	for (int i = 0; i < GENAUTH_FILES_COUNT; i++)
		if (files->fds[i] >= 0)
			close(files->fds[i]);
	*files = GENAUTH_FILES_NONE;
}
