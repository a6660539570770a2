/* SPDX-License-Identifier: BSD-2-Clause */
#include <json-c/json.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/intl.h"
#include "common/pam_codes.h"
#include "ctl/arguments.h"
#include "ctl/recording.h"
#include "ctl/say.h"
#include "ctl/settings.h"
#include "ctl/tell.h"
#include "ctl/terminal.h"
#include "genauth/token.h"
#include "login/account.h"
#include "login/login.h"
#include "login/status.h"

struct request {
	const char *user, *service, *conf, *pam_dir, *record, *rhost;
	bool from_stdin, show_tokens, any_user;
};

static void
take_arguments(struct request *request,
    const struct genauth_arguments *arguments)
{
	*request = (struct request){
		.user = arguments->operand,
		.service = genauth_arguments_value(arguments, "service"),
		.conf = genauth_arguments_value(arguments, "conf"),
		.pam_dir = genauth_arguments_value(arguments, "pam-dir"),
		.record = genauth_arguments_value(arguments, "record"),
		.rhost = genauth_arguments_value(arguments, "rhost"),
		.from_stdin = genauth_arguments_have(arguments,
		    "password-stdin"),
		.show_tokens = genauth_arguments_have(arguments,
		    "show-tokens"),
		.any_user = genauth_arguments_have(arguments, "any-user"),
	};
	/* As for the module, an empty one is none. */
	if (request->rhost != NULL && request->rhost[0] == '\0')
		request->rhost = NULL;
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

static bool
take_reply(void *data, const struct genauth_ask *ask,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	const struct front *front = data;
	char prompt[256], code[GENAUTH_PROMPT_REPLY];
	bool done;

	snprintf(prompt, sizeof(prompt), "%s%s%s: ",
	    _(genauth_prompt_text(ask->prompt)),
	    ask->detail[0] != '\0' ? " " : "", ask->detail);
	done = (genauth_terminal_code(front->request->from_stdin, prompt,
	    code, sizeof(code)) && genauth_secret_set(reply, code,
	    strlen(code))) || genauth_failure_set(failure, GENAUTH_DENIED,
	    "no code for the second factor");
	explicit_bzero(code, sizeof(code));
	return done;
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
	    .rhost = request->rhost,
	    .any_user = request->any_user };
	const struct genauth_person person = { .data = &front,
	    .types = !request->from_stdin, .may_prepare = true,
	    .password = take_password, .reply = take_reply,
	    .exchange = recording != NULL ? record : NULL };
	struct genauth_failure ignored;
	struct genauth_account account;

	if (recording != NULL && genauth_account_make(&login, &account,
	    &ignored))
		genauth_recording_of(recording, account.name);
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
		genauth_say_clean(clean);
		genauth_say(4, "  %s\n", clean);
	}
	json_object_put(claims);
}

/* Also of a token that was refused: account_map may have another sub. */
static void
show_identity(const struct genauth_options *options,
    const struct genauth_answer *answer)
{
	if (options->identity == GENAUTH_IDENTITY_REQUIRED)
		genauth_say(GENAUTH_SAY_LABEL, _("identity   %s\n"),
		    answer->proven != 0 ?
		    _("proven: the id_token names the account") :
		    _("unproven"));
	else if (answer->verdict == GENAUTH_OK)
		return;		/* it is among the claims */
	if (answer->sub[0] != '\0')
		printf("sub        %s\n", answer->sub);
}

static void
show(const struct request *request, const struct genauth_options *options,
    const struct genauth_answer *answer)
{
	const char *advice = genauth_status_of(answer->verdict)->advice;

	genauth_tell_verdict(answer->verdict, answer->reason);
	if (genauth_settings_needs_root(answer->reason))
		advice = N_("run this as root");
	/* It is about the password, which these have accepted. */
	if (answer->verdict == GENAUTH_DENIED &&
	    (answer->factor != GENAUTH_FACTOR_NONE ||
	    (answer->status_code == 200 && answer->api_code == 0)))
		advice = NULL;
	if (advice != NULL)
		genauth_say(GENAUTH_SAY_LABEL, _("advice     %s\n"),
		    _(advice));
	show_identity(options, answer);
	if (answer->status_code != 0)
		genauth_tell_codes(answer);
	genauth_tell_factor(answer);
	if (answer->roles[0] != '\0')
		genauth_say(GENAUTH_SAY_LABEL, _("roles      %s\n"),
		    answer->roles);
	if (answer->groups[0] != '\0')
		genauth_say(GENAUTH_SAY_LABEL, _("groups     %s\n"),
		    answer->groups);
	if (answer->request_id[0] != '\0')
		printf(_("request    %s\n"), answer->request_id);
	printf(_("time       dns %lld ms, connect %lld ms, tls %lld ms, "
	    "wait %lld ms\n"), answer->dns_ms, answer->connect_ms,
	    answer->tls_ms, answer->wait_ms);
	if (answer->weaker[0] != '\0')
		genauth_say(GENAUTH_SAY_LABEL, _("weaker     genauth-signin is "
		    "less confined than it should be: %s\n"), answer->weaker);
	show_claims(&answer->id_token);
	if (request->show_tokens && answer->id_token.data != NULL)
		printf("id_token\n  %s\n", answer->id_token.data);
	if (request->show_tokens && answer->access_token.data != NULL)
		printf("access_token\n  %s\n", answer->access_token.data);
}

static void
complain(void)
{
	genauth_say_error(_("one user must be named"));
}

static int
run(const struct genauth_arguments *arguments)
{
	struct request request;
	struct genauth_recording recording, *wanted = NULL;
	struct genauth_answer answer = { 0 };
	struct genauth_options options = { 0 };
	bool good;
	int status = -1;

	take_arguments(&request, arguments);
	if (request.record != NULL) {
		if (!genauth_recording_open(&recording, request.record,
		    &options))
			return GENAUTH_EXIT_USAGE;
		wanted = &recording;
	}
	good = genauth_settings_open(&options, request.conf, request.pam_dir,
	    request.service);
	if (!good)
		genauth_answer_refuse(&answer, GENAUTH_CONFIG,
		    "the options have errors");
	else if (!attempt(&request, &options, wanted, &answer))
		status = GENAUTH_EXIT_USAGE;
	if (status < 0) {
		show(&request, &options, &answer);
		status = genauth_pam_codes_of(answer.verdict);
	}
	if (wanted != NULL)
		genauth_recording_close(wanted, answer.verdict);
	genauth_answer_free(&answer);
	genauth_options_free(&options);
	return status;
}

const struct genauth_command genauth_cmd_login = {
	.name = "login",
	.operand = "USER",
	.kind = GENAUTH_KIND_USER,
	.summary = N_("log in as PAM would, and say what came of it"),
	.about = N_("Logs in as pam_genauth.so would, and says what came of "
	    "it.\n"),
	.status = N_("Exit status: the number of the PAM code, 0 for a "
	    "success.  Wrong usage is 2,\n"
	    "which is never such a number here.\n"),
	.options = {
		{ "service", 0, "NAME", GENAUTH_KIND_SERVICE,
		    N_("as this PAM service"), GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_RHOST,
		{ "password-stdin", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("take the password, and codes, from lines of standard "
		    "input"),
		    GENAUTH_ROLE_PLAIN },
		{ "any-user", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("also a user whom pam_genauth would not serve"),
		    GENAUTH_ROLE_PLAIN },
		{ "show-tokens", 0, NULL, GENAUTH_KIND_TEXT,
		    N_("print the tokens; they are as good as the password"),
		    GENAUTH_ROLE_PLAIN },
		{ "record", 0, "FILE", GENAUTH_KIND_FILE,
		    N_("write for a report what GenAuth says, but nothing "
		    "private"), GENAUTH_ROLE_PLAIN },
		GENAUTH_COMMAND_CONF,
		GENAUTH_COMMAND_PAM_DIR,
		GENAUTH_COMMAND_HELP,
		GENAUTH_COMMAND_END,
	},
	.complain = complain,
	.run = run,
};
