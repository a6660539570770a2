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

/* A digit behind a number's leading 0: json-c reads 0200 as 200. */
static bool
has_leading_zero(const char *number, size_t left)
{
	size_t zero = number[0] == '-' ? 1 : 0;

	return left > zero + 1 && number[zero] == '0' &&
	    number[zero + 1] >= '0' && number[zero + 1] <= '9';
}

/*
 * Whether a character may stand outside strings: in punctuation, numbers,
 * true, false, null and white space.  Keeps out what json-c takes beyond
 * that: single quotes, comments, NaN, Infinity, other letter case.
 */
static bool
is_outside_character(char c)
{
	return c != '\0' && strchr("{}[]:,+-.0123456789eE \t\r\ntrufalsn",
	    c) != NULL;
}

/*
 * What json-c's own strict mode would check: in 0.18 that refuses all text
 * beyond ASCII.  Also counts the name/value pairs: colons outside strings.
 */
static bool
is_strict(const char *text, size_t length, size_t *pairs)
{
	bool in_string = false;
	char before = '\0';	/* the last one outside strings, but spaces */

	*pairs = 0;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (in_string) {
			if ((unsigned char)c < 0x20)
				return false;
			if (c == '\\')
				i++;
			in_string = c != '"';
			continue;
		}
		if (c == '"') {
			in_string = true;
		} else if (!is_outside_character(c) ||
		    (before == ',' && (c == '}' || c == ']')) ||
		    (strchr("[:,", before) != NULL &&
		    has_leading_zero(text + i, length - i))) {
			return false;
		}
		*pairs += c == ':';
		if (strchr(" \t\r\n", c) == NULL)
			before = c;
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
	    /* json-c ends a name at this character, and so finds another. */
	    memmem(text, length, "\\u0000", 6) != NULL ||
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
genauth_json_object(struct json_object *object, const char *name,
    struct json_object **value)
{
	return find(object, name, json_type_object, value);
}
