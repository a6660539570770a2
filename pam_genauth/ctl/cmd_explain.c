/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/intl.h"
#include "common/pam_codes.h"
#include "common/text.h"
#include "ctl/arguments.h"
#include "ctl/replay.h"
#include "ctl/say.h"
#include "ctl/tell.h"
#include "login/status.h"

struct row {
	long long first, last;
	enum genauth_verdict verdict;
	const char *meaning, *advice;
};

static const struct row api_codes[] = {
#define APICODE(code, verdict, meaning, advice) \
	{ code, code, GENAUTH_##verdict, meaning, advice },
#define STATUSCODE(...)
#include "genauth/apicodes.def"
#undef APICODE
#undef STATUSCODE
};

static const struct row status_codes[] = {
#define APICODE(...)
#define STATUSCODE(first, last, verdict, meaning, advice) \
	{ first, last, GENAUTH_##verdict, meaning, advice },
#include "genauth/apicodes.def"
#undef APICODE
#undef STATUSCODE
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *
pam_name(enum genauth_verdict verdict)
{
	return genauth_pam_codes_name(genauth_pam_codes_of(verdict));
}

static void
list_row(const struct row *row)
{
	char code[48];

	snprintf(code, sizeof(code), row->first == row->last ? "%lld" :
	    "%lld-%lld", row->first, row->last);
	genauth_say(27, "%-9s %-16s %s%s%s\n", code,
	    genauth_verdict_name(row->verdict), _(row->meaning),
	    row->advice != NULL ? "; " : "",
	    row->advice != NULL ? _(row->advice) : "");
}

static int
compare(const void *a, const void *b)
{
	const struct row *left = a, *right = b;

	return (left->first > right->first) - (left->first < right->first);
}

static void
list(void)
{
	struct row sorted[COUNT(api_codes)];

	memcpy(sorted, api_codes, sizeof(sorted));
	qsort(sorted, COUNT(sorted), sizeof(sorted[0]), compare);
	printf("%-9s %-16s %s\n", "apiCode", _("verdict"),
	    _("meaning; advice"));
	for (size_t i = 0; i < COUNT(sorted); i++)
		list_row(&sorted[i]);
	printf("\n%-10s %-15s %s\n", "statusCode", _("verdict"),
	    _("meaning; advice"));
	for (size_t i = 0; i < COUNT(status_codes); i++)
		list_row(&status_codes[i]);
	printf("\n%-16s %-21s %s\n", _("verdict"), _("PAM code"),
	    _("meaning"));
	for (enum genauth_verdict verdict = GENAUTH_INTERNAL; verdict <
	    GENAUTH_VERDICT_COUNT; verdict++)
		genauth_say(39, "%-16s %-21s %s\n",
		    genauth_verdict_name(verdict), pam_name(verdict),
		    _(genauth_status_of(verdict)->meaning));
}

static void
explain_verdict(enum genauth_verdict verdict)
{
	const struct genauth_status *status = genauth_status_of(verdict);

	genauth_tell_verdict(verdict, NULL);
	genauth_say(GENAUTH_SAY_LABEL, _("user sees  %s\n"),
	    status->message != NULL ? _(status->message) : _("nothing more"));
	if (status->advice != NULL)
		genauth_say(GENAUTH_SAY_LABEL, _("advice     %s\n"),
		    _(status->advice));
}

static bool
explain_row(const char *kind, const struct row *rows, size_t count,
    long long code)
{
	for (size_t i = 0; i < count; i++) {
		if (code < rows[i].first || code > rows[i].last)
			continue;
		genauth_say(GENAUTH_SAY_LABEL, "%-10s %lld: %s\n", kind, code,
		    _(rows[i].meaning));
		if (rows[i].advice != NULL)
			genauth_say(GENAUTH_SAY_LABEL, _("cure       %s\n"),
			    _(rows[i].advice));
		if (rows != api_codes || rows[i].verdict != GENAUTH_OK)
			explain_verdict(rows[i].verdict);
		return true;
	}
	return false;
}

static bool
explain_pam_code(int code)
{
	const char *name = genauth_pam_codes_name(code);
	bool any = false;

	if (name == NULL)
		return false;
	genauth_say(GENAUTH_SAY_LABEL, _("PAM code   %s (%d)\n"), name, code);
	for (enum genauth_verdict verdict = GENAUTH_INTERNAL; verdict <
	    GENAUTH_VERDICT_COUNT; verdict++)
		if (genauth_pam_codes_of(verdict) == code) {
			genauth_say(GENAUTH_SAY_LABEL, _("verdict    %s: %s\n"),
			    genauth_verdict_name(verdict),
			    _(genauth_status_of(verdict)->meaning));
			any = true;
		}
	if (!any)
		printf(_("pam_genauth never answers this\n"));
	return true;
}

/* The code of "api_code=2333", as the log has it, or the text itself. */
static const char *
without_name(const char *text)
{
	static const char *const names[] = { "api_code=", "status_code=",
		"verdict=" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (strncmp(text, names[i], strlen(names[i])) == 0)
			return text + strlen(names[i]);
	return text;
}

/* "identity=unproven", as the log has it. */
static bool
explain_identity(const char *text)
{
	static const struct {
		const char *text, *meaning, *advice;
	} words[] = {
		{ "identity=proven", N_("the id_token names the account"),
		    NULL },
		{ "identity=unproven", N_("nothing has shown whose login it "
		    "was; the reason of the line says why"),
		    N_("see identity in genauth.conf(5)") },
	};

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(text, words[i].text) != 0)
			continue;
		genauth_say(GENAUTH_SAY_LABEL, _("identity   %s\n"),
		    _(words[i].meaning));
		if (words[i].advice != NULL)
			genauth_say(GENAUTH_SAY_LABEL, _("advice     %s\n"),
			    _(words[i].advice));
		return true;
	}
	return false;
}

static bool
explain(const char *code)
{
	enum genauth_verdict verdict;
	long long number;

	if (explain_identity(code))
		return true;
	if (genauth_text_parse_number(code, &number))
		return explain_row("apiCode", api_codes, COUNT(api_codes),
		    number) || explain_row("statusCode", status_codes,
		    COUNT(status_codes), number) || (number >= 0 && number <
		    GENAUTH_PAM_CODES && explain_pam_code((int)number));
	for (verdict = GENAUTH_INTERNAL; verdict < GENAUTH_VERDICT_COUNT; verdict++)
		if (strcasecmp(code, genauth_verdict_name(verdict)) == 0) {
			explain_verdict(verdict);
			return true;
		}
	return explain_pam_code(genauth_pam_codes_parse(code));
}

static void
complain(void)
{
	genauth_say_error(_("one code, --list or --replay FILE is needed"));
}

static int
run(const struct genauth_arguments *arguments)
{
	const char *file = genauth_arguments_value(arguments, "replay");

	if (file != NULL)
		return genauth_replay_file(file);
	if (genauth_arguments_have(arguments, "list")) {
		list();
		return 0;
	}
	if (explain(without_name(arguments->operand)))
		return 0;
	genauth_say_error(_("%s: an unknown code counts as DENIED; --list "
	    "shows the known ones"), arguments->operand);
	return GENAUTH_EXIT_USAGE;
}

const struct genauth_command genauth_cmd_explain = {
	.name = "explain",
	.operand = "CODE",
	.kind = GENAUTH_KIND_CODE,
	.summary = N_("a code or a verdict in plain words"),
	.about = N_("CODE is an apiCode or a statusCode of GenAuth, a verdict "
	    "of the log, or a PAM\n"
	    "code by name or number: 2333, 429, LOCKED, PAM_AUTH_ERR, 7.  FILE "
	    "is from\n"
	    "\"genauthctl login --record FILE\": what this version makes of "
	    "those replies.\n"),
	.status = N_("Exit status: 0, or 2 for an unknown code; with --replay "
	    "1 if the verdict is not\n"
	    "the recorded one.\n"),
	.options = {
		{ "list", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("all codes and verdicts"), GENAUTH_ROLE_INSTEAD },
		{ "replay", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("a recorded login, without a network"),
		    GENAUTH_ROLE_INSTEAD },
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.complain = complain,
	.run = run,
};
