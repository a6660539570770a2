/* SPDX-License-Identifier: BSD-2-Clause */
#include <getopt.h>
#include <json-c/json.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "common/pam_codes.h"
#include "common/paths.h"
#include "ctl/commands.h"
#include "ctl/recording.h"
#include "ctl/say.h"
#include "ctl/service.h"
#include "ctl/settings.h"
#include "ctl/tell.h"
#include "ctl/terminal.h"
#include "genauth/token.h"
#include "login/account.h"
#include "login/login.h"
#include "login/status.h"

struct request {
	const char *user, *service, *conf, *pam_dir, *record;
	bool from_stdin, show_tokens, any_user;
};

static void
usage(FILE *out)
{
	fputs(_("usage: genauthctl login USER [OPTION ...]\n"
	    "\n"
	    "Logs in as pam_genauth.so would, and says what came of it.\n"
	    "\n"
	    "  --service NAME    as this PAM service\n"
	    "  --password-stdin  take the password from a line of standard "
	    "input\n"
	    "  --any-user        also a user whom pam_genauth would not serve\n"
	    "  --show-tokens     print the tokens; they are as good as the "
	    "password\n"
	    "  --record FILE     write down what GenAuth says, with all that "
	    "is private\n"
	    "                    replaced, for a report\n"
	    "  --conf FILE       options file\n"
	    "  --pam-dir DIR     where the stacks are (/etc/pam.d)\n"
	    "\n"
	    "Exit status: the number of the PAM code, 0 for a success.  Wrong "
	    "usage is 2,\n"
	    "which is never such a number here.\n"), out);
}

/* -1: go on. */
static int
take_arguments(struct request *request, int argc, char **argv)
{
	static const struct option options[] = {
		{ "any-user", no_argument, NULL, 'a' },
		{ "conf", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "pam-dir", required_argument, NULL, 'p' },
		{ "password-stdin", no_argument, NULL, 'i' },
		{ "record", required_argument, NULL, 'r' },
		{ "service", required_argument, NULL, 's' },
		{ "show-tokens", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (option) {
		case 'a': request->any_user = true; break;
		case 'c': request->conf = optarg; break;
		case 'i': request->from_stdin = true; break;
		case 'p': request->pam_dir = optarg; break;
		case 'r': request->record = optarg; break;
		case 's': request->service = optarg; break;
		case 't': request->show_tokens = true; break;
		case 'h': usage(stdout); return 0;
		default: return genauth_commands_hint("login");
		}
	if (optind + 1 != argc) {
		genauth_say_error(_("one user must be named"));
		usage(stderr);
		return GENAUTH_EXIT_USAGE;
	}
	request->user = argv[optind];
	return request->service == NULL ||
	    genauth_service_check(request->service) ? -1 : GENAUTH_EXIT_USAGE;
}

/* What genauth_login hands back, and what became of it. */
struct front {
	const struct request *request;
	struct genauth_recording *recording;	/* NULL: none is wanted */
	char password[1024];
	bool has_complained;	/* that there is no password */
};

static const char *
take_password(void *data, struct genauth_failure *failure)
{
	struct front *front = data;

	if (genauth_terminal_password(front->request->from_stdin,
	    front->password, sizeof(front->password)))
		return front->password;
	front->has_complained = true;
	genauth_failure_set(failure, GENAUTH_DENIED, "no password");
	return NULL;
}

static void
record(void *data, const char *json, size_t length)
{
	struct front *front = data;

	genauth_recording_add(front->recording, json, length);
}

/* As the module does.  false: there is no password, and that has been said. */
static bool
attempt(const struct request *request, const struct genauth_options *options,
    struct genauth_recording *recording, struct genauth_answer *answer)
{
	struct front front = { .request = request, .recording = recording };
	const struct genauth_login login = { .options = options,
	    .user = request->user, .entry = getpwnam(request->user),
	    .any_user = request->any_user };
	const struct genauth_person person = { .data = &front,
	    .types = !request->from_stdin, .password = take_password,
	    .exchange = recording != NULL ? record : NULL };
	struct genauth_failure ignored;
	char account[512];

	if (recording != NULL && genauth_account_make(options, request->user,
	    account, sizeof(account), &ignored))
		genauth_recording_of(recording, account);
	genauth_login(&login, &person, answer);
	explicit_bzero(front.password, sizeof(front.password));
	return !front.has_complained;
}

static void
show_claims(const struct genauth_secret *token)
{
	struct json_object *claims;
	const char *text;
	char clean[4096];

	if (token->data == NULL || genauth_token_claims(token->data,
	    &claims) != GENAUTH_TOKEN_CLAIMS)
		return;
	printf(_("claims, of which the signature is not checked\n"));
	json_object_object_foreach(claims, name, value) {
		text = json_object_to_json_string_ext(value,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
		snprintf(clean, sizeof(clean), "%s: %s", name, text);
		genauth_terminal_clean(clean);
		genauth_say(4, "  %s\n", clean);
	}
	json_object_put(claims);
}

static void
show(const struct request *request, const struct genauth_answer *answer)
{
	const char *advice = genauth_status_of(answer->verdict)->advice;

	genauth_tell_verdict(answer->verdict, answer->reason);
	if (genauth_settings_needs_root(answer->reason))
		advice = N_("run this as root");
	if (advice != NULL)
		genauth_say(GENAUTH_SAY_LABEL, _("advice     %s\n"),
		    _(advice));
	if (answer->status_code != 0)
		genauth_tell_codes(answer);
	if (answer->request_id[0] != '\0')
		printf(_("request    %s\n"), answer->request_id);
	printf(_("time       dns %lld ms, connect %lld ms, tls %lld ms, "
	    "wait %lld ms\n"), answer->dns_ms, answer->connect_ms,
	    answer->tls_ms, answer->wait_ms);
	show_claims(&answer->id_token);
	if (request->show_tokens && answer->id_token.data != NULL)
		printf("id_token\n  %s\n", answer->id_token.data);
	if (request->show_tokens && answer->access_token.data != NULL)
		printf("access_token\n  %s\n", answer->access_token.data);
}

int
genauth_commands_login(int argc, char **argv)
{
	struct request request = { .user = "",
	    .pam_dir = genauth_paths.pam_d };
	struct genauth_recording recording, *wanted = NULL;
	struct genauth_answer answer = { 0 };
	struct genauth_options options = { 0 };
	bool good;
	int status = take_arguments(&request, argc, argv);

	if (status >= 0)
		return status;
	if (request.record != NULL) {
		if (!genauth_recording_open(&recording, request.record,
		    &options))
			return GENAUTH_EXIT_USAGE;
		wanted = &recording;
	}
	good = genauth_settings_open(&options, request.conf, request.pam_dir,
	    request.service != NULL ? request.service : "");
	if (!good)
		genauth_answer_refuse(&answer, GENAUTH_CONFIG,
		    "the options have errors");
	else if (!attempt(&request, &options, wanted, &answer))
		status = GENAUTH_EXIT_USAGE;
	if (status < 0) {
		show(&request, &answer);
		status = genauth_pam_codes_of(answer.verdict);
	}
	if (wanted != NULL)
		genauth_recording_close(wanted, answer.verdict);
	genauth_answer_free(&answer);
	genauth_options_free(&options);
	return status;
}
