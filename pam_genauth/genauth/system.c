/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/system.h"

#include <json-c/json.h>
#include <string.h>

#include "common/answer.h"
#include "genauth/json.h"

bool
genauth_system_parse(const char *text, size_t length, const char *type,
    struct genauth_secret *public_key, struct genauth_failure *failure)
{
	struct json_object *root = genauth_json_parse(text, length);
	struct json_object *info = root, *keys;
	const char *key;
	bool done = false;

	*public_key = (struct genauth_secret){ 0 };
	if (root == NULL)
		return genauth_failure_set(failure, GENAUTH_UNAVAILABLE,
		    "the reply of " GENAUTH_SYSTEM_PATH " is not a JSON "
		    "object");
	if (!genauth_json_object(root, type, &keys) &&
	    genauth_json_object(root, "data", &info))
		genauth_json_object(info, type, &keys);
	if (keys == NULL || !genauth_json_string(keys, "publicKey", &key) ||
	    !genauth_answer_can_hold_key(key, strlen(key)))
		genauth_failure_set(failure, GENAUTH_CONFIG,
		    "GenAuth publishes no %s key (" GENAUTH_SYSTEM_PATH
		    "); use another password_encrypt_type", type);
	else if (!genauth_secret_set(public_key, key, strlen(key)))
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	else
		done = true;
	json_object_put(root);
	return done;
}
