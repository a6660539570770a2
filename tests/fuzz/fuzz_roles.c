/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The replies of GET /api/v3/get-my-role-list and get-my-group-list.  The first
 * line of the input is what is required, the rest is the reply.  Whatever is
 * found must also be there for a second reader that knows nothing of the first.
 */
#include "fuzz/fuzz.h"

#include <json-c/json.h>

#include "common/option_checks.h"
#include "common/text.h"
#include "genauth/api.h"
#include "genauth/roles.h"

#define NOW 1700000000000LL

/* The value, or NULL where it is not there or null. */
static struct json_object *
member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(object, name, &value);
	return value;
}

static bool
is_text(struct json_object *value, const char *text)
{
	return json_object_is_type(value, json_type_string) &&
	    strcmp(json_object_get_string(value), text) == 0;
}

/* Whether a role counts. */
static bool
is_valid(struct json_object *role)
{
	struct json_object *status = member(role, "status");
	struct json_object *until = member(role, "disableTime");

	return is_text(member(role, "namespace"), "default") &&
	    (status == NULL || is_text(status, "ENABLE")) &&
	    (until == NULL || json_object_get_int64(until) > NOW);
}

static bool
is_it(struct json_object *item, const char *code, bool of_roles)
{
	return is_text(member(item, "code"), code) &&
	    (!of_roles || is_valid(item));
}

/* An object is a list of itself. */
static bool
has(struct json_object *list, const char *code, bool of_roles)
{
	bool found = false;

	if (json_object_is_type(list, json_type_object))
		return is_it(list, code, of_roles);
	REQUIRE(json_object_is_type(list, json_type_array));
	for (size_t i = 0; i < json_object_array_length(list); i++)
		found = found || is_it(json_object_array_get_idx(list, i),
		    code, of_roles);
	return found;
}

/* Whether the list of words has that one. */
static bool
is_word(const char *words, const char *word)
{
	size_t length = strlen(word);
	const char *at = words;

	for (; (at = strstr(at, word)) != NULL; at++)
		if ((at == words || at[-1] == ' ') &&
		    (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

static void
check_found(const char *text, const char *codes, const char *found,
    bool of_roles)
{
	struct json_object *root = json_tokener_parse(text +
	    (strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0));
	struct json_object *list = member(root, "data");
	char copy[GENAUTH_CODES_SIZE], *rest = copy, *code;

	strcpy(copy, found);
	while ((code = strtok_r(rest, ",", &rest)) != NULL)
		REQUIRE(is_word(codes, code) && has(list, code, of_roles));
	json_object_put(root);
}

/* What the module makes of it at the other end of the socket. */
static void
check_travel(const char *found)
{
	struct genauth_answer answer = { .verdict = GENAUTH_OK }, arrived;
	struct genauth_records records = { 0 };

	strcpy(answer.roles, found);
	genauth_answer_encode(&answer, &records);
	REQUIRE(genauth_answer_decode(&records, &arrived));
	REQUIRE(strcmp(arrived.roles, found) == 0);
	genauth_records_free(&records);
}

static void
check(const char *text, size_t size, const char *codes, bool of_roles)
{
	const struct genauth_roles_wanted wanted = { codes, of_roles ?
	    "default" : NULL, NOW };
	struct genauth_api_envelope envelope;
	struct genauth_failure failure = { 0 };
	char found[GENAUTH_CODES_SIZE];

	if (genauth_api_judge(text, size, 200, GENAUTH_API_V3, &envelope,
	    &failure)) {
		if (genauth_roles_find(envelope.root, &wanted, found,
		    &failure)) {
			check_found(text, codes, found, of_roles);
			check_travel(found);
		} else {
			REQUIRE(failure.verdict == GENAUTH_UNAVAILABLE);
			REQUIRE(fuzz_is_clean(failure.text));
		}
	}
	genauth_api_envelope_free(&envelope);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *codes = fuzz_line(&data, &size);
	char *text = calloc(1, size + 1);

	REQUIRE(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	if (genauth_option_check_codes(codes) == NULL) {
		check(text, size, codes, true);
		check(text, size, codes, false);
	}
	free(text);
	free(codes);
	return 0;
}
