/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/recording.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/say.h"
#include "genauth/json.h"

/* A recording may be at most that long, in bytes. */
#define LIMIT (8 * 1024 * 1024)

/* Whether a file can be created there. */
static bool
can_create(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	struct stat status;

	if (lstat(path, &status) == 0) {
		errno = EEXIST;
		return false;
	}
	snprintf(folder, sizeof(folder), "%.*s/.", slash == NULL ? 1 :
	    (int)(slash - path), slash == NULL ? "." : path);
	return access(folder, W_OK) == 0;
}

bool
genauth_recording_open(struct genauth_recording *recording, const char *path,
    const struct genauth_options *options)
{
	*recording = (struct genauth_recording){ .path = path,
	    .record.options = options };
	if (!can_create(path)) {
		genauth_say_error("%s: %s", path, strerror(errno));
		return false;
	}
	if ((recording->exchanges = json_object_new_array()) != NULL)
		return true;
	genauth_say_error(_("out of memory"));
	return false;
}

void
genauth_recording_of(struct genauth_recording *recording, const char *account)
{
	snprintf(recording->record.account, sizeof(recording->record.account),
	    "%s", account);
}

void
genauth_recording_add(void *data, const char *json, size_t length)
{
	struct genauth_recording *recording = data;
	struct json_object *sent = genauth_json_parse(json, length);
	struct json_object *exchange = genauth_record_check(
	    &recording->record, sent);

	json_object_put(sent);
	if (exchange != NULL &&
	    json_object_array_add(recording->exchanges, exchange) != 0)
		json_object_put(exchange);
}

static struct json_object *
make_document(struct genauth_recording *recording,
    enum genauth_verdict verdict)
{
	struct json_object *document = json_object_new_object();

	genauth_json_add_string(document, "about", "What genauthctl login "
	    "asked and what GenAuth answered.  Passwords, secrets, tokens, "
	    "codes, names and addresses have been replaced by <...>.");
	genauth_json_add_string(document, "pam_genauth", PACKAGE_VERSION);
	genauth_json_add_string(document, "verdict",
	    genauth_verdict_name(verdict));
	genauth_json_add(document, "exchanges",
	    json_object_get(recording->exchanges));
	return document;
}

/* false: errno says why. */
static bool
write_document(const char *path, struct json_object *document)
{
	const int format = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
	    JSON_C_TO_STRING_NOSLASHESCAPE;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool done;

	if (fd < 0)
		return false;
	done = document != NULL && json_object_to_fd(fd, document, format) ==
	    0 && write(fd, "\n", 1) == 1;
	return close(fd) == 0 && done;
}

bool
genauth_recording_close(struct genauth_recording *recording,
    enum genauth_verdict verdict)
{
	struct json_object *document = make_document(recording, verdict);
	bool done = true;

	if (json_object_array_length(recording->exchanges) == 0)
		genauth_say(GENAUTH_SAY_LABEL,
		    _("recording  none, for nothing was sent\n"));
	else if (!(done = write_document(recording->path, document)))
		genauth_say_error(_("%s: cannot be written: %s"),
		    recording->path, strerror(errno));
	else
		genauth_say(GENAUTH_SAY_LABEL, _("recording  %s; read it "
		    "before you show it\n"), recording->path);
	json_object_put(document);
	json_object_put(recording->exchanges);
	return done;
}

struct json_object *
genauth_recording_read(const char *path)
{
	/* A FIFO would be waited for. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct json_object *document = NULL;
	char *text = malloc(LIMIT);
	size_t length;

	if (file == NULL || text == NULL) {
		genauth_say_error("%s: %s", path, strerror(errno));
	} else {
		length = fread(text, 1, LIMIT, file);
		if (ferror(file) != 0)
			genauth_say_error("%s: %s", path, strerror(errno));
		else if (length == LIMIT || (document = genauth_json_parse(
		    text, length)) == NULL)
			genauth_say_error(_("%s: is no recording of "
			    "genauthctl login"), path);
	}
	if (file != NULL)
		fclose(file);
	free(text);
	return document;
}
