/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/options_file.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "common/file.h"
#include "common/secret.h"

#define FILE_LIMIT 65536
#define SECTION_LIMIT 64
#define SECTION_NAME_LIMIT 49

struct reading {
	const char *path, *service;
	struct genauth_options *options;
	genauth_options_report *report;
	void *data;
	bool private;
	bool failed;

	/* The text still to be read, and the line that was read last. */
	const char *next;
	unsigned line;

	/* What has been seen, to find duplicates. */
	char sections[SECTION_LIMIT][SECTION_NAME_LIMIT];
	size_t section_count;
	unsigned seen_at[GENAUTH_OPTION_COUNT];	/* line, in this section */
};

static void
report(struct reading *reading, const char *text)
{
	char message[1024];

	snprintf(message, sizeof(message), "%s:%u: %s", reading->path,
	    reading->line, text);
	reading->report(reading->data, message);
	reading->failed = true;
}

/*
 * A section must be a PAM service by the name that libpam uses, alone on its
 * line: inih would cut a longer one and ignore what stands behind it.
 */
static bool
is_section(const char *line, size_t length)
{
	size_t name = strspn(line + 1,
	    "abcdefghijklmnopqrstuvwxyz0123456789._-");
	size_t end = name + 2;

	if (name == 0 || name >= SECTION_NAME_LIMIT || line[name + 1] != ']')
		return false;
	end += strspn(line + end, " \t\r");
	return end >= length || (line[end] == ';' && end > name + 2);
}

/*
 * inih's reader: like fgets over the text, but it counts lines, which inih
 * does not pass on, refuses lines that inih would cut in two, and takes away
 * indentation, which inih would read as "continues the line before".
 */
static char *
read_line(char *line, int size, void *stream)
{
	struct reading *reading = stream;
	const char *start = reading->next;
	size_t length = strcspn(start, "\n");

	/* The line before may have held a secret. */
	explicit_bzero(line, (size_t)size);
	if (*start == '\0')
		return NULL;
	reading->line++;
	reading->next = start + length + (start[length] == '\n');
	while (length > 0 && (*start == ' ' || *start == '\t')) {
		start++;
		length--;
	}
	if (length >= (size_t)size) {
		char text[64];

		snprintf(text, sizeof(text), "line longer than %d bytes",
		    size - 1);
		report(reading, text);
		length = 0;
	} else if (*start == '[' && !is_section(start, length)) {
		report(reading, "not a section: must be [service] with the "
		    "name of a file in /etc/pam.d, in lower case");
	}
	memcpy(line, start, length);
	return line;
}

/* Follows inih into the next section; false when the section is a fault. */
static bool
enter_section(struct reading *reading, const char *section)
{
	size_t count = reading->section_count;

	if (count > 0 && strcmp(reading->sections[count - 1], section) == 0)
		return true;
	for (size_t i = 0; i < count; i++)
		if (strcmp(reading->sections[i], section) == 0) {
			report(reading, "section appears a second time; move "
			    "its keys to the first");
			return false;
		}
	if (count == SECTION_LIMIT) {
		report(reading, "too many sections");
		return false;
	}
	snprintf(reading->sections[count], SECTION_NAME_LIMIT, "%s", section);
	reading->section_count++;
	memset(reading->seen_at, 0, sizeof(reading->seen_at));
	return true;
}

/*
 * Takes away one pair of quotes: they keep spaces at the ends of a value.
 * false: a quote is missing, perhaps because inih took " ;" for a comment.
 */
static bool
unquote(const char *value, char *out, size_t size)
{
	size_t length = strlen(value);

	if (value[0] != '"') {
		snprintf(out, size, "%s", value);
		return true;
	}
	if (length < 2 || value[length - 1] != '"')
		return false;
	snprintf(out, size, "%.*s", (int)(length - 2), value + 1);
	return true;
}

/* inih's handler.  Always returns 1: errors are counted by report. */
static int
take_value(void *data, const char *section, const char *key, const char *text)
{
	struct reading *reading = data;
	enum genauth_option option = genauth_options_find(key);
	bool ours = *section == '\0' || strcmp(section, reading->service) == 0;
	struct genauth_failure failure;
	char value[2048], message[512];

	if (!enter_section(reading, section))
		return 1;
	if (option == GENAUTH_OPTION_COUNT) {
		snprintf(message, sizeof(message), "unknown key '%s' (see "
		    "genauth.conf(5) for those that exist)", key);
		report(reading, message);
		return 1;
	}
	if (reading->seen_at[option] != 0) {
		snprintf(message, sizeof(message), "%s: stands on line %u "
		    "already", key, reading->seen_at[option]);
		report(reading, message);
	}
	reading->seen_at[option] = reading->line;
	if (!unquote(text, value, sizeof(value))) {
		report(reading, "a value that begins with a quote must end in "
		    "one (\" ;\" begins a comment)");
		return 1;
	}
	if (genauth_options_is_secret(option, value) && !reading->private)
		report(reading, "holds a secret but group or others can read "
		    "the file (chmod 600 it)");
	if (!genauth_options_set(ours ? reading->options : NULL, option, value,
	    GENAUTH_PLACE_FILE, &failure))
		report(reading, failure.text);
	explicit_bzero(value, sizeof(value));
	return 1;
}

bool
genauth_options_read_file(struct genauth_options *options, const char *path,
    const char *service, genauth_options_report *report_function, void *data)
{
	struct reading reading = { .path = path, .service = service,
	    .options = options, .report = report_function, .data = data };
	struct genauth_failure failure;
	struct genauth_secret content;
	struct stat status;
	int bad_line;

	if (!genauth_file_read(path, FILE_LIMIT, &content, &status, &failure)) {
		report_function(data, failure.text);
		return false;
	}
	reading.private = genauth_file_is_private(&status);
	reading.next = content.data;
	bad_line = ini_parse_stream(read_line, &reading, take_value, &reading);
	if (bad_line != 0) {
		/* Where inih stopped reading, not where it stands now. */
		reading.line = bad_line > 0 ? (unsigned)bad_line : reading.line;
		report(&reading, "neither [section] nor key = value");
	}
	if (strlen(content.data) != content.length)
		report(&reading, "has a NUL byte");
	genauth_secret_free(&content);
	return !reading.failed;
}
