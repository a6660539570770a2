/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/password_key.h"

#include <string.h>

#include "genauth/api.h"
#include "genauth/seal.h"
#include "genauth/system.h"

bool
genauth_password_key_is_used(const struct genauth_options *options)
{
	return options->password_encrypt_type != GENAUTH_ENCRYPT_NONE;
}

bool
genauth_password_key_fetch(struct genauth_password_key *key,
    struct genauth_http *http, const struct genauth_options *options,
    long long deadline, struct genauth_failure *failure)
{
	struct genauth_api_request request = { .path = GENAUTH_SYSTEM_PATH,
	    .bare = true, .deadline = deadline };
	struct genauth_api_reply reply;
	struct genauth_secret text = { 0 };
	bool done = genauth_api_call(http, options, &request, &reply,
	    failure) && genauth_system_key(reply.envelope.root,
	    genauth_options_word(options, GENAUTH_OPTION_password_encrypt_type),
	    &text, failure);

	genauth_api_reply_free(&reply);
	if (!done)
		return false;
	genauth_secret_free(&key->text);
	key->text = text;
	key->fresh = true;
	return true;
}

bool
genauth_password_key_renew(struct genauth_password_key *key,
    struct genauth_http *http, const struct genauth_options *options,
    long long deadline)
{
	struct genauth_secret used = key->text;
	struct genauth_failure failure;
	bool differs;

	if (key->fresh || key->pinned)
		return false;
	key->text = (struct genauth_secret){ 0 };
	differs = genauth_password_key_fetch(key, http, options, deadline,
	    &failure) && strcmp(key->text.data, used.data) != 0;
	genauth_secret_free(&used);
	return differs;
}

static bool
seal(const struct genauth_password_key *key,
    const struct genauth_options *options, const char *password,
    struct genauth_secret *sealed, struct genauth_failure *failure)
{
	if (options->password_encrypt_type == GENAUTH_ENCRYPT_RSA)
		return genauth_seal_rsa(key->text.data, password, sealed,
		    failure);
	return genauth_seal_sm2(key->text.data, password,
	    options->sm2_format == GENAUTH_SM2_C1C3C2 ?
	    GENAUTH_SEAL_C1C3C2 : GENAUTH_SEAL_04C1C2C3_BASE64, sealed,
	    failure);
}

bool
genauth_password_key_seal(struct genauth_password_key *key,
    struct genauth_http *http, const struct genauth_options *options,
    const char *password, long long deadline, struct genauth_secret *sealed,
    struct genauth_failure *failure)
{
	*sealed = (struct genauth_secret){ 0 };
	if (key->text.data != NULL) {
		if (seal(key, options, password, sealed, failure))
			return true;
		if (key->fresh || key->pinned ||
		    failure->verdict != GENAUTH_CONFIG)
			return false;
	}
	return genauth_password_key_fetch(key, http, options, deadline,
	    failure) && seal(key, options, password, sealed, failure);
}

void
genauth_password_key_settle(struct genauth_password_key *key,
    bool cannot_decrypt, bool sent)
{
	if (key->pinned)
		return;
	if (cannot_decrypt)
		key->keep.is_there = true;
	else if (key->fresh && sent)
		key->keep.is_there = genauth_secret_set(
		    &key->keep.password_key, key->text.data, key->text.length);
}

bool
genauth_password_key_check(struct genauth_http *http,
    const struct genauth_options *options, long long deadline,
    struct genauth_secret *public_key, struct genauth_failure *failure)
{
	struct genauth_password_key key = { 0 };
	struct genauth_secret sealed = { 0 };
	bool done = genauth_password_key_seal(&key, http, options, "password",
	    deadline, &sealed, failure);

	*public_key = done ? key.text : (struct genauth_secret){ 0 };
	if (done)
		key.text = (struct genauth_secret){ 0 };
	genauth_secret_free(&sealed);
	genauth_password_key_free(&key);
	return done;
}

void
genauth_password_key_free(struct genauth_password_key *key)
{
	genauth_secret_free(&key->text);
	genauth_keep_free(&key->keep);
}
