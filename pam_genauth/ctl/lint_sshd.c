/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/lint_sshd.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/intl.h"

#define CHECK "sshd"
#define INCLUDE_DEPTH 16

/* A keyword, and what holds when it is not there (sshd_config(5)). */
struct keyword {
	const char *name, *old_name;
	bool on;
	bool set;		/* the first one counts */
	char where[4200];	/* FILE:LINE */
};

enum { USE_PAM, KEYBOARD, PASSWORD, METHODS, DIALOGUES, KEYWORDS };

struct reading {
	struct keyword keywords[KEYWORDS];
	bool in_match;
	struct genauth_report *report;
};

static void read_file(struct reading *reading, const char *path, int depth);

/* sshd looks up relative names in its own folder. */
static void
include(struct reading *reading, const char *pattern, int depth)
{
	char path[4096];
	glob_t found;

	snprintf(path, sizeof(path), "%s%s", pattern[0] == '/' ? "" :
	    "/etc/ssh/", pattern);
	if (depth >= INCLUDE_DEPTH || glob(path, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		bool in_match = reading->in_match;

		read_file(reading, found.gl_pathv[i], depth + 1);
		/* A Match block ends with its file. */
		reading->in_match = in_match;
	}
	globfree(&found);
}

/*
 * Whether the value says yes; of AuthenticationMethods, whether a list has a
 * method that asks for passwords, or for more than that.
 */
static bool
is_on(int keyword, const char *value, const char *rest)
{
	if (keyword != METHODS && keyword != DIALOGUES)
		return strcasecmp(value, "yes") == 0 ||
		    strcasecmp(value, "true") == 0;
	return strcasecmp(value, "any") == 0 ||
	    strcasestr(value, "keyboard-interactive") != NULL ||
	    strcasestr(rest, "keyboard-interactive") != NULL ||
	    (keyword == METHODS && (strcasestr(value, "password") != NULL ||
	    strcasestr(rest, "password") != NULL));
}

static void
take_line(struct reading *reading, char *line, const char *path,
    unsigned number, int depth)
{
	static const char space[] = " \t\r\n=\"";
	char *place, *name = strtok_r(line, space, &place);
	char *value = name == NULL ? NULL : strtok_r(NULL, space, &place);

	if (value == NULL || name[0] == '#')
		return;
	if (strcasecmp(name, "Include") == 0) {
		for (; value != NULL; value = strtok_r(NULL, space, &place))
			include(reading, value, depth);
		return;
	}
	if (strcasecmp(name, "Match") == 0)
		reading->in_match = strcasecmp(value, "all") != 0;
	for (int i = 0; i < KEYWORDS && !reading->in_match; i++) {
		struct keyword *keyword = &reading->keywords[i];

		if (keyword->set || (strcasecmp(name, keyword->name) != 0 &&
		    strcasecmp(name, keyword->old_name) != 0))
			continue;
		keyword->set = true;
		keyword->on = is_on(i, value, place);
		snprintf(keyword->where, sizeof(keyword->where), "%s:%u",
		    path, number);
	}
}

static void
read_file(struct reading *reading, const char *path, int depth)
{
	FILE *file = fopen(path, "re");
	unsigned number = 0;
	char *line = NULL;
	size_t size = 0;

	if (file == NULL) {
		genauth_report_add(reading->report, CHECK,
		    GENAUTH_RESULT_WARNING, _("name the file with "
		    "--sshd-config"), "%s: %s", path, strerror(errno));
		return;
	}
	while (getline(&line, &size, file) > 0)
		take_line(reading, line, path, ++number, depth);
	free(line);
	fclose(file);
}

/* Where it is said, or the file in which it is missing. */
static const char *
where(const struct keyword *keyword, const char *path)
{
	return keyword->set ? keyword->where : path;
}

void
genauth_lint_sshd(struct genauth_report *report, const char *path, bool asks)
{
	struct reading reading = { .report = report, .keywords = {
	    [USE_PAM] = { "UsePAM", "UsePAM", false, false, "" },
	    [KEYBOARD] = { "KbdInteractiveAuthentication",
		"ChallengeResponseAuthentication", true, false, "" },
	    [PASSWORD] = { "PasswordAuthentication",
		"PasswordAuthentication", true, false, "" },
	    [METHODS] = { "AuthenticationMethods",
		"AuthenticationMethods", true, false, "" },
	    [DIALOGUES] = { "AuthenticationMethods",
		"AuthenticationMethods", true, false, "" },
	} };
	const struct keyword *keywords = reading.keywords;
	unsigned unread = report->counts[GENAUTH_RESULT_WARNING];

	read_file(&reading, path, 0);
	if (report->counts[GENAUTH_RESULT_WARNING] != unread)
		return;
	if (!keywords[USE_PAM].on)
		genauth_report_add(report, CHECK, GENAUTH_RESULT_ERROR,
		    _("set \"UsePAM yes\" and restart sshd"),
		    _("%s: UsePAM is off: sshd never asks pam_genauth"),
		    where(&keywords[USE_PAM], path));
	else if (!keywords[METHODS].on)
		genauth_report_add(report, CHECK, GENAUTH_RESULT_ERROR,
		    _("add \"keyboard-interactive\" to it and restart sshd"),
		    _("%s: AuthenticationMethods has none with passwords"),
		    where(&keywords[METHODS], path));
	else if (!keywords[KEYBOARD].on && !keywords[PASSWORD].on)
		genauth_report_add(report, CHECK, GENAUTH_RESULT_ERROR,
		    _("set \"KbdInteractiveAuthentication yes\" and restart "
		    "sshd"), _("%s: sshd accepts no passwords at all"),
		    where(&keywords[KEYBOARD], path));
	else if (asks && (!keywords[KEYBOARD].on || !keywords[DIALOGUES].on))
		genauth_report_add(report, CHECK, GENAUTH_RESULT_ERROR,
		    _("allow keyboard-interactive and restart sshd"),
		    _("%s: sshd cannot ask for a second factor, only for the "
		    "password"), where(&keywords[!keywords[KEYBOARD].on ?
		    KEYBOARD : DIALOGUES], path));
	else if (!keywords[KEYBOARD].on)
		genauth_report_add(report, CHECK, GENAUTH_RESULT_WARNING,
		    _("set \"KbdInteractiveAuthentication yes\" and restart "
		    "sshd"), _("%s: without KbdInteractiveAuthentication "
		    "nobody sees messages"), where(&keywords[KEYBOARD], path));
	else
		genauth_report_add(report, CHECK, GENAUTH_RESULT_OK, NULL,
		    _("%s: UsePAM and KbdInteractiveAuthentication are on"),
		    path);
}
