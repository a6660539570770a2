/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A login with a second factor, whatever GenAuth replies.  The first line of
 * the input has letters for the options (see apply), the second what the
 * person types, separated by '|', each further one the HTTP status and the
 * body of a reply; an empty line is a reply that does not come.  Whatever is
 * accepted must also look so to a second reader, who knows nothing of the
 * first, and finds in what was said a code that the person has typed and that
 * GenAuth has called right.
 */
#include "fuzz/fuzz.h"

#include <strings.h>

#include "common/clock.h"
#include "fuzz/reader.h"
#include "genauth/mfa.h"
#include "genauth/mfa_exchange.h"
#include "genauth/second_factor.h"
#include "genauth/signin.h"

#define PASSWORD "the password"
#define SECRET "the-secret"

/* login/helper.c takes so many of a recording. */
#define EXCHANGE_LIMIT 16
#define TRY_LIMIT 5

/* Whose login it is, where an option says that. */
#define SUB "s-1"

enum { HOST, NOT_ENROLLED, GRACE, OTP, EMAIL, SMS, TOKENS, OLD_GRANT, LATER,
    NEVER, MAPPED };
struct fuzz_goal fuzz_goals[] = {
	[HOST] = { "OK by the factor that the host demands", false },
	[NOT_ENROLLED] = { "OK without one", false },
	[GRACE] = { "OK because a factor was given before", false },
	[OTP] = { "OK by a one-time password that GenAuth demands", false },
	[EMAIL] = { "OK by a code sent by e-mail", false },
	[SMS] = { "OK by a code sent by SMS", false },
	[TOKENS] = { "OK with tokens that were exchanged", false },
	[OLD_GRANT] = { "the same by the older name of the grant", false },
	[LATER] = { "OK at the last try", false },
	[NEVER] = { "as many wrong codes as there may be", false },
	[MAPPED] = { "OK by a factor, of the person who has to be it", false },
	{ NULL, false },
};

/* ---- what was said --------------------------------------------------------- */

static struct exchange {
	const char *path;
	char *sent;		/* the body; NULL: a GET */
	char *bearer;		/* NULL: none */
	int status;
	char *reply;		/* NULL: none came */
} exchanges[EXCHANGE_LIMIT];
static unsigned exchange_count;

static struct script {
	const uint8_t *data;
	size_t left;
} script;

static char *
copy_of(const char *text)
{
	char *copy = text != NULL ? strdup(text) : NULL;

	REQUIRE(text == NULL || copy != NULL);
	return copy;
}

/* Has it from us, not from a reply: a fuzzer finds out what it looks like. */
static bool
has(const struct exchange *exchange, const char *secret)
{
	for (unsigned i = 0; i < exchange_count; i++)
		if (exchanges[i].reply != NULL &&
		    strstr(exchanges[i].reply, secret) != NULL)
			return false;
	return strstr(exchange->sent, secret) != NULL;
}

/* The secrets go where they belong, and nothing can end a header early. */
static void
check_request(const struct exchange *exchange, const char *const *headers)
{
	for (; *headers != NULL; headers++)
		REQUIRE(fuzz_is_clean(*headers));
	if (exchange->sent == NULL)
		return;
	if (has(exchange, PASSWORD))
		REQUIRE(strcmp(exchange->path, GENAUTH_SIGNIN_ENDPOINT) == 0);
	if (has(exchange, SECRET))
		REQUIRE(exchange->bearer == NULL);
}

bool __wrap_genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure);

bool
__wrap_genauth_http_perform(struct genauth_http *http,
    const struct genauth_http_request *request,
    struct genauth_http_response *response, struct genauth_failure *failure)
{
	static const char bearer[] = "Authorization: Bearer ";
	char *line = fuzz_line(&script.data, &script.left);
	struct exchange *exchange;

	REQUIRE(http == NULL && exchange_count < EXCHANGE_LIMIT);
	exchange = &exchanges[exchange_count++];
	*response = (struct genauth_http_response){ 0 };
	*exchange = (struct exchange){ .path = request->path,
	    .sent = copy_of(request->body != NULL ? request->body->data :
	    NULL) };
	for (size_t i = 0; request->headers[i] != NULL; i++)
		if (strncmp(request->headers[i], bearer, strlen(bearer)) == 0)
			exchange->bearer = copy_of(request->headers[i] +
			    strlen(bearer));
	check_request(exchange, request->headers);
	if (*line != '\0') {
		exchange->status = abs(atoi(line) % 1000);
		exchange->reply = copy_of(line + strcspn(line, " ") +
		    (strchr(line, ' ') != NULL));
		response->progress = GENAUTH_HTTP_ANSWERED;
		response->status = exchange->status;
		REQUIRE(genauth_secret_set(&response->body, exchange->reply,
		    strlen(exchange->reply)));
	}
	free(line);
	return exchange->reply != NULL || genauth_failure_set(failure,
	    GENAUTH_UNAVAILABLE, "no reply");
}

static void
forget(void)
{
	while (exchange_count > 0) {
		exchange_count--;
		free(exchanges[exchange_count].sent);
		free(exchanges[exchange_count].bearer);
		free(exchanges[exchange_count].reply);
	}
}

/* ---- the person ------------------------------------------------------------ */

static char typed[TRY_LIMIT][256];
static unsigned typed_count, asked;

static void
read_typed(char *line)
{
	typed_count = asked = 0;
	for (char *code = strsep(&line, "|"); code != NULL &&
	    typed_count < TRY_LIMIT; code = strsep(&line, "|"))
		snprintf(typed[typed_count++], sizeof(typed[0]), "%s", code);
}

static bool
type(void *data, enum genauth_prompt prompt, const char *detail,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	(void)data;
	REQUIRE((unsigned)prompt < GENAUTH_PROMPT_COUNT);
	REQUIRE(detail == NULL || strlen(detail) < 256);
	REQUIRE(asked < TRY_LIMIT);
	if (asked == typed_count)
		return genauth_failure_set(failure, GENAUTH_DENIED, "gone");
	asked++;
	return genauth_secret_set(reply, typed[asked - 1],
	    strlen(typed[asked - 1]));
}

/* Without what people put between the digits. */
static bool
was_typed(const char *code)
{
	for (unsigned i = 0; i < asked; i++) {
		const char *a = typed[i], *b = code;

		for (; *a != '\0'; a++)
			if (*a != ' ' && *a != '-' && *a != *b++)
				break;
		if (*a == '\0' && *b == '\0' && *code != '\0')
			return true;
	}
	return false;
}

/* ---- the second reader ----------------------------------------------------- */

static const char *
text(struct json_object *object, const char *name)
{
	struct json_object *value = fuzz_member(object, name, json_type_string);

	return value != NULL ? json_object_get_string(value) : "";
}

static struct json_object *
read(const char *json)
{
	return json_tokener_parse(json +
	    (strncmp(json, "\xef\xbb\xbf", 3) == 0 ? 3 : 0));
}

/* Whether the HTTP status and that code are those of a success. */
static bool
is_accepted(const struct exchange *exchange, struct json_object *root,
    const char *name)
{
	struct json_object *code = fuzz_member(root, name, json_type_int);

	return exchange->status >= 200 && exchange->status <= 299 &&
	    code != NULL && json_object_get_int64(code) == 200;
}

static bool
is_at(const struct exchange *exchange, const char *path)
{
	return strcmp(exchange->path, path) == 0;
}

/* The code of a request, or NULL; it belongs to body. */
static const char *
code_of(const struct exchange *exchange, struct json_object *body)
{
	const char *name = is_at(exchange, GENAUTH_TOTP_ENDPOINT) ||
	    is_at(exchange, GENAUTH_MFA_OTP_ENDPOINT) ? "totp" :
	    is_at(exchange, GENAUTH_MFA_EMAIL_ENDPOINT) ||
	    is_at(exchange, GENAUTH_MFA_SMS_ENDPOINT) ? "code" : NULL;

	return name != NULL ? text(body, name) : NULL;
}

/* Who is told to wait does. */
static void
check_patience(void)
{
	for (unsigned i = 0; i + 1 < exchange_count; i++)
		REQUIRE(exchanges[i].status != GENAUTH_HTTP_THROTTLED);
}

/* Each code that went out was typed, once, and not too often. */
static void
check_codes(unsigned tries)
{
	struct json_object *bodies[EXCHANGE_LIMIT];
	const char *codes[EXCHANGE_LIMIT];
	unsigned count = 0;

	for (unsigned i = 0; i < exchange_count; i++) {
		bodies[i] = exchanges[i].sent != NULL ?
		    json_tokener_parse(exchanges[i].sent) : NULL;
		codes[count] = code_of(&exchanges[i], bodies[i]);
		if (codes[count] == NULL)
			continue;
		REQUIRE(was_typed(codes[count]));
		for (unsigned j = 0; j < count; j++)
			REQUIRE(strcmp(codes[count], codes[j]) != 0);
		count++;
	}
	REQUIRE(count <= tries && asked <= tries);
	fuzz_goals[NEVER].reached |= count == TRY_LIMIT;
	for (unsigned i = 0; i < exchange_count; i++)
		json_object_put(bodies[i]);
}

/* One object is a list of itself. */
static bool
list_has_otp(struct json_object *list)
{
	if (json_object_is_type(list, json_type_object))
		return strcmp(text(list, "factorType"), "OTP") == 0;
	REQUIRE(json_object_is_type(list, json_type_array));
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (strcmp(text(json_object_array_get_idx(list, i),
		    "factorType"), "OTP") == 0)
			return true;
	return false;
}

/* Behind the sign-in there must be a list, and with it a code. */
static void
require_hosts_factor(struct json_object *signed_in, bool required)
{
	const char *token = text(fuzz_member(signed_in, "data", json_type_object),
	    "access_token");
	const struct exchange *asked_for = &exchanges[1], *last =
	    &exchanges[exchange_count - 1];
	struct json_object *listed, *verified, *list, *verdict;

	REQUIRE(*token != '\0' && exchange_count >= 2);
	REQUIRE(is_at(asked_for, GENAUTH_FACTORS_ENDPOINT));
	listed = read(asked_for->reply);
	REQUIRE(json_object_object_get_ex(listed, "data", &list));
	REQUIRE(is_accepted(asked_for, listed, "statusCode"));
	for (unsigned i = 1; i < exchange_count; i++)
		REQUIRE(strcmp(exchanges[i].bearer, token) == 0);
	if (!list_has_otp(list)) {
		REQUIRE(!required && exchange_count == 2);
		fuzz_goals[NOT_ENROLLED].reached = true;
	} else {
		REQUIRE(is_at(last, GENAUTH_TOTP_ENDPOINT));
		verified = read(last->reply);
		verdict = fuzz_member(fuzz_member(verified, "data", json_type_object),
		    "verified", json_type_boolean);
		REQUIRE(is_accepted(last, verified, "statusCode"));
		REQUIRE(verdict != NULL && json_object_get_boolean(verdict));
		fuzz_goals[HOST].reached = true;
		fuzz_goals[LATER].reached |= asked == TRY_LIMIT;
		json_object_put(verified);
	}
	json_object_put(listed);
}

/* Whose token it is; "" where it does not say. */
static void
sub_of(const char *token, char *out, size_t size)
{
	const char *first = strchr(token, '.');
	struct json_object *claims = first != NULL &&
	    strchr(first + 1, '.') != NULL &&
	    strchr(first + 1, '.') == strrchr(token, '.') ?
	    fuzz_claims(token) : NULL;

	snprintf(out, size, "%s", text(claims, "sub"));
	json_object_put(claims);
}

static bool
is_token_of_sub(struct json_object *data)
{
	char sub[256];

	sub_of(text(data, "id_token"), sub, sizeof(sub));
	return strcmp(sub, SUB) == 0;
}

/* A zero in front is no part of a number that others can dial. */
static size_t
digits_of(const char *phone, char *out, size_t size)
{
	size_t length = 0;

	for (; *phone != '\0' && length + 1 < size; phone++)
		if (*phone >= '0' + (length == 0) && *phone <= '9')
			out[length++] = *phone;
	out[length] = '\0';
	return length;
}

/* Whether one ends as the other. */
static bool
is_same_phone(const char *one, const char *other)
{
	char a[64], b[64];
	size_t a_length = digits_of(one, a, sizeof(a));
	size_t b_length = digits_of(other, b, sizeof(b));

	return a_length > 0 && b_length > 0 && (a_length > b_length ?
	    strcmp(a + a_length - b_length, b) == 0 :
	    strcmp(b + b_length - a_length, a) == 0);
}

static bool
is_user(struct json_object *user, const char *account)
{
	return *text(user, "id") != '\0' &&
	    (strcasecmp(text(user, "username"), account) == 0 ||
	    strcasecmp(text(user, "email"), account) == 0 ||
	    is_same_phone(text(user, "phone"), account));
}

/* Whether a field of a form, encoded as it likes, is that text. */
static bool
is_field(const char *form, const char *name, const char *value)
{
	const char *at = strstr(form, name);
	char hex[3] = "";

	REQUIRE(at != NULL);
	for (at += strlen(name); *at != '&' && *at != '\0'; at++) {
		char c = *at;

		if (c == '%') {
			memcpy(hex, at + 1, 2);
			c = (char)strtol(hex, NULL, 16);
			at += 2;
		}
		if (c != *value++)
			return false;
	}
	return *value == '\0';
}

/* The tokens are those of the last reply. */
static void
require_tokens(struct json_object *user, const struct genauth_answer *answer)
{
	const struct exchange *last = &exchanges[exchange_count - 1];
	struct json_object *given = read(last->reply);

	REQUIRE(is_at(last, GENAUTH_TOKEN_ENDPOINT) && last->bearer == NULL);
	REQUIRE(last->status >= 200 && last->status <= 299);
	REQUIRE(is_field(last->sent, "&token=", text(user, "token")));
	REQUIRE(answer->access_token.data != NULL);
	REQUIRE(strcmp(answer->access_token.data, text(given,
	    "access_token")) == 0);
	REQUIRE(answer->id_token.data == NULL || strcmp(answer->id_token.data,
	    text(given, "id_token")) == 0);
	fuzz_goals[TOKENS].reached = true;
	fuzz_goals[OLD_GRANT].reached |=
	    is_at(last - 1, GENAUTH_TOKEN_ENDPOINT);
	json_object_put(given);
}

/* The code was sent before it was asked for, to where GenAuth has said. */
static void
require_sent(const char *path, struct json_object *demand, const char *to,
    const char *name)
{
	struct json_object *body = json_tokener_parse(exchanges[1].sent);
	struct json_object *reply = read(exchanges[1].reply);

	REQUIRE(is_at(&exchanges[1], path));
	REQUIRE(strcmp(text(body, to), text(demand, name)) == 0);
	REQUIRE(is_accepted(&exchanges[1], reply, "statusCode"));
	json_object_put(body);
	json_object_put(reply);
}

static void
require_way(const struct exchange *verify, struct json_object *demand)
{
	struct json_object *can = fuzz_member(demand, "totpMfaEnabled",
	    json_type_boolean);

	if (is_at(verify, GENAUTH_MFA_EMAIL_ENDPOINT)) {
		require_sent(GENAUTH_SEND_EMAIL_ENDPOINT, demand, "email",
		    "mfaEmail");
		fuzz_goals[EMAIL].reached = true;
	} else if (is_at(verify, GENAUTH_MFA_SMS_ENDPOINT)) {
		require_sent(GENAUTH_SEND_SMS_ENDPOINT, demand, "phoneNumber",
		    "mfaPhone");
		fuzz_goals[SMS].reached = true;
	} else {
		REQUIRE(is_at(verify, GENAUTH_MFA_OTP_ENDPOINT));
		REQUIRE(can != NULL && json_object_get_boolean(can));
		fuzz_goals[OTP].reached = true;
	}
}

/* In place of a sign-in there must be a demand, and behind it the user. */
static void
require_genauths_factor(struct json_object *demanded, const char *account,
    bool exchanges_token, const struct genauth_answer *answer)
{
	struct json_object *demand = fuzz_member(demanded, "data",
	    json_type_object), *verified, *user;
	unsigned at = exchange_count - 1;

	while (exchanges_token && at > 0 &&
	    is_at(&exchanges[at], GENAUTH_TOKEN_ENDPOINT))
		at--;
	REQUIRE(at > 0 && *text(demand, "mfaToken") != '\0');
	for (unsigned i = 1; i <= at; i++)
		REQUIRE(strcmp(exchanges[i].bearer, text(demand,
		    "mfaToken")) == 0);
	require_way(&exchanges[at], demand);
	verified = read(exchanges[at].reply);
	user = fuzz_member(verified, "data", json_type_object);
	REQUIRE(is_accepted(&exchanges[at], verified, "code"));
	REQUIRE(is_user(user, account));
	if (exchanges_token)
		require_tokens(user, answer);
	else
		REQUIRE(answer->access_token.data == NULL &&
		    answer->id_token.data == NULL);
	json_object_put(verified);
}

/* apiCode is a number or a text. */
static bool
is_demand(struct json_object *root)
{
	struct json_object *value = fuzz_member(root, "apiCode", json_type_int);
	long long code = value != NULL ? json_object_get_int64(value) :
	    atoll(text(root, "apiCode"));

	return code == 1635 || code == 1636;
}

/* Whose login it was, by its tokens. */
static void
require_sub(struct json_object *signed_in, bool demanded)
{
	struct json_object *last = read(exchanges[exchange_count - 1].reply);

	REQUIRE(is_token_of_sub(demanded ? last :
	    fuzz_member(signed_in, "data", json_type_object)));
	fuzz_goals[MAPPED].reached |= asked > 0;
	json_object_put(last);
}

static void
require_factor(const struct genauth_options *options, const char *account,
    const struct genauth_credentials *credentials,
    const struct genauth_answer *answer)
{
	struct json_object *root = read(exchanges[0].reply);
	bool demanded = is_demand(root);
	bool is_graced = answer->factor == GENAUTH_FACTOR_GRACE;

	REQUIRE(is_at(&exchanges[0], GENAUTH_SIGNIN_ENDPOINT));
	REQUIRE(exchanges[exchange_count - 1].reply != NULL);
	if (demanded) {
		REQUIRE(options->mfa == GENAUTH_MFA_ASK && asked > 0);
		require_genauths_factor(root, account,
		    options->mfa_token_exchange, answer);
	} else {
		REQUIRE(is_accepted(&exchanges[0], root, "statusCode"));
		if (is_graced)
			REQUIRE(credentials->grace != NULL && asked == 0 &&
			    is_token_of_sub(fuzz_member(root, "data",
			    json_type_object)));
		else if (options->second_factor != GENAUTH_SECOND_FACTOR_NONE)
			require_hosts_factor(root, options->second_factor ==
			    GENAUTH_SECOND_FACTOR_REQUIRED);
	}
	fuzz_goals[GRACE].reached |= is_graced;
	if (credentials->sub != NULL)
		require_sub(root, demanded);
	json_object_put(root);
}

/* ---- one login ------------------------------------------------------------- */

static const struct {
	char letter;
	enum genauth_option option;
	const char *value;
} choices[] = {
	{ 'r', GENAUTH_OPTION_second_factor, "required" },
	{ 'i', GENAUTH_OPTION_second_factor, "if_enrolled" },
	{ 'm', GENAUTH_OPTION_mfa, "ask" },
	{ 'x', GENAUTH_OPTION_mfa_token_exchange, "yes" },
	{ 'e', GENAUTH_OPTION_mfa_policy_order, "EMAIL SMS OTP" },
	{ 's', GENAUTH_OPTION_mfa_policy_order, "SMS OTP" },
	{ 'b', GENAUTH_OPTION_token_endpoint_auth_method,
	    "client_secret_basic" },
	{ 'n', GENAUTH_OPTION_token_endpoint_auth_method, "none" },
	{ 'U', GENAUTH_OPTION_account_type, "username" },
	{ 'E', GENAUTH_OPTION_account_type, "email" },
	{ 'P', GENAUTH_OPTION_account_type, "phone" },
	{ '1', GENAUTH_OPTION_mfa_tries, "1" },
	{ '5', GENAUTH_OPTION_mfa_tries, "5" },
};

static void
set(struct genauth_options *options, enum genauth_option option,
    const char *value)
{
	struct genauth_failure failure;

	REQUIRE(genauth_options_set(options, option, value,
	    GENAUTH_PLACE_FILE, &failure));
}

/* Sets the options; returns the account. */
static const char *
apply(struct genauth_options *options, const char *letters)
{
	REQUIRE(genauth_options_init(options));
	set(options, GENAUTH_OPTION_app_host, "https://x.example");
	set(options, GENAUTH_OPTION_app_id, "0123456789abcdef01234567");
	set(options, GENAUTH_OPTION_app_secret, SECRET);
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (strchr(letters, choices[i].letter) != NULL)
			set(options, choices[i].option, choices[i].value);
	return strchr(letters, '@') != NULL ? "alice@example.com" :
	    strchr(letters, '+') != NULL ? "+8613800001234" : "alice";
}

static void
log_in(const struct genauth_options *options, const char *account,
    const char *letters)
{
	struct genauth_client client = { .options = options,
	    .asker = { type, NULL }, .timeout_ms = 10000,
	    .deadline = genauth_clock_ms() + 10000 };
	const struct genauth_credentials credentials = { .account = account,
	    .password = PASSWORD,
	    .grace = strchr(letters, 'g') != NULL ? SUB : NULL,
	    .sub = strchr(letters, 'a') != NULL ? SUB : NULL };
	struct genauth_password_key key = { .pinned = false };
	struct genauth_answer answer;

	genauth_signin(&client, &credentials, &key, &answer);
	REQUIRE(answer.reason[0] != '\0' && fuzz_is_clean(answer.reason));
	REQUIRE(answer.verdict != GENAUTH_SKIP);
	REQUIRE((unsigned)answer.factor < GENAUTH_FACTOR_COUNT);
	REQUIRE(asked == 0 || answer.factor != GENAUTH_FACTOR_NONE);
	check_codes((unsigned)options->mfa_tries);
	check_patience();
	if (answer.verdict == GENAUTH_OK)
		require_factor(options, account, &credentials, &answer);
	else
		REQUIRE(answer.id_token.data == NULL &&
		    answer.access_token.data == NULL);
	genauth_answer_free(&answer);
	genauth_password_key_free(&key);
	genauth_secret_free(&client.access_token);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *letters = fuzz_line(&data, &size);
	char *line = fuzz_line(&data, &size);
	struct genauth_options options;
	const char *account = apply(&options, letters);

	read_typed(line);
	script = (struct script){ data, size };
	log_in(&options, account, letters);
	forget();
	genauth_options_free(&options);
	free(line);
	free(letters);
	return 0;
}
