/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/system.h"

#include <string.h>

#include "common/answer.h"
#include "genauth/json.h"

bool
genauth_system_key(struct json_object *root, const char *type,
    struct genauth_secret *public_key, struct genauth_failure *failure)
{
	struct json_object *info, *keys;
	const char *key;

	*public_key = (struct genauth_secret){ 0 };
	if (!genauth_json_object(root, type, &keys) &&
	    genauth_json_object(root, "data", &info))
		genauth_json_object(info, type, &keys);
	if (keys == NULL || !genauth_json_string(keys, "publicKey", &key) ||
	    !genauth_answer_can_hold_key(key, strlen(key)))
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "GenAuth publishes no %s key (" GENAUTH_SYSTEM_PATH
		    "); use another password_encrypt_type", type);
	return genauth_secret_set(public_key, key, strlen(key)) ||
	    genauth_failure_set(failure, GENAUTH_INTERNAL, "out of memory");
}
