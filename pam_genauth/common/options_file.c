/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/options_file.h"

#include <stdio.h>
#include <string.h>

#include "common/file.h"
#include "common/ini.h"
#include "common/secret.h"

#define FILE_LIMIT 65536
#define SECTION_LIMIT 64
#define SECTION_NAME_LIMIT 48

struct reading {
	struct genauth_ini ini;
	const char *path, *service;
	struct genauth_options *options;
	genauth_options_report *report;
	void *data;
	bool private;
	bool failed;

	enum genauth_place place;
	bool ours;		/* what comes now holds for the service */

	/* What has been seen, to find duplicates. */
	bool again;		/* the service has had a section before */
	struct { const char *name; size_t length; } services[SECTION_LIMIT];
	size_t service_count;
	unsigned seen_at[GENAUTH_OPTION_COUNT];	/* line, in this section */
};

static void
report(struct reading *reading, const char *text)
{
	char message[1024];

	snprintf(message, sizeof(message), "%s:%u: %s", reading->path,
	    reading->ini.number, text);
	reading->report(reading->data, message);
	reading->failed = true;
}

static bool
is_service(const char *name, size_t length)
{
	return length > 0 && length <= SECTION_NAME_LIMIT && strspn(name,
	    "abcdefghijklmnopqrstuvwxyz0123456789._-") >= length;
}

/* One of the services that a section names. */
static void
take_service(struct reading *reading, const char *name, size_t length)
{
	for (size_t i = 0; i < reading->service_count; i++)
		if (reading->services[i].length == length &&
		    memcmp(reading->services[i].name, name, length) == 0)
			reading->again = true;
	if (reading->again)
		return;
	if (reading->service_count == SECTION_LIMIT) {
		report(reading, "too many sections");
		return;
	}
	reading->services[reading->service_count].name = name;
	reading->services[reading->service_count++].length = length;
	if (strlen(reading->service) == length &&
	    memcmp(reading->service, name, length) == 0)
		reading->ours = reading->options->has_section = true;
}

/* A section names PAM services as libpam does, with one space in between. */
static void
take_section(struct reading *reading)
{
	const char *name = reading->ini.name, *end;

	memset(reading->seen_at, 0, sizeof(reading->seen_at));
	reading->place = GENAUTH_PLACE_SECTION;
	reading->ours = reading->again = false;
	for (;; name = end + 1) {
		end = name + strcspn(name, " ");
		if (!is_service(name, (size_t)(end - name))) {
			reading->ours = false;
			report(reading, "not a section: must be [service], or "
			    "[service service], with names of files in "
			    "/etc/pam.d, in lower case");
			return;
		}
		take_service(reading, name, (size_t)(end - name));
		if (*end == '\0')
			return;
	}
}

static void
take_value(struct reading *reading)
{
	const char *key = reading->ini.name, *value = reading->ini.value;
	enum genauth_option option = genauth_options_find(key);
	struct genauth_failure failure;
	char message[512];

	if (reading->again) {
		report(reading, "section appears a second time; move its "
		    "keys to the first");
		return;
	}
	if (option == GENAUTH_OPTION_COUNT) {
		snprintf(message, sizeof(message), "unknown key '%s' (see "
		    "genauth.conf(5) for those that exist)", key);
		report(reading, message);
		return;
	}
	if (reading->seen_at[option] != 0) {
		snprintf(message, sizeof(message), "%s: stands on line %u "
		    "already", key, reading->seen_at[option]);
		report(reading, message);
	}
	reading->seen_at[option] = reading->ini.number;
	if (genauth_options_is_secret(option, value) && !reading->private)
		report(reading, "holds a secret but group or others can read "
		    "the file (chmod 600 it)");
	if (!genauth_options_set(reading->ours ? reading->options : NULL,
	    option, value, reading->place, &failure))
		report(reading, failure.text);
}

bool
genauth_options_read_file(struct genauth_options *options, const char *path,
    const char *service, genauth_options_report *report_function, void *data)
{
	struct reading reading = { .path = path, .service = service,
	    .options = options, .report = report_function, .data = data,
	    .place = GENAUTH_PLACE_FILE, .ours = true };
	struct genauth_failure failure;
	struct genauth_secret content;
	enum genauth_ini_line line;
	struct stat status;

	if (!genauth_file_read(path, FILE_LIMIT, &content, &status, &failure)) {
		report_function(data, failure.text);
		return false;
	}
	reading.private = genauth_file_is_private(&status);
	genauth_ini_start(&reading.ini, content.data, content.length);
	while ((line = genauth_ini_read(&reading.ini)) != GENAUTH_INI_END)
		if (line == GENAUTH_INI_FAULT)
			report(&reading, reading.ini.fault);
		else if (line == GENAUTH_INI_SECTION)
			take_section(&reading);
		else if (line == GENAUTH_INI_VALUE)
			take_value(&reading);
	genauth_secret_free(&content);
	return !reading.failed;
}
