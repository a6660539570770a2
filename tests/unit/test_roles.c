/* SPDX-License-Identifier: BSD-2-Clause */
/* What counts as a role and a group, and which replies are no lists of them. */
#include "unit.h"

#include <json-c/json.h>

#include "common/text.h"
#include "genauth/json.h"
#include "genauth/roles.h"

#define NOW 1700000000000LL

/* NULL: the reply is no list of roles (or, without a namespace, groups). */
static const char *
find(const char *data, const char *codes, const char *role_namespace)
{
	static char found[GENAUTH_CODES_SIZE];
	const struct genauth_roles_wanted wanted = { codes, role_namespace,
	    NOW };
	struct genauth_failure failure = { .verdict = GENAUTH_OK };
	char *text = malloc(strlen(data) + 64);
	struct json_object *reply;
	bool done;

	assert_non_null(text);
	sprintf(text, "{\"statusCode\":200,\"data\":%s}", data);
	assert_non_null(reply = genauth_json_parse(text, strlen(text)));
	done = genauth_roles_find(reply, &wanted, found, &failure);
	if (!done) {
		assert_int_equal(failure.verdict, GENAUTH_UNAVAILABLE);
		assert_true(failure.text[0] != '\0');
	}
	json_object_put(reply);
	free(text);
	return done ? found : NULL;
}

/* The data of a reply, and what is found of the role admin, in default. */
struct row {
	const char *data, *found;
};

static void
check(const struct row *rows, size_t count, const char *role_namespace)
{
	for (size_t i = 0; i < count; i++) {
		const char *found = find(rows[i].data, "admin",
		    role_namespace);

		if ((found == NULL) != (rows[i].found == NULL) || (found !=
		    NULL && strcmp(found, rows[i].found) != 0))
			fail_msg("%s: %s", rows[i].data, found != NULL ? found :
			    "malformed");
	}
}

#define CHECK(rows, role_namespace) \
	check(rows, sizeof(rows) / sizeof((rows)[0]), role_namespace)

/* RoleDto as the vendor describes it, with members behind the namespace. */
#define ROLE(code, more) "{\"id\":\"1\",\"code\":\"" code "\",\"name\":" \
	"\"admin\",\"description\":\"\",\"namespace\":\"default\"," \
	"\"namespaceName\":\"n\"" more "}"

static void
roles_count_or_not(void **state)
{
	static const struct row rows[] = {
		{ "[" ROLE("admin", "") "]", "admin" },
		{ "[" ROLE("other", "") "," ROLE("admin", "") "]", "admin" },
		/* So the pages of genauth-docs print it. */
		{ ROLE("admin", ""), "admin" },
		{ ROLE("admin", ",\"status\":\"DISABLE\""), "" },
		{ "[]", "" },
		{ "[" ROLE("Admin", "") "]", "" },
		{ "[" ROLE("admin ", "") "]", "" },
		{ "[" ROLE("admins", "") "]", "" },
		{ "[" ROLE("admix", "") "]", "" },
		{ "[" ROLE("admi", "") "]", "" },
		{ "[" ROLE("", "") "]", "" },
		{ "[{\"code\":\"admin\",\"namespace\":\"default\"}]",
		    "admin" },
		{ "[{\"code\":\"admin\",\"namespace\":\"Default\"}]", "" },
		{ "[{\"code\":\"admin\",\"namespace\":\"other\"}]", "" },
		{ "[{\"code\":\"admin\",\"namespace\":\"\"}]", "" },
		{ "[{\"code\":\"admin\",\"namespace\":null}]", "" },
		{ "[{\"code\":\"admin\"}]", "" },
		{ "[{\"code\":\"admin\",\"namespaceName\":\"default\"}]", "" },
		{ "[{\"code\":\"x\",\"name\":\"admin\","
		    "\"namespace\":\"default\"}]", "" },
	};

	(void)state;
	CHECK(rows, "default");
	assert_string_equal(find("[" ROLE("admin", "") "]", "admin", "other"),
	    "");
}

static void
disabled_roles_do_not_count(void **state)
{
	static const struct row rows[] = {
		{ "[" ROLE("admin", ",\"status\":\"ENABLE\"") "]", "admin" },
		{ "[" ROLE("admin", ",\"status\":null") "]", "admin" },
		{ "[" ROLE("admin", ",\"status\":\"DISABLE\"") "]", "" },
		{ "[" ROLE("admin", ",\"status\":\"\"") "]", "" },
		{ "[" ROLE("admin", ",\"status\":\"enable\"") "]", "" },
		{ "[" ROLE("admin", ",\"status\":1") "]", NULL },
		{ "[" ROLE("admin", ",\"disableTime\":null") "]", "admin" },
		{ "[" ROLE("admin", ",\"disableTime\":1700000000001") "]",
		    "admin" },
		{ "[" ROLE("admin", ",\"disableTime\":1700000000000") "]",
		    "" },
		{ "[" ROLE("admin", ",\"disableTime\":1699999999999") "]",
		    "" },
		{ "[" ROLE("admin", ",\"disableTime\":0") "]", "" },
		{ "[" ROLE("admin", ",\"disableTime\":-1") "]", "" },
		/* The vendor's own example is a text. */
		{ "[" ROLE("admin", ",\"disableTime\":\"1700000000001\"") "]",
		    "admin" },
		{ "[" ROLE("admin", ",\"disableTime\":\"1669881887852\"") "]",
		    "" },
		{ "[" ROLE("admin", ",\"disableTime\":\"\"") "]", NULL },
		{ "[" ROLE("admin", ",\"disableTime\":\"never\"") "]", NULL },
		{ "[" ROLE("admin", ",\"disableTime\":1.7e13") "]", NULL },
		{ "[" ROLE("admin", ",\"disableTime\":false") "]", NULL },
		{ "[" ROLE("admin", ",\"disableTime\":[]") "]", NULL },
		/* The last number that there is: not for long, but now. */
		{ "[" ROLE("admin", ",\"disableTime\":99999999999999999999")
		    "]", "admin" },
		{ "[" ROLE("admin", ",\"status\":\"ENABLE\",\"disableTime\":1")
		    "]", "" },
		{ "[" ROLE("admin", ",\"status\":\"DISABLE\","
		    "\"disableTime\":null") "]", "" },
	};

	(void)state;
	CHECK(rows, "default");
}

/* Wherever it is: also behind the role that is looked for. */
static void
malformed_lists_are_none(void **state)
{
	static const struct row rows[] = {
		{ "null", NULL },
		{ "{}", NULL },
		{ "\"admin\"", NULL },
		{ "{\"list\":[" ROLE("admin", "") "]}", NULL },
		{ "[\"admin\"]", NULL },
		{ "[[" ROLE("admin", "") "]]", NULL },
		{ "[null]", NULL },
		{ "[1]", NULL },
		{ "[{}]", NULL },
		{ "[{\"namespace\":\"default\"}]", NULL },
		{ "[{\"code\":1,\"namespace\":\"default\"}]", NULL },
		{ "[{\"code\":null,\"namespace\":\"default\"}]", NULL },
		{ "[{\"code\":[\"admin\"],\"namespace\":\"default\"}]", NULL },
		{ "[{\"code\":\"admin\",\"namespace\":1}]", NULL },
		{ "[{\"code\":\"admin\",\"namespace\":[\"default\"]}]", NULL },
		{ "[" ROLE("admin", "") ",null]", NULL },
		{ "[" ROLE("admin", "") ",{}]", NULL },
		{ "[" ROLE("admin", "") ",{\"code\":1}]", NULL },
		{ "[" ROLE("admin", "") ",{\"code\":\"x\",\"namespace\":1}]",
		    NULL },
		{ "[" ROLE("admin", "") "," ROLE("x", ",\"status\":1") "]",
		    NULL },
		{ "[{}," ROLE("admin", "") "]", NULL },
	};

	(void)state;
	CHECK(rows, "default");
}

/* GroupDto has neither namespace nor status. */
static void
groups_are_known_by_their_code(void **state)
{
	static const struct row rows[] = {
		{ "[{\"id\":\"1\",\"code\":\"admin\",\"name\":\"x\","
		    "\"description\":\"\",\"type\":\"static\","
		    "\"metadataSource\":[],\"members\":[{\"userId\":\"u\"}]}]",
		    "admin" },
		{ "[{\"code\":\"admin\"}]", "admin" },
		{ "{\"code\":\"admin\"}", "admin" },
		{ "[{\"code\":\"Admin\"}]", "" },
		{ "[{\"code\":\"x\",\"name\":\"admin\"}]", "" },
		{ "[]", "" },
		{ "{}", NULL },
		{ "[{\"code\":\"admin\"},{}]", NULL },
		{ "[{\"code\":\"admin\"},{\"code\":null}]", NULL },
	};

	(void)state;
	CHECK(rows, NULL);
}

static void
any_of_several_suffices(void **state)
{
	static const char list[] = "[{\"code\":\"b\"},{\"code\":\"a\"},"
	    "{\"code\":\"b\"}]";

	(void)state;
	assert_string_equal(find(list, "a", NULL), "a");
	assert_string_equal(find(list, "  x   b  ", NULL), "b");
	/* As they are written here, each once. */
	assert_string_equal(find(list, "a b", NULL), "a,b");
	assert_string_equal(find(list, "b a", NULL), "b,a");
	assert_string_equal(find(list, "x y", NULL), "");
	assert_string_equal(find(list, "ab", NULL), "");
	assert_string_equal(find("[{\"code\":\"a b\"}]", "a b", NULL), "");
}

/* What does not fit is left out whole. */
static void
names_are_not_cut(void **state)
{
	char code[GENAUTH_TEXT_CODE + 1], codes[256], list[512];
	const char *found;

	(void)state;
	memset(code, 'c', sizeof(code) - 1);
	code[sizeof(code) - 1] = '\0';
	snprintf(codes, sizeof(codes), "%s d%.63s e", code, code + 1);
	snprintf(list, sizeof(list), "[{\"code\":\"%s\"},{\"code\":\"d%.63s\"},"
	    "{\"code\":\"e\"}]", code, code + 1);
	found = find(list, codes, NULL);
	assert_non_null(found);
	assert_int_equal(strlen(found), strlen(code) + 2);
	assert_memory_equal(found, code, strlen(code));
	assert_string_equal(found + strlen(code), ",e");
}

/* As much as one reply may hold, and the last is the one. */
static void
long_lists_are_read_to_their_end(void **state)
{
	static const char item[] = "{\"code\":\"other\",\"namespace\":"
	    "\"default\"},";
	const size_t count = 262144 / strlen(item);
	char *list = malloc(count * strlen(item) + 256), *end = list;

	(void)state;
	assert_non_null(list);
	*end++ = '[';
	for (size_t i = 0; i < count; i++)
		end = stpcpy(end, item);
	strcpy(end, ROLE("admin", "") "]");
	assert_string_equal(find(list, "admin", "default"), "admin");
	strcpy(end, "{}]");
	assert_null(find(list, "other", "default"));
	free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_count_or_not),
		cmocka_unit_test(disabled_roles_do_not_count),
		cmocka_unit_test(malformed_lists_are_none),
		cmocka_unit_test(groups_are_known_by_their_code),
		cmocka_unit_test(any_of_several_suffices),
		cmocka_unit_test(names_are_not_cut),
		cmocka_unit_test(long_lists_are_read_to_their_end),
	};

	return cmocka_run_group_tests_name("roles", tests, NULL, NULL);
}
