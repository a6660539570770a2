/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/key_file.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/answer.h"
#include "common/file.h"
#include "common/options.h"
#include "trial/store.h"

/* Without the ends of lines behind it. */
static size_t
length_of(const char *key)
{
	size_t length = strlen(key);

	while (length > 0 && strchr("\r\n", key[length - 1]) != NULL)
		length--;
	return length;
}

bool
genauth_key_file_is_key(const char *text)
{
	static const char pem[] = "-----BEGIN PUBLIC KEY-----", bare[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789+/=\r\n";

	/* Bare: the base64 of an RSA key, or the 128 digits of an SM2 key. */
	return strncmp(text, pem, strlen(pem)) == 0 ||
	    (strlen(text) >= 128 && text[strspn(text, bare)] == '\0');
}

static enum genauth_key_file
judge(const struct genauth_secret *content, const char *key)
{
	const char *text = content->data;

	if (strlen(text) != content->length)
		return GENAUTH_KEY_FILE_FOREIGN;
	if (length_of(text) == length_of(key) &&
	    strncmp(text, key, length_of(key)) == 0)
		return GENAUTH_KEY_FILE_SAME;
	return genauth_key_file_is_key(text) ? GENAUTH_KEY_FILE_OTHER :
	    GENAUTH_KEY_FILE_FOREIGN;
}

bool
genauth_key_file_compare(const char *path, const char *key,
    enum genauth_key_file *held, struct genauth_failure *failure)
{
	struct genauth_secret content;

	*held = GENAUTH_KEY_FILE_NONE;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	if (!genauth_file_read(path, GENAUTH_STORE_LIMIT, &content, NULL,
	    failure))
		return false;
	*held = judge(&content, key);
	genauth_secret_free(&content);
	return true;
}

bool
genauth_key_file_check_place(const char *path,
    struct genauth_failure *failure)
{
	char folder[2048];
	struct stat status;

	if (!genauth_options_set(NULL, GENAUTH_OPTION_password_public_key_file,
	    path, GENAUTH_PLACE_FILE, failure))
		return false;
	/* With its '/', and "." for that of the root. */
	snprintf(folder, sizeof(folder), "%.*s.",
	    (int)(strrchr(path, '/') + 1 - path), path);
	if (!genauth_file_check_directory(folder, failure))
		return false;
	return lstat(path, &status) != 0 || S_ISREG(status.st_mode) ||
	    genauth_failure_set(failure, GENAUTH_CONFIG, "%s: is not a "
	    "regular file; name another", path);
}

bool
genauth_key_file_save(const char *path, const char *key,
    struct genauth_failure *failure)
{
	const struct stat like = { .st_uid = geteuid(), .st_gid = getegid(),
	    .st_mode = 0644 };
	char line[GENAUTH_PUBLIC_KEY_LIMIT + 2];
	const struct genauth_secret content = { .data = line,
	    .length = (size_t)snprintf(line, sizeof(line), "%.*s\n",
	    (int)length_of(key), key) };

	return genauth_store_put(path, &content, &like, failure);
}
