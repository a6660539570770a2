/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reply of POST /api/v3/signin.  The first line of the input is the HTTP
 * status, the rest is the body.  Whatever is accepted must also look like a
 * success to a second reader that knows nothing of the first.
 */
#include "fuzz/fuzz.h"

#include <json-c/json.h>
#include <time.h>

#include "common/options.h"
#include "common/text.h"
#include "genauth/json.h"
#include "genauth/record.h"
#include "genauth/replay.h"
#include "genauth/reply.h"
#include "genauth/signin.h"

/* A member of that type, or NULL. */
static struct json_object *
member(struct json_object *object, const char *name, enum json_type type)
{
	struct json_object *value;

	return json_object_object_get_ex(object, name, &value) &&
	    json_object_is_type(value, type) ? value : NULL;
}

static bool
is_token(struct json_object *data, const char *name,
    const struct genauth_secret *token)
{
	struct json_object *value = member(data, name, json_type_string);

	return token->data == NULL || (value != NULL &&
	    token->length > 0 && token->length <= GENAUTH_TOKEN_LIMIT &&
	    strcmp(json_object_get_string(value), token->data) == 0);
}

/* The claims of a JWT; NULL: they cannot be read. */
static struct json_object *
read_claims(const char *token)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = strchr(token, '.');
	char *text = calloc(1, strlen(token) + 1);
	struct json_object *claims;
	uint32_t bits = 0;
	size_t count = 0, length = 0;

	REQUIRE(text != NULL);
	for (at++; *at != '.' && *at != '\0'; at++) {
		char c = *at == '+' ? '-' : *at == '/' ? '_' : *at;
		const char *found = strchr(alphabet, c);

		/* What is no base64url is no JWT. */
		if (found == NULL && c != '=') {
			free(text);
			return NULL;
		}
		if (found == NULL)
			break;
		bits = bits << 6 | (uint32_t)(found - alphabet);
		/* 12, 18 and 24 bits give a byte each. */
		if (++count % 4 != 1)
			text[length++] = (char)(bits >> (8 - count % 4 * 2) %
			    8);
	}
	claims = json_tokener_parse(text);
	free(text);
	return claims;
}

/* A claim that is there must be the account's. */
static void
require_identity(const char *token, const char *account, const char *type)
{
	const char *first = strchr(token, '.');
	struct json_object *claims = first == NULL ||
	    strchr(first + 1, '.') != strrchr(token, '.') ? NULL :
	    read_claims(token);
	struct json_object *claim = member(claims, type, json_type_string);

	REQUIRE(claim == NULL || json_object_get_string_len(claim) == 0 ||
	    strcasecmp(json_object_get_string(claim), account) == 0);
	json_object_put(claims);
}

/* With identity = required: all of it is there, and says the same. */
static void
require_proof(const char *token, const char *account, const char *type)
{
	const char *first = strchr(token, '.');
	struct json_object *claims, *aud, *exp, *claim;
	bool is_for_us = false;

	REQUIRE(first != NULL);
	claims = read_claims(token);
	REQUIRE(json_object_is_type(claims, json_type_object));
	claim = member(claims, type, json_type_string);
	REQUIRE(claim != NULL);
	REQUIRE(strcasecmp(json_object_get_string(claim), account) == 0);
	if (strcmp(type, "email") == 0)
		REQUIRE(json_object_get_boolean(member(claims,
		    "email_verified", json_type_boolean)));
	REQUIRE(json_object_object_get_ex(claims, "exp", &exp));
	REQUIRE(json_object_is_type(exp, json_type_int) ||
	    json_object_is_type(exp, json_type_double));
	REQUIRE(json_object_get_double(exp) > (double)time(NULL) - 61);
	REQUIRE(json_object_object_get_ex(claims, "aud", &aud));
	if (json_object_is_type(aud, json_type_array))
		for (size_t i = 0; i < json_object_array_length(aud); i++) {
			claim = json_object_array_get_idx(aud, i);
			is_for_us = is_for_us || (json_object_is_type(claim,
			    json_type_string) && strcmp(json_object_get_string(
			    claim), "app") == 0);
		}
	REQUIRE(is_for_us || (json_object_is_type(aud, json_type_string) &&
	    strcmp(json_object_get_string(aud), "app") == 0));
	json_object_put(claims);
}

/* Whether the table has it as a refusal or a step. */
static bool
is_known(long long api_code)
{
#define APICODE(code, verdict, meaning, advice) \
	if (api_code == (code) && GENAUTH_##verdict != GENAUTH_OK) \
		return true;
#define STATUSCODE(...)
#include "genauth/apicodes.def"
#undef APICODE
#undef STATUSCODE
	return false;
}

static void
require_success(const char *body, long long http_status, const char *account,
    const char *type, const struct genauth_answer *answer)
{
	struct json_object *root = json_tokener_parse(body +
	    (strncmp(body, "\xef\xbb\xbf", 3) == 0 ? 3 : 0));
	struct json_object *code, *data, *value;
	long long api_code;

	REQUIRE(http_status >= 200 && http_status <= 299);
	REQUIRE(json_object_is_type(root, json_type_object));
	code = member(root, "statusCode", json_type_int);
	REQUIRE(code != NULL && json_object_get_int64(code) == 200);
	if ((value = member(root, "apiCode", json_type_int)) != NULL)
		REQUIRE(!is_known(json_object_get_int64(value)));
	if ((value = member(root, "apiCode", json_type_string)) != NULL)
		REQUIRE(!genauth_text_parse_number(json_object_get_string(
		    value), &api_code) || !is_known(api_code));
	data = member(root, "data", json_type_object);
	REQUIRE(is_token(data, "id_token", &answer->id_token));
	REQUIRE(is_token(data, "access_token", &answer->access_token));
	value = member(data, "id_token", json_type_string);
	if (value != NULL)
		require_identity(json_object_get_string(value), account, type);
	if (answer->proven != 0)
		require_proof(json_object_get_string(value), account, type);
	json_object_put(root);
}

/* What the module makes of it at the other end of the socket. */
static void
check_travel(const struct genauth_answer *answer)
{
	struct genauth_records records = { 0 };
	struct genauth_answer arrived;

	genauth_answer_encode(answer, &records);
	REQUIRE(!records.failed);
	REQUIRE(genauth_records_are_valid(records.data, records.length));
	REQUIRE(genauth_answer_decode(&records, &arrived));
	REQUIRE(arrived.verdict == answer->verdict);
	REQUIRE(arrived.status_code == answer->status_code);
	REQUIRE(arrived.api_code == answer->api_code);
	REQUIRE(strcmp(arrived.reason, answer->reason) == 0);
	REQUIRE(strcmp(arrived.request_id, answer->request_id) == 0);
	REQUIRE(arrived.id_token.length == answer->id_token.length);
	REQUIRE(strcmp(arrived.sub, answer->sub) == 0);
	REQUIRE(arrived.proven == answer->proven);
	genauth_answer_free(&arrived);
	genauth_records_free(&records);
}

static void
judge(const char *body, size_t size, long long http_status,
    const char *account, const char *type, const char *identity)
{
	struct genauth_answer answer = { .http_status = http_status };
	struct genauth_options options;
	struct genauth_failure failure;

	REQUIRE(genauth_options_init(&options));
	REQUIRE(genauth_options_set(&options, GENAUTH_OPTION_account_type,
	    type, GENAUTH_PLACE_FILE, &failure));
	REQUIRE(genauth_options_set(&options, GENAUTH_OPTION_identity,
	    identity, GENAUTH_PLACE_FILE, &failure));
	REQUIRE(genauth_options_set(&options, GENAUTH_OPTION_app_id, "app",
	    GENAUTH_PLACE_FILE, &failure));
	genauth_reply_judge(body, size, &options, account, &answer);

	REQUIRE(answer.reason[0] != '\0' && fuzz_is_clean(answer.reason));
	REQUIRE(strspn(answer.request_id, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
	    strlen(answer.request_id));
	REQUIRE(answer.verdict != GENAUTH_SKIP);
	REQUIRE(strcmp(genauth_verdict_name(answer.verdict), "INTERNAL") != 0);
	REQUIRE(answer.proven == (answer.verdict == GENAUTH_OK &&
	    strcmp(identity, "required") == 0));
	if (answer.verdict == GENAUTH_OK) {
		require_success(body, http_status, account, type, &answer);
	} else {
		REQUIRE(answer.id_token.data == NULL);
		REQUIRE(answer.access_token.data == NULL);
	}
	check_travel(&answer);
	genauth_answer_free(&answer);
	genauth_options_free(&options);
}

static void
count(void *data, const char *json)
{
	REQUIRE(strlen(json) <= GENAUTH_RECORD_LIMIT);
	/* As genauthctl reads it. */
	*(struct json_object **)data = genauth_json_parse(json, strlen(json));
}

/* A recording can be made of everything, read back, and judged. */
static void
record(const char *body, size_t size, long long http_status)
{
	static const char *const headers[] = { NULL };
	char sent[] = "{\"passwordPayload\":{\"account\":\"alice\"}}";
	struct genauth_secret text = { sent, strlen(sent) };
	struct json_object *exchange = NULL;
	struct genauth_options options;
	struct genauth_record recorder = { .options = &options, .sink = count,
	    .data = &exchange };
	struct genauth_http_request request = { .path =
	    GENAUTH_SIGNIN_ENDPOINT, .headers = headers, .body = &text };
	struct genauth_http_response response = { .status = http_status,
	    .body = { (char *)body, size } };
	struct genauth_answer answer, direct = { .http_status = http_status };
	struct json_object *checked, *exchanges = json_object_new_array();

	REQUIRE(exchanges != NULL && genauth_options_init(&options));
	genauth_record_exchange(&recorder, &request, &response, NULL);
	REQUIRE(exchange != NULL);
	/* What has been redacted stays as it is. */
	checked = genauth_record_check(&recorder, exchange);
	REQUIRE(checked != NULL && json_object_equal(checked, exchange));
	genauth_reply_judge(body, size, &options, "alice", &direct);
	REQUIRE(json_object_array_add(exchanges, exchange) == 0);
	if (genauth_replay(exchanges, 0, &answer))
		REQUIRE(answer.verdict == direct.verdict);
	genauth_answer_free(&direct);
	genauth_answer_free(&answer);
	json_object_put(checked);
	json_object_put(exchanges);
	genauth_options_free(&options);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_line(&data, &size);
	char *body = calloc(1, size + 1);
	/* libcurl takes three digits and no more. */
	int status = abs(atoi(line) % 1000);

	REQUIRE(body != NULL);
	if (size > 0)
		memcpy(body, data, size);
	judge(body, size, status, "alice", "username", "if_present");
	judge(body, size, status, "alice@example.com", "email", "if_present");
	judge(body, size, status, "alice", "username", "required");
	judge(body, size, status, "alice@example.com", "email", "required");
	record(body, size, status);
	free(body);
	free(line);
	return 0;
}
