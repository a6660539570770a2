/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/json.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

/* The number of name/value pairs below this value. */
static size_t
count_kept_pairs(struct json_object *value)
{
	size_t pairs = 0;

	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, member) {
			(void)name;
			pairs += 1 + count_kept_pairs(member);
		}
	} else if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			pairs += count_kept_pairs(
			    json_object_array_get_idx(value, i));
	}
	return pairs;
}

/*
 * The number of name/value pairs in text that json-c took: colons outside
 * strings.  Even when strict, json-c takes names in single quotes, NaN and
 * Infinity; SIZE_MAX for those, so that they match no count.
 */
static size_t
count_written_pairs(const char *text, size_t length)
{
	bool in_string = false;
	size_t pairs = 0;

	for (size_t i = 0; i < length; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (!in_string && strchr("'NI", text[i]) != NULL)
			return SIZE_MAX;
		else if (!in_string && text[i] == ':')
			pairs++;
	}
	return pairs;
}

struct json_object *
genauth_json_parse(const char *text, size_t length)
{
	struct json_tokener *tokener;
	struct json_object *object = NULL;

	/* A strict tokener refuses even the line end of a polite server. */
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL &&
	    text[length - 1] != '\0')
		length--;
	if (length == 0 || length > INT_MAX ||
	    /* json-c ends a name at this character, and so finds another. */
	    memmem(text, length, "\\u0000", 6) != NULL ||
	    (tokener = json_tokener_new_ex(GENAUTH_JSON_DEPTH)) == NULL)
		return NULL;
	json_tokener_set_flags(tokener,
	    JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, (int)length);
	/*
	 * json-c keeps the last of two equal names.  Which one counts is then
	 * a matter of the reader, so a text that has any is refused.
	 */
	if (object != NULL &&
	    (json_tokener_get_error(tokener) != json_tokener_success ||
	    json_tokener_get_parse_end(tokener) != length ||
	    !json_object_is_type(object, json_type_object) ||
	    count_kept_pairs(object) != count_written_pairs(text, length))) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

static enum genauth_json
find(struct json_object *object, const char *name, enum json_type type,
    struct json_object **value)
{
	if (!json_object_object_get_ex(object, name, value) || *value == NULL)
		return GENAUTH_JSON_ABSENT;
	return json_object_is_type(*value, type) ? GENAUTH_JSON_FOUND :
	    GENAUTH_JSON_WRONG;
}

bool
genauth_json_add(struct json_object *object, const char *name,
    struct json_object *value)
{
	if (object != NULL && value != NULL &&
	    json_object_object_add(object, name, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

bool
genauth_json_add_string(struct json_object *object, const char *name,
    const char *value)
{
	return genauth_json_add(object, name, json_object_new_string(value));
}

enum genauth_json
genauth_json_string(struct json_object *object, const char *name,
    const char **value)
{
	struct json_object *found;
	enum genauth_json result = find(object, name, json_type_string, &found);

	*value = NULL;
	if (result != GENAUTH_JSON_FOUND)
		return result;
	*value = json_object_get_string(found);
	return GENAUTH_JSON_FOUND;
}

enum genauth_json
genauth_json_integer(struct json_object *object, const char *name,
    long long *value)
{
	struct json_object *found;
	enum genauth_json result = find(object, name, json_type_int, &found);

	*value = result == GENAUTH_JSON_FOUND ? json_object_get_int64(found) : 0;
	return result;
}

enum genauth_json
genauth_json_object(struct json_object *object, const char *name,
    struct json_object **value)
{
	enum genauth_json result = find(object, name, json_type_object, value);

	if (result != GENAUTH_JSON_FOUND)
		*value = NULL;
	return result;
}
