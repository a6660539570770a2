/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/json.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "common/text.h"

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

/* How many digits there are. */
static size_t
digits(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && text[n] >= '0' && text[n] <= '9')
		n++;
	return n;
}

/* Whether that is a number (RFC 8259, 6); json-c also takes 0200, 1. and 1e. */
static bool
is_number(const char *text, size_t length)
{
	size_t i = length > 0 && text[0] == '-' ? 1 : 0;
	size_t n = digits(text + i, length - i);

	if (n == 0 || (n > 1 && text[i] == '0'))
		return false;
	i += n;
	if (i < length && text[i] == '.') {
		if ((n = digits(text + i + 1, length - i - 1)) == 0)
			return false;
		i += 1 + n;
	}
	if (i < length && (text[i] == 'e' || text[i] == 'E')) {
		i++;
		i += i < length && (text[i] == '+' || text[i] == '-');
		if ((n = digits(text + i, length - i)) == 0)
			return false;
		i += n;
	}
	return i == length;
}

/*
 * Whether that may stand outside strings: true, false, null or a number.  Keeps
 * out what json-c takes beyond that: comments, NaN, other letter case.
 */
static bool
is_word(const char *text, size_t length)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == length &&
		    memcmp(words[i], text, length) == 0)
			return true;
	return is_number(text, length);
}

/* The length of the string that begins here, with its quotes; 0: it is none. */
static size_t
string_length(const char *text, size_t length)
{
	for (size_t i = 1; i < length; i++) {
		if ((unsigned char)text[i] < 0x20)
			return 0;
		if (text[i] == '"')
			return i + 1;
		/* json-c ends a name at a NUL, and so finds another. */
		if (text[i] == '\\' && length - i > 5 &&
		    memcmp(text + i, "\\u0000", 6) == 0)
			return 0;
		i += text[i] == '\\';
	}
	return 0;
}

/*
 * What json-c's own strict mode would check: in 0.18 that refuses all text
 * beyond ASCII.  Also counts the name/value pairs: colons outside strings.
 */
static bool
is_strict(const char *text, size_t length, size_t *pairs)
{
	static const char signs[] = "{}[]:,", spaces[] = " \t\r\n";
	char before = '\0';	/* the last sign */
	size_t n;

	*pairs = 0;
	for (size_t i = 0; i < length; i += n) {
		char c = text[i];

		n = 1;
		if (c == '\0')
			return false;
		if (strchr(spaces, c) != NULL)
			continue;
		if (strchr(signs, c) != NULL) {
			if (before == ',' && (c == '}' || c == ']'))
				return false;
			*pairs += c == ':';
			before = c;
			continue;
		}
		before = '\0';
		if (c == '"') {
			n = string_length(text + i, length - i);
		} else {
			while (i + n < length && text[i + n] != '\0' &&
			    strchr("{}[]:,\" \t\r\n", text[i + n]) == NULL)
				n++;
			if (!is_word(text + i, n))
				return false;
		}
		if (n == 0)
			return false;
	}
	return true;
}

struct json_object *
genauth_json_parse(const char *text, size_t length)
{
	struct json_tokener *tokener;
	struct json_object *object = NULL;
	size_t pairs;

	/* RFC 8259, 8.1: a reader may pass over a byte order mark. */
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3, length -= 3;
	/* The tokener stops at the last brace; a line end behind it is fine. */
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL &&
	    text[length - 1] != '\0')
		length--;
	if (length == 0 || length > INT_MAX ||
	    !genauth_text_is_utf8(text, length) ||
	    !is_strict(text, length, &pairs) ||
	    (tokener = json_tokener_new_ex(GENAUTH_JSON_DEPTH)) == NULL)
		return NULL;
	object = json_tokener_parse_ex(tokener, text, (int)length);
	/*
	 * json-c keeps the last of two equal names.  Which one counts is then
	 * a matter of the reader, so a text that has any is refused.
	 */
	if (object != NULL &&
	    (json_tokener_get_error(tokener) != json_tokener_success ||
	    json_tokener_get_parse_end(tokener) != length ||
	    !json_object_is_type(object, json_type_object) ||
	    count_kept_pairs(object) != pairs)) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

static bool
find(struct json_object *object, const char *name, enum json_type type,
    struct json_object **value)
{
	if (json_object_object_get_ex(object, name, value) &&
	    json_object_is_type(*value, type))
		return true;
	*value = NULL;
	return false;
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

bool
genauth_json_string(struct json_object *object, const char *name,
    const char **value)
{
	struct json_object *found;
	bool is_there = find(object, name, json_type_string, &found);

	*value = is_there ? json_object_get_string(found) : NULL;
	return is_there;
}

bool
genauth_json_integer(struct json_object *object, const char *name,
    long long *value)
{
	struct json_object *found;
	bool is_there = find(object, name, json_type_int, &found);

	*value = is_there ? json_object_get_int64(found) : 0;
	return is_there;
}

bool
genauth_json_boolean(struct json_object *object, const char *name,
    bool *value)
{
	struct json_object *found;
	bool is_there = find(object, name, json_type_boolean, &found);

	*value = is_there && json_object_get_boolean(found);
	return is_there;
}

bool
genauth_json_list(struct json_object *object, const char *name,
    struct json_object **list)
{
	return find(object, name, json_type_array, list) ||
	    find(object, name, json_type_object, list);
}

size_t
genauth_json_list_length(struct json_object *list)
{
	return json_object_is_type(list, json_type_array) ?
	    json_object_array_length(list) : 1;
}

struct json_object *
genauth_json_list_item(struct json_object *list, size_t i)
{
	return json_object_is_type(list, json_type_array) ?
	    json_object_array_get_idx(list, i) : list;
}

bool
genauth_json_object(struct json_object *object, const char *name,
    struct json_object **value)
{
	return find(object, name, json_type_object, value);
}
