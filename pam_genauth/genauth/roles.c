/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/roles.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/list.h"
#include "common/text.h"
#include "genauth/api.h"
#include "genauth/json.h"

/* ---- the lists ---------------------------------------------------------- */

/* NULL: not there.  false: it is there, and no string. */
static bool
read_text(struct json_object *item, const char *name, const char **text)
{
	struct json_object *value;

	return genauth_json_string(item, name, text) ||
	    !json_object_object_get_ex(item, name, &value) || value == NULL;
}

/* RoleDto.disableTime: null, never; the vendor's example is a string. */
static bool
read_time(struct json_object *item, const char *name, long long *time_ms)
{
	struct json_object *value;
	const char *text;

	if (genauth_json_integer(item, name, time_ms))
		return true;
	if (genauth_json_string(item, name, &text))
		return genauth_text_parse_number(text, time_ms);
	*time_ms = LLONG_MAX;
	return !json_object_object_get_ex(item, name, &value) || value == NULL;
}

/*
 * RoleDto: whether it counts.  status need not be there, and then the role is
 * enabled; namespace must.  false: not as described.
 */
static bool
read_role(struct json_object *item, const struct genauth_roles_wanted *wanted,
    bool *counts)
{
	const char *role_namespace, *status;
	long long disabled;

	if (!read_text(item, "namespace", &role_namespace) ||
	    !read_text(item, "status", &status) ||
	    !read_time(item, "disableTime", &disabled))
		return false;
	*counts = role_namespace != NULL &&
	    strcmp(role_namespace, wanted->role_namespace) == 0 &&
	    (status == NULL || strcmp(status, "ENABLE") == 0) &&
	    disabled > wanted->now_ms;
	return true;
}

/* The code of a role that counts, or of a group; NULL: it does not count. */
static bool
read_item(struct json_object *item, const struct genauth_roles_wanted *wanted,
    const char **code)
{
	bool counts = true;

	if (!genauth_json_string(item, "code", code) ||
	    (wanted->role_namespace != NULL &&
	    !read_role(item, wanted, &counts)))
		return false;
	if (!counts)
		*code = NULL;
	return true;
}

static bool
has(struct json_object *list, const struct genauth_roles_wanted *wanted,
    const char *word, size_t length)
{
	const char *code;

	for (size_t i = 0; i < genauth_json_list_length(list); i++)
		if (read_item(genauth_json_list_item(list, i), wanted,
		    &code) && code != NULL && strlen(code) == length &&
		    memcmp(code, word, length) == 0)
			return true;
	return false;
}

/* A code that is cut would be another one. */
static void
add_code(char found[GENAUTH_CODES_SIZE], const char *word, size_t length)
{
	size_t used = strlen(found);

	if (used + 1 + length < GENAUTH_CODES_SIZE)
		snprintf(found + used, GENAUTH_CODES_SIZE - used, "%s%.*s",
		    used > 0 ? "," : "", (int)length, word);
}

bool
genauth_roles_find(struct json_object *reply,
    const struct genauth_roles_wanted *wanted, char found[GENAUTH_CODES_SIZE],
    struct genauth_failure *failure)
{
	const char *code, *word = wanted->codes;
	struct json_object *list;
	size_t length;

	found[0] = '\0';
	if (!genauth_json_list(reply, "data", &list))
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply holds no list");
	for (size_t i = 0; i < genauth_json_list_length(list); i++)
		if (!read_item(genauth_json_list_item(list, i), wanted,
		    &code))
			return genauth_failure_set(failure,
			    GENAUTH_UNAVAILABLE, "the list has something in "
			    "it that is not as GenAuth describes it");
	for (; *(word = genauth_list_next(word, " ", &length)) != '\0';
	    word += length)
		if (has(list, wanted, word, length))
			add_code(found, word, length);
	return true;
}

/* ---- the calls ---------------------------------------------------------- */

/* One of the two options, and where GenAuth is asked about it. */
struct demand {
	const char *option, *codes, *path;
	const char *role_namespace;	/* NULL: of groups */
	char *found;
};

/* What the list lacks says nothing of the person, or of the password. */
static bool
blame(const struct demand *demand, struct genauth_failure *failure)
{
	const struct genauth_failure cause = *failure;
	bool keeps = cause.verdict == GENAUTH_THROTTLED ||
	    cause.verdict == GENAUTH_CONFIG ||
	    cause.verdict == GENAUTH_INTERNAL;

	return genauth_failure_set(failure, keeps ? cause.verdict :
	    GENAUTH_UNAVAILABLE, "%s: %s", demand->option, cause.text);
}

/* Without a clock nothing is valid any more. */
static long long
now_ms(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) != 0 ? LLONG_MAX :
	    (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
fetch(struct genauth_client *client, const struct demand *demand,
    const char *access_token, struct genauth_failure *failure)
{
	const struct genauth_roles_wanted wanted = { .codes = demand->codes,
	    .role_namespace = demand->role_namespace, .now_ms = now_ms() };
	struct genauth_api_request request = { .path = demand->path,
	    .bearer = access_token };
	struct genauth_api_reply reply;
	bool done;

	if (demand->role_namespace != NULL)
		request.query = (struct genauth_api_field){ "namespace",
		    demand->role_namespace };
	done = genauth_client_call(client, &request, &reply, failure) &&
	    genauth_roles_find(reply.envelope.root, &wanted, demand->found,
	    failure);
	genauth_api_reply_free(&reply);
	return done || blame(demand, failure);
}

/* false: refused, and failure says why. */
static bool
meets(struct genauth_client *client, const struct demand *demand,
    const char *access_token, struct genauth_failure *failure)
{
	if (demand->codes == NULL)
		return true;
	if (access_token == NULL)
		return genauth_failure_set(failure, GENAUTH_DENIED, "the "
		    "reply has no access_token, which %s needs%s",
		    demand->option, client->options->mfa == GENAUTH_MFA_ASK ?
		    "; with mfa = ask, see mfa_token_exchange" : "");
	if (!fetch(client, demand, access_token, failure))
		return false;
	if (demand->found[0] != '\0')
		return true;
	snprintf(demand->found, GENAUTH_CODES_SIZE, "-");
	return genauth_failure_set(failure, GENAUTH_DISABLED, "not in any of "
	    "%s%s%s", demand->option, demand->role_namespace != NULL ?
	    ", in roles_namespace " : "", demand->role_namespace != NULL ?
	    demand->role_namespace : "");
}

void
genauth_roles_demand(struct genauth_client *client,
    struct genauth_answer *answer)
{
	const struct genauth_options *options = client->options;
	const struct demand roles = { "require_roles", options->require_roles,
	    GENAUTH_ROLES_ENDPOINT, options->roles_namespace, answer->roles };
	const struct demand groups = { "require_groups",
	    options->require_groups, GENAUTH_GROUPS_ENDPOINT, NULL,
	    answer->groups };
	const char *access_token = answer->access_token.data;
	struct genauth_failure failure;

	if (!meets(client, &roles, access_token, &failure) ||
	    !meets(client, &groups, access_token, &failure))
		genauth_answer_refuse(answer, failure.verdict, failure.text);
}
