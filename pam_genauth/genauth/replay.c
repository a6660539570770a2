/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/replay.h"

#include <json-c/json.h>
#include <string.h>

#include "common/clock.h"
#include "common/options.h"
#include "genauth/json.h"
#include "genauth/record.h"
#include "genauth/redact.h"
#include "genauth/signin.h"
#include "genauth/tape.h"

/* The options that record.h has added. */
static bool
set_recorded(struct genauth_options *options, struct json_object *exchange)
{
	struct genauth_failure ignored;
	const char *value;

	for (size_t i = 0; i < GENAUTH_RECORD_OPTION_COUNT; i++)
		if (genauth_json_string(exchange,
		    genauth_record_options[i].name, &value) &&
		    !genauth_options_set(options,
		    genauth_record_options[i].option, value,
		    GENAUTH_PLACE_FILE, &ignored))
			return false;
	return true;
}

/* As the request was made: what the replies are judged by. */
static bool
set_options(struct genauth_options *options, struct json_object *exchange,
    struct json_object *request, const char *account_name)
{
	struct genauth_failure ignored;
	const char *connection;

	return genauth_options_init(options) &&
	    genauth_options_set(options, GENAUTH_OPTION_app_id,
	    GENAUTH_REDACT_APP_ID, GENAUTH_PLACE_FILE, &ignored) &&
	    genauth_options_set(options,
	    GENAUTH_OPTION_token_endpoint_auth_method, "none",
	    GENAUTH_PLACE_FILE, &ignored) &&
	    /* The codes that were sent are there, and no more. */
	    genauth_options_set(options, GENAUTH_OPTION_mfa_tries, "5",
	    GENAUTH_PLACE_FILE, &ignored) && set_recorded(options, exchange) &&
	    (!genauth_json_string(request, "connection", &connection) ||
	    genauth_options_set(options, GENAUTH_OPTION_connection, connection,
	    GENAUTH_PLACE_FILE, &ignored)) &&
	    (strcmp(account_name, "sAMAccountName") == 0 ||
	    genauth_options_set(options, GENAUTH_OPTION_account_type,
	    account_name, GENAUTH_PLACE_FILE, &ignored));
}

/* The login again, with what comes behind the sign-in. */
static void
log_in(struct genauth_tape *tape, const struct genauth_options *options,
    const char *account, struct genauth_answer *answer)
{
	struct genauth_client client = { .options = options,
	    .http = genauth_http_new_player(genauth_tape_player(tape)),
	    .asker = genauth_tape_asker(tape), .timeout_ms = 60000,
	    .deadline = genauth_clock_ms() + 60000 };
	const struct genauth_credentials credentials = { .account = account,
	    .password = "<password>" };
	struct genauth_password_key key = { .pinned = false };

	if (client.http != NULL)
		genauth_signin(&client, &credentials, &key, answer);
	else
		genauth_answer_refuse(answer, GENAUTH_INTERNAL,
		    "out of memory");
	genauth_password_key_free(&key);
	genauth_http_free(client.http);
}

static bool
judge(struct genauth_tape *tape, struct json_object *exchange,
    struct json_object *request, struct genauth_answer *answer)
{
	struct genauth_options options = { 0 };
	struct json_object *sent;
	const char *account = NULL, *name;
	bool done = false;

	if (genauth_json_object(request, "body", &sent))
		account = genauth_record_account(sent, &name);
	if (account != NULL && set_options(&options, exchange, sent, name)) {
		log_in(tape, &options, account, answer);
		done = true;
	}
	genauth_options_free(&options);
	return done;
}

/* Whether it has a reply that is not left out. */
static bool
has_reply(struct json_object *exchange)
{
	struct json_object *response, *body;
	long long status;
	const char *error;

	return !genauth_json_string(exchange, "error", &error) &&
	    genauth_json_object(exchange, "response", &response) &&
	    genauth_json_integer(response, "http_status", &status) &&
	    status != 0 && json_object_object_get_ex(response, "body",
	    &body) && !(json_object_is_type(body, json_type_string) &&
	    strcmp(json_object_get_string(body), GENAUTH_RECORD_TOO_LARGE) ==
	    0);
}

bool
genauth_replay(struct json_object *exchanges, size_t index,
    struct genauth_answer *answer)
{
	struct json_object *exchange = json_object_array_get_idx(exchanges,
	    index), *request;
	struct genauth_tape tape = { .exchanges = exchanges, .next = index };
	const char *method, *path;

	*answer = (struct genauth_answer){ 0 };
	return genauth_json_object(exchange, "request", &request) &&
	    genauth_json_string(request, "method", &method) &&
	    genauth_json_string(request, "path", &path) &&
	    strcmp(method, "POST") == 0 &&
	    strcmp(path, GENAUTH_SIGNIN_ENDPOINT) == 0 &&
	    has_reply(exchange) && judge(&tape, exchange, request, answer);
}
