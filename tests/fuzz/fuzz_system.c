/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reply of GET /api/v3/system, and a password encrypted with the key that
 * is found in it.  The first line of the input is the password.
 */
#include "fuzz/fuzz.h"

#include <json-c/json.h>

#include "common/answer.h"
#include "genauth/api.h"
#include "genauth/seal.h"
#include "genauth/system.h"

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char hex[] = "0123456789abcdef";

/* The key by a second reader: in the object itself, or in its data. */
static bool
is_published(const char *text, const char *type, const char *key)
{
	struct json_object *root = json_tokener_parse(text);
	struct json_object *places[2] = { root, NULL }, *keys, *value;
	bool found = false;

	json_object_object_get_ex(root, "data", &places[1]);
	for (int i = 0; i < 2; i++)
		found = found ||
		    (json_object_is_type(places[i], json_type_object) &&
		    json_object_object_get_ex(places[i], type, &keys) &&
		    json_object_is_type(keys, json_type_object) &&
		    json_object_object_get_ex(keys, "publicKey", &value) &&
		    strcmp(json_object_get_string(value), key) == 0);
	json_object_put(root);
	return found;
}

static void
check_failure(const struct genauth_failure *failure,
    const struct genauth_secret *nothing)
{
	REQUIRE(nothing->data == NULL && nothing->length == 0);
	REQUIRE(failure->verdict == GENAUTH_CONFIG ||
	    failure->verdict == GENAUTH_DENIED ||
	    failure->verdict == GENAUTH_UNAVAILABLE);
	REQUIRE(failure->text[0] != '\0' && fuzz_is_clean(failure->text));
}

static bool
check_rsa(const char *key, const char *password)
{
	struct genauth_failure failure = { 0 };
	struct genauth_secret sealed;
	bool done = genauth_seal_rsa(key, password, &sealed, &failure);
	size_t length;

	if (!done) {
		REQUIRE(sealed.data == NULL);
		REQUIRE(fuzz_is_clean(failure.text));
		return false;
	}
	length = strspn(sealed.data, base64);
	REQUIRE(sealed.length % 4 == 0 && sealed.length - length <= 2);
	REQUIRE(strspn(sealed.data + length, "=") == sealed.length - length);
	/* A whole block of 1024 to 4096 bits. */
	REQUIRE(sealed.length >= 172 && sealed.length <= 684);
	genauth_secret_free(&sealed);
	return true;
}

static bool
check_sm2(const char *key, const char *password,
    enum genauth_seal_sm2_format format)
{
	bool base64_first = format == GENAUTH_SEAL_04C1C2C3_BASE64;
	size_t plain = base64_first ? (strlen(password) + 2) / 3 * 4 :
	    strlen(password);
	struct genauth_failure failure = { 0 };
	struct genauth_secret sealed;

	if (!genauth_seal_sm2(key, password, format, &sealed, &failure)) {
		REQUIRE(sealed.data == NULL);
		REQUIRE(fuzz_is_clean(failure.text));
		return false;
	}
	REQUIRE(strspn(sealed.data, hex) == sealed.length);
	REQUIRE(sealed.length == 2 * (64 + 32 + plain + base64_first));
	REQUIRE(!base64_first || strncmp(sealed.data, "04", 2) == 0);
	genauth_secret_free(&sealed);
	return true;
}

/* A key that works is kept by the module: it must arrive there. */
static void
check_travel(const struct genauth_secret *key)
{
	const struct genauth_keep keep = { .is_there = true,
	    .password_key = *key };
	struct genauth_keep arrived;
	struct genauth_records records = { 0 };

	genauth_keep_encode(&keep, &records);
	REQUIRE(genauth_keep_decode(&records, &arrived));
	REQUIRE(strcmp(arrived.password_key.data, key->data) == 0);
	genauth_keep_free(&arrived);
	genauth_records_free(&records);
}

static void
check_type(const char *text, size_t size, const char *type,
    const char *password)
{
	struct genauth_failure failure = { 0 };
	struct genauth_secret key = { 0 };
	struct json_object *root;
	bool works, found = genauth_api_judge_bare(text, size, 200,
	    GENAUTH_SYSTEM_PATH, &root, &failure) && genauth_system_key(root,
	    type, &key, &failure);

	json_object_put(root);
	if (!found) {
		check_failure(&failure, &key);
		return;
	}
	REQUIRE(strlen(key.data) == key.length);
	REQUIRE(key.length <= GENAUTH_PUBLIC_KEY_LIMIT);
	REQUIRE(is_published(text, type, key.data));
	if (strcmp(type, "rsa") == 0) {
		works = check_rsa(key.data, password);
	} else {
		works = check_sm2(key.data, password, GENAUTH_SEAL_C1C3C2);
		REQUIRE(works == check_sm2(key.data, password,
		    GENAUTH_SEAL_04C1C2C3_BASE64));
	}
	if (works)
		check_travel(&key);
	genauth_secret_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *password = fuzz_line(&data, &size);
	char *text = calloc(1, size + 1);

	REQUIRE(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	/* The module sends none that is empty or has 512 bytes. */
	if (password[0] != '\0' && strlen(password) < 512) {
		check_type(text, size, "rsa", password);
		check_type(text, size, "sm2", password);
	}
	free(text);
	free(password);
	return 0;
}
