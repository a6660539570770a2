/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h owns the reading of JSON that somebody else wrote, with its limits,
 * and the building of our own.
 */
#ifndef GENAUTH_JSON_H
#define GENAUTH_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

#define GENAUTH_JSON_DEPTH 32

/*
 * The JSON object (not array, not scalar) that the whole text is, behind a
 * byte order mark if there is one, or NULL: not JSON, something behind it, not
 * UTF-8, deeper than GENAUTH_JSON_DEPTH, a name that appears twice in one
 * object, or a NUL (\u0000) in a string.  Release with json_object_put.
 */
struct json_object *genauth_json_parse(const char *text, size_t length);

/*
 * The getters: false, and NULL or 0, where the name is missing, its value null
 * or of another type.  What they find lives as long as the object.
 */
bool genauth_json_string(struct json_object *object, const char *name,
    const char **value);

/* A JSON integer: 200, but neither 200.0 nor "200". */
bool genauth_json_integer(struct json_object *object, const char *name,
    long long *value);

/* true or false, but neither "true" nor 1. */
bool genauth_json_boolean(struct json_object *object, const char *name,
    bool *value);

/*
 * An array, or one object, which stands for an array of itself: the OpenAPI and
 * the pages of genauth-docs differ in that.
 */
bool genauth_json_list(struct json_object *object, const char *name,
    struct json_object **list);
size_t genauth_json_list_length(struct json_object *list);
struct json_object *genauth_json_list_item(struct json_object *list, size_t i);

bool genauth_json_object(struct json_object *object, const char *name,
    struct json_object **value);

/*
 * Adds value under name and takes it over, also when that fails; object and
 * value may be NULL, from a failed allocation.  false: out of memory.
 */
bool genauth_json_add(struct json_object *object, const char *name,
    struct json_object *value);

bool genauth_json_add_string(struct json_object *object, const char *name,
    const char *value);

#endif
