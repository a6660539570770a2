/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <json-c/json.h>

#include "genauth/json.h"

static struct json_object *
parse(const char *text)
{
	return genauth_json_parse(text, strlen(text));
}

static void
good_objects_are_read(void **state)
{
	static const char *const texts[] = { "{}", " {\"a\":1}\r\n",
	    "{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}",
	    "{\"a\":\"x:\\\":y\\\\\"}", "{\"a\":[0,-0.5,1e05,1E-05,10,true,false]}",
	    "{\"a\":\"\xf0\x9f\x94\x91 \\u5bc6 'x' //\"}", "{\"a:b\":\"c\"}",
	    "{\"a\":\"\\\\u0000\"}", "{\"a\":[-0,0.5e-3,1E+9,10.25]}",
	    "{\"a\":[true,false,null]}", " {\t\"a\" : [ ] }",
	    "{\"\xe5\xaf\x86\":\"\xe7\xa0\x81\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct json_object *object = parse(texts[i]);

		if (object == NULL)
			fail_msg("refused: %s", texts[i]);
		json_object_put(object);
	}
}

static void
everything_else_is_refused(void **state)
{
	static const char *const texts[] = { "", " ", "null", "[]", "1", "\"a\"",
	    "<html></html>", "{\"a\":1", "{\"a\":1}x", "{\"a\":1}{}",
	    "{\"a\":0200}", "{\"a\":-01}", "[01]", "{\"a\":[1,]}",
	    "{\"a\":True}", "{\"a\":1/**/}", "{\"a\":1}//", "{\"a\":\"b\nc\"}",
	    "{\"a\":\"\x01\"}", "{\"a\":\"\x1f\"}", "{\"a\":Infinity}", "{\"a\":-Infinity}",
	    "{\"a\":\"b}", "{\"a\":\"b\\\"}", "{\"a\" 1}", "{a:1}",
	    "{'a':1}", "{'a\":1,\"':1}", "{\"a\":1,}", "{\"a\":NaN}", "{\"a\":\"\xff\"}",
	    "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":{\"c\":1,\"c\":2}}",
	    "{\"a\":[{\"c\":1,\"c\":1}]}", "{\"a\":1,\"\\u0061\":2}",
	    "{\"a\":{\"x\":1},\"a\":{\"y\":1}}", "{\"a\\u0000b\":1}",
	    "{\"a\":\"b\\u0000c\"}", "{\"a\":\"\\\\\\u0000\"}", "{\"a\":1.}",
	    "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":-.5}", "{\"a\":.5}",
	    "{\"a\":-}", "{\"a\":+1}", "{\"a\":truE}", "{\"a\":nulL}",
	    "{\"a\":1 2}", "{\"a\":00}", "{\"a\":1.2.3}", "{\"a\":1,,\"b\":2}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (parse(texts[i]) != NULL)
			fail_msg("taken: %s", texts[i]);
	assert_null(genauth_json_parse("{\"a\":1}\0", 8));
}

static void
depth_has_a_limit(void **state)
{
	static char text[20001];

	(void)state;
	for (int depth = 1; depth < 40; depth++) {
		struct json_object *object;

		text[0] = '\0';
		for (int i = 1; i < depth; i++)
			strcat(text, "{\"a\":");
		strcat(text, "{}");
		for (int i = 1; i < depth; i++)
			strcat(text, "}");
		object = parse(text);
		assert_int_equal(object != NULL, depth <= GENAUTH_JSON_DEPTH);
		json_object_put(object);
	}
	memset(text, '[', 10000);
	memset(text + 10000, ']', 10000);
	text[20000] = '\0';
	assert_null(parse(text));
}

static void
types_are_exact(void **state)
{
	struct json_object *object = parse("{\"int\":200,\"real\":200.0,"
	    "\"exp\":2e2,\"text\":\"200\",\"true\":true,\"null\":null,"
	    "\"object\":{},\"list\":[]}");
	static const char *const not_integers[] = { "real", "exp", "text",
	    "true", "object", "list" };
	struct json_object *inner;
	const char *string;
	long long number;

	(void)state;
	assert_non_null(object);
	assert_true(genauth_json_integer(object, "int", &number));
	assert_int_equal(number, 200);
	for (size_t i = 0; i < sizeof(not_integers) / sizeof(char *); i++) {
		assert_false(genauth_json_integer(object, not_integers[i],
		    &number));
		assert_int_equal(number, 0);
	}
	assert_false(genauth_json_integer(object, "null", &number));
	assert_false(genauth_json_integer(object, "none", &number));
	assert_true(genauth_json_string(object, "text", &string));
	assert_string_equal(string, "200");
	assert_false(genauth_json_string(object, "int", &string));
	assert_null(string);
	assert_true(genauth_json_object(object, "object", &inner));
	assert_false(genauth_json_object(object, "list", &inner));
	assert_null(inner);
	json_object_put(object);
}

/* As what GenAuth says of a code: true, and nothing that is like it. */
static void
booleans_and_lists_are_exact(void **state)
{
	struct json_object *object = parse("{\"true\":true,\"false\":false,"
	    "\"int\":1,\"zero\":0,\"text\":\"true\",\"empty\":\"\","
	    "\"null\":null,\"object\":{\"true\":true},\"list\":[true],"
	    "\"none\":[]}");
	static const char *const not_booleans[] = { "int", "zero", "text",
	    "empty", "null", "object", "list", "none", "missing", "True" };
	static const char *const not_lists[] = { "true", "false", "int",
	    "zero", "text", "empty", "null", "missing" };
	struct json_object *list;
	bool value;

	(void)state;
	assert_non_null(object);
	value = false;
	assert_true(genauth_json_boolean(object, "true", &value));
	assert_true(value);
	assert_true(genauth_json_boolean(object, "false", &value));
	assert_false(value);
	for (size_t i = 0; i < sizeof(not_booleans) / sizeof(char *); i++) {
		value = true;
		if (genauth_json_boolean(object, not_booleans[i], &value))
			fail_msg("%s was taken", not_booleans[i]);
		assert_false(value);
	}
	assert_true(genauth_json_list(object, "list", &list));
	assert_int_equal(genauth_json_list_length(list), 1);
	assert_true(genauth_json_list(object, "none", &list));
	assert_int_equal(genauth_json_list_length(list), 0);
	/* One object stands for a list of it. */
	assert_true(genauth_json_list(object, "object", &list));
	assert_int_equal(genauth_json_list_length(list), 1);
	assert_ptr_equal(genauth_json_list_item(list, 0), list);
	for (size_t i = 0; i < sizeof(not_lists) / sizeof(char *); i++) {
		if (genauth_json_list(object, not_lists[i], &list))
			fail_msg("%s was taken", not_lists[i]);
		assert_null(list);
	}
	json_object_put(object);
}

/* Of what is no object there is nothing to get: NULL, a list, a text. */
static void
nothing_is_in_what_is_no_object(void **state)
{
	struct json_object *object = parse("{\"list\":[1],\"text\":\"x\"}");
	struct json_object *others[3] = { NULL, NULL, NULL }, *found;
	const char *string;
	long long number;
	bool value;

	(void)state;
	assert_true(genauth_json_list(object, "list", &others[1]));
	assert_true(json_object_object_get_ex(object, "text", &others[2]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_false(genauth_json_boolean(others[i], "x", &value));
		assert_false(genauth_json_list(others[i], "x", &found));
		assert_false(genauth_json_object(others[i], "x", &found));
		assert_false(genauth_json_string(others[i], "x", &string));
		assert_false(genauth_json_integer(others[i], "x", &number));
	}
	json_object_put(object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_objects_are_read),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(types_are_exact),
		cmocka_unit_test(booleans_and_lists_are_exact),
		cmocka_unit_test(nothing_is_in_what_is_no_object),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
