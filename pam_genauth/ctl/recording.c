/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/intl.h"
#include "ctl/say.h"
#include "genauth/json.h"

/* A recording may be at most that long, in bytes. */
#define LIMIT (1024 * 1024)

bool
genauth_recording_open(struct genauth_recording *recording, const char *path)
{
	*recording = (struct genauth_recording){ .path = path };
	recording->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600);
	if (recording->fd < 0) {
		genauth_say_error("%s: %s", path, strerror(errno));
		return false;
	}
	if ((recording->exchanges = json_object_new_array()) != NULL)
		return true;
	genauth_say_error(_("out of memory"));
	close(recording->fd);
	return false;
}

void
genauth_recording_add(void *data, const char *json, size_t length)
{
	struct genauth_recording *recording = data;
	struct json_object *exchange = genauth_json_parse(json, length);

	if (json_object_array_add(recording->exchanges, exchange) != 0)
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

bool
genauth_recording_close(struct genauth_recording *recording,
    enum genauth_verdict verdict)
{
	bool empty = json_object_array_length(recording->exchanges) == 0;
	struct json_object *document = make_document(recording, verdict);
	const int format = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
	    JSON_C_TO_STRING_NOSLASHESCAPE;
	bool done = document != NULL && json_object_to_fd(recording->fd,
	    document, format) == 0 && write(recording->fd, "\n", 1) == 1;

	if (close(recording->fd) != 0 || !done)
		genauth_say_error(_("%s: cannot be written"), recording->path);
	else if (empty)
		genauth_say(GENAUTH_SAY_LABEL,
		    _("recording  none, for nothing was sent\n"));
	else
		genauth_say(GENAUTH_SAY_LABEL, _("recording  %s; read it "
		    "before you show it\n"), recording->path);
	if (empty || !done)
		unlink(recording->path);
	json_object_put(document);
	json_object_put(recording->exchanges);
	return done;
}

struct json_object *
genauth_recording_read(const char *path)
{
	FILE *file = fopen(path, "re");
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
