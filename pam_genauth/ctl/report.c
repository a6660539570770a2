/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/report.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "ctl/say.h"
#include "ctl/terminal.h"
#include "genauth/json.h"

/* As they stand in the JSON too, so not translated. */
static const struct {
	const char *name, *colour;
} results[] = {
	[GENAUTH_RESULT_OK] = { "ok", "\033[32m" },
	[GENAUTH_RESULT_WARNING] = { "warning", "\033[33m" },
	[GENAUTH_RESULT_ERROR] = { "error", "\033[31m" },
	[GENAUTH_RESULT_SKIPPED] = { "skipped", "\033[2m" },
};

/* Where a finding's text begins. */
#define INDENT 21

bool
genauth_report_open(struct genauth_report *report, bool json)
{
	*report = (struct genauth_report){
	    .colour = genauth_terminal_has_colour() };
	return !json || (report->array = json_object_new_array()) != NULL;
}

static void
clear_progress(const struct genauth_report *report)
{
	if (report->array == NULL && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

void
genauth_report_progress(const struct genauth_report *report, const char *check)
{
	if (check == NULL) {
		clear_progress(report);
	} else if (report->array == NULL && isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r\033[K         %-11s …", check);
		fflush(stderr);
	}
}

static void
show_line(const struct genauth_report *report, const char *check,
    enum genauth_result result, const char *detail, const char *cure)
{
	clear_progress(report);
	printf("%s%-8s%s %-11s ", report->colour ? results[result].colour :
	    "", results[result].name, report->colour ? "\033[0m" : "", check);
	genauth_say_text(stdout, INDENT + (strlen(check) > 11 ?
	    (int)strlen(check) - 11 : 0), INDENT, detail);
	if (cure != NULL) {
		printf("\n%*s-> ", INDENT, "");
		genauth_say_text(stdout, INDENT + 3, INDENT + 3, cure);
	}
	putchar('\n');
	fflush(stdout);
}

void
genauth_report_add(struct genauth_report *report, const char *check,
    enum genauth_result result, const char *cure, const char *format, ...)
{
	char detail[1024];
	struct json_object *finding;
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(detail, sizeof(detail), format, arguments) < 0)
		detail[0] = '\0';
	va_end(arguments);
	genauth_say_clean(detail);
	report->counts[result]++;
	if (report->array == NULL) {
		show_line(report, check, result, detail, cure);
		return;
	}
	finding = json_object_new_object();
	genauth_json_add_string(finding, "check", check);
	genauth_json_add_string(finding, "result", results[result].name);
	genauth_json_add_string(finding, "detail", detail);
	genauth_json_add_string(finding, "cure", cure != NULL ? cure : "");
	json_object_array_add(report->array, finding);
}

bool
genauth_report_close(struct genauth_report *report)
{
	const unsigned *counts = report->counts;

	if (report->array != NULL)
		printf("%s\n", json_object_to_json_string_ext(report->array,
		    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
		    JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		printf(_("\nerrors: %u, warnings: %u, skipped: %u, ok: %u\n"),
		    counts[GENAUTH_RESULT_ERROR],
		    counts[GENAUTH_RESULT_WARNING],
		    counts[GENAUTH_RESULT_SKIPPED], counts[GENAUTH_RESULT_OK]);
	json_object_put(report->array);
	report->array = NULL;
	return counts[GENAUTH_RESULT_ERROR] == 0;
}
