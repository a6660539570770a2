/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encrypted passwords, in both directions: what the vendor's clients made is
 * opened by the forms that we send, and what we make by the private keys.
 * The data are described in tests/vectors.
 */
#include "unit.h"

#include <json-c/json.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "genauth/api.h"
#include "genauth/seal.h"
#include "genauth/system.h"

#define UTF8_PASSWORD "P@ssw0rd-\xe5\xaf\x86\xe7\xa0\x81-\xc3\xbc"

static const char *
vector_path(const char *name)
{
	static char path[1024];
	const char *source = getenv("SRCDIR");

	snprintf(path, sizeof(path), "%s/tests/vectors/%s",
	    source != NULL ? source : ".", name);
	return path;
}

/* The content of a vector file, without the line end.  To be freed. */
static char *
read_vector(const char *name)
{
	FILE *file = fopen(vector_path(name), "r");
	char *text = calloc(1, 16384);
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, 16383, file);
	assert_true(length > 0 && length < 16383);
	fclose(file);
	if (text[length - 1] == '\n' && strchr(text, '\n') == text + length - 1)
		text[length - 1] = '\0';
	return text;
}

static EVP_PKEY *
private_key(const char *name)
{
	FILE *file = fopen(vector_path(name), "r");
	EVP_PKEY *key;

	assert_non_null(file);
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	assert_non_null(key);
	return key;
}

/* Decrypts; returns the length, the text ends in NUL. */
static size_t
decrypt(EVP_PKEY *key, const unsigned char *sealed, size_t length, char *text,
    size_t size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t plain = size - 1;

	assert_true(EVP_PKEY_decrypt_init(context) > 0);
	if (EVP_PKEY_is_a(key, "RSA"))
		assert_true(EVP_PKEY_CTX_set_rsa_padding(context,
		    RSA_PKCS1_PADDING) > 0);
	assert_true(EVP_PKEY_decrypt(context, (unsigned char *)text, &plain,
	    sealed, length) > 0);
	text[plain] = '\0';
	EVP_PKEY_CTX_free(context);
	return plain;
}

static void
decrypt_base64(EVP_PKEY *key, const char *text, const char *expected)
{
	unsigned char sealed[1024];
	char plain[1024];
	int length = EVP_DecodeBlock(sealed, (const unsigned char *)text,
	    (int)strlen(text));

	assert_null(strchr(text, '\n'));
	for (size_t i = strlen(text); text[i - 1] == '='; i--)
		length--;
	decrypt(key, sealed, (size_t)length, plain, sizeof(plain));
	assert_string_equal(plain, expected);
}

/* ---- RSA ---- */

static void
rsa_keys_come_as_pem_and_as_base64(void **state)
{
	static const struct {
		const char *public_key, *private_key;
	} keys[] = {
		{ "rsa/rsa1024-public.pem", "rsa/rsa1024-private.pem" },
		{ "rsa/rsa2048-public.pem", "rsa/rsa2048-private.pem" },
		{ "rsa/rsa2048-public.b64", "rsa/rsa2048-private.pem" },
	};
	struct genauth_failure failure;
	struct genauth_secret sealed;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		EVP_PKEY *key = private_key(keys[i].private_key);
		char *public_key = read_vector(keys[i].public_key);

		assert_true(genauth_seal_rsa(public_key, UTF8_PASSWORD,
		    &sealed, &failure));
		decrypt_base64(key, sealed.data, UTF8_PASSWORD);
		genauth_secret_free(&sealed);
		free(public_key);
		EVP_PKEY_free(key);
	}
}

static void
rsa_vectors_open(void **state)
{
	struct json_object *root = json_object_from_file(
	    vector_path("rsa/rsa-vectors.json"));
	struct json_object *cases;
	char *ours = read_vector("rsa/openssl-encrypt-utf8.b64");
	EVP_PKEY *large = private_key("rsa/rsa2048-private.pem");
	EVP_PKEY *small = private_key("rsa/rsa1024-private.pem");

	(void)state;
	assert_non_null(root);
	decrypt_base64(large, ours, UTF8_PASSWORD);
	cases = json_object_object_get(root, "cases");
	assert_true(json_object_array_length(cases) > 1);
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *each = json_object_array_get_idx(cases, i);
		const char *hex = json_object_get_string(json_object_object_get(
		    each, "plaintext_utf8_hex"));
		EVP_PKEY *key = json_object_get_int(json_object_object_get(each,
		    "bits")) == 1024 ? small : large;
		char plain[512] = "";
		size_t length;

		OPENSSL_hexstr2buf_ex((unsigned char *)plain, sizeof(plain) - 1,
		    &length, hex, '\0');
		plain[length] = '\0';
		decrypt_base64(key, json_object_get_string(
		    json_object_object_get(each,
		    "vendor_miniapp_jsencrypt_pem_key")), plain);
	}
	EVP_PKEY_free(large);
	EVP_PKEY_free(small);
	free(ours);
	json_object_put(root);
}

static void
rsa_limits_the_password_by_the_key(void **state)
{
	char *public_key = read_vector("rsa/rsa1024-public.pem");
	struct genauth_failure failure;
	struct genauth_secret sealed;
	char password[119];

	(void)state;
	memset(password, 'x', sizeof(password));
	password[117] = '\0';
	assert_true(genauth_seal_rsa(public_key, password, &sealed, &failure));
	genauth_secret_free(&sealed);
	password[117] = 'x';
	password[118] = '\0';
	assert_false(genauth_seal_rsa(public_key, password, &sealed, &failure));
	assert_null(sealed.data);
	assert_int_equal(failure.verdict, GENAUTH_DENIED);
	assert_contains(failure.text, "117 bytes");
	free(public_key);
}

static char *
new_rsa_key(unsigned bits)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long length;

	assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
	length = BIO_get_mem_data(bio, &data);
	text = strndup(data, (size_t)length);
	BIO_free(bio);
	EVP_PKEY_free(key);
	return text;
}

static void
rsa_refuses_other_keys(void **state)
{
	char *small = new_rsa_key(1016), *sm2 = read_vector(
	    "sm2/sm2-public.pem"), *good = read_vector("rsa/rsa2048-public.b64");
	char *cut = strdup(good), *tail = malloc(strlen(good) + 5);
	const struct {
		const char *key, *words;
	} bad[] = {
		{ "", "cannot be read" }, { "x", "cannot be read" },
		{ "AAAA", "cannot be read: " },
		{ "-----BEGIN PUBLIC KEY-----\n", "cannot be read: " },
		{ small, "has 1016 bits; 1024 to 4096" },
		{ sm2, "of another kind" }, { cut, "cannot be read" },
		{ tail, "cannot be read" },
	};
	struct genauth_failure failure;
	struct genauth_secret sealed;

	(void)state;
	cut[strlen(cut) - 8] = '\0';
	sprintf(tail, "%sAAAA", good);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(genauth_seal_rsa(bad[i].key, "password", &sealed,
		    &failure));
		assert_int_equal(failure.verdict, GENAUTH_CONFIG);
		assert_contains(failure.text, "GenAuth's RSA key ");
		assert_contains(failure.text, bad[i].words);
		/* Nothing is left for others to trip over. */
		assert_int_equal(ERR_peek_error(), 0);
		assert_null(sealed.data);
	}
	free(small);
	free(sm2);
	free(good);
	free(cut);
	free(tail);
}

static void
rsa_takes_4096_bits_and_no_more(void **state)
{
	char *good = read_vector("rsa/rsa4096-public.pem");
	char *bad = read_vector("rsa/rsa4104-public.pem");
	struct genauth_failure failure;
	struct genauth_secret sealed;

	(void)state;
	assert_true(genauth_seal_rsa(good, "password", &sealed, &failure));
	genauth_secret_free(&sealed);
	assert_false(genauth_seal_rsa(bad, "password", &sealed, &failure));
	free(good);
	free(bad);
}

/* ---- SM2 ---- */

/* The other way of genauth_seal_sm2_convert; returns the length of the DER. */
static size_t
raw_to_der(const unsigned char *raw, size_t length,
    enum genauth_seal_sm2_format format, unsigned char *der)
{
	bool hash_first = format == GENAUTH_SEAL_C1C3C2;
	size_t cipher_length = length - 96;
	const unsigned char *hash = hash_first ? raw + 64 : raw + length - 32;
	const unsigned char *cipher = hash_first ? raw + 96 : raw + 64;
	ASN1_SEQUENCE_ANY *items = sk_ASN1_TYPE_new_null();
	int der_length;

	for (int i = 0; i < 4; i++) {
		ASN1_TYPE *item = ASN1_TYPE_new();
		BIGNUM *number = i < 2 ? BN_bin2bn(raw + 32 * i, 32, NULL) :
		    NULL;
		ASN1_OCTET_STRING *bytes = ASN1_OCTET_STRING_new();

		if (i == 2)
			ASN1_OCTET_STRING_set(bytes, hash, 32);
		if (i == 3)
			ASN1_OCTET_STRING_set(bytes, cipher,
			    (int)cipher_length);
		if (i < 2) {
			ASN1_TYPE_set(item, V_ASN1_INTEGER,
			    BN_to_ASN1_INTEGER(number, NULL));
			ASN1_OCTET_STRING_free(bytes);
		} else {
			ASN1_TYPE_set(item, V_ASN1_OCTET_STRING, bytes);
		}
		BN_free(number);
		sk_ASN1_TYPE_push(items, item);
	}
	der_length = i2d_ASN1_SEQUENCE_ANY(items, &der);
	sk_ASN1_TYPE_pop_free(items, ASN1_TYPE_free);
	assert_true(der_length > 0);
	return (size_t)der_length;
}

/* Opens hex of one of the forms, as a server would. */
static void
open_sm2(EVP_PKEY *key, const char *hex, enum genauth_seal_sm2_format format,
    char *plain, size_t size)
{
	unsigned char raw[1024], der[1200], decoded[1024];
	char text[1024];
	size_t length, skip = 0;

	assert_int_equal(strspn(hex, "0123456789abcdef"), strlen(hex));
	assert_int_equal(OPENSSL_hexstr2buf_ex(raw, sizeof(raw), &length, hex,
	    '\0'), 1);
	if (format == GENAUTH_SEAL_04C1C2C3_BASE64) {
		assert_int_equal(raw[0], 4);
		skip = 1;
	}
	length = raw_to_der(raw + skip, length - skip, format, der);
	length = decrypt(key, der, length, text, sizeof(text));
	if (format == GENAUTH_SEAL_04C1C2C3_BASE64) {
		int decoded_length = EVP_DecodeBlock(decoded,
		    (unsigned char *)text, (int)length);

		assert_true(decoded_length > 0);
		while (text[--length] == '=')
			decoded_length--;
		snprintf(plain, size, "%.*s", decoded_length, decoded);
	} else {
		snprintf(plain, size, "%s", text);
	}
}

static void
sm2_goes_both_ways(void **state)
{
	EVP_PKEY *key = private_key("sm2/sm2-private.pem");
	char *public_key = read_vector("sm2/sm2-public.hex");
	char line[132];
	/* The last as a file of root's may hold it. */
	const char *keys[] = { public_key, public_key + 2, line };
	struct genauth_failure failure;
	struct genauth_secret sealed;
	char plain[1024];

	(void)state;
	assert_int_equal(strlen(public_key), 130);
	snprintf(line, sizeof(line), "%s\n", public_key + 2);
	for (int i = 0; i < 3; i++)
		for (int f = 0; f < 2; f++) {
			enum genauth_seal_sm2_format format =
			    (enum genauth_seal_sm2_format)f;

			assert_true(genauth_seal_sm2(keys[i], UTF8_PASSWORD,
			    format, &sealed, &failure));
			open_sm2(key, sealed.data, format, plain,
			    sizeof(plain));
			assert_string_equal(plain, UTF8_PASSWORD);
			genauth_secret_free(&sealed);
		}
	free(public_key);
	EVP_PKEY_free(key);
}

static void
sm2_vectors_open(void **state)
{
	static const struct {
		const char *name;
		enum genauth_seal_sm2_format format;
	} forms[] = {
		{ "vendor_miniapp_sm2encrypt_c1c3c2", GENAUTH_SEAL_C1C3C2 },
		{ "sm_crypto_0_3_13_c1c3c2", GENAUTH_SEAL_C1C3C2 },
		{ "openssl_evp_encrypt_converted_c1c3c2", GENAUTH_SEAL_C1C3C2 },
		{ "ios_v3_layout_04_c1c2c3_of_base64",
		    GENAUTH_SEAL_04C1C2C3_BASE64 },
	};
	struct json_object *root = json_object_from_file(
	    vector_path("sm2/sm2-vectors.json"));
	struct json_object *cases = json_object_object_get(root, "cases");
	EVP_PKEY *key = private_key("sm2/sm2-private.pem");

	(void)state;
	assert_true(json_object_array_length(cases) > 1);
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *each = json_object_array_get_idx(cases, i);
		char expected[512], plain[512];
		size_t length;

		OPENSSL_hexstr2buf_ex((unsigned char *)expected,
		    sizeof(expected) - 1, &length, json_object_get_string(
		    json_object_object_get(each, "plaintext_utf8_hex")), '\0');
		expected[length] = '\0';
		for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
			open_sm2(key, json_object_get_string(
			    json_object_object_get(each, forms[f].name)),
			    forms[f].format, plain, sizeof(plain));
			assert_string_equal(plain, expected);
		}
	}
	EVP_PKEY_free(key);
	json_object_put(root);
}

/* A coordinate that begins with 00 is shorter in DER. */
static void
sm2_short_coordinates_are_padded(void **state)
{
	struct json_object *root = json_object_from_file(
	    vector_path("sm2/sm2-vectors.json"));
	struct json_object *vector = json_object_object_get(root,
	    "short_coordinate");
	unsigned char der[512], expected[512], out[512];
	size_t der_length, expected_length;

	(void)state;
	OPENSSL_hexstr2buf_ex(der, sizeof(der), &der_length,
	    json_object_get_string(json_object_object_get(vector, "der")),
	    '\0');
	OPENSSL_hexstr2buf_ex(expected, sizeof(expected), &expected_length,
	    json_object_get_string(json_object_object_get(vector, "c1c3c2")),
	    '\0');
	assert_int_equal(genauth_seal_sm2_convert(der, der_length,
	    GENAUTH_SEAL_C1C3C2, out), expected_length);
	assert_memory_equal(out, expected, expected_length);
	/* Cut anywhere, it is refused. */
	for (size_t length = 0; length < der_length; length++)
		assert_int_equal(genauth_seal_sm2_convert(der, length,
		    GENAUTH_SEAL_C1C3C2, out), 0);
	json_object_put(root);
}

static void
sm2_refuses_other_keys(void **state)
{
	char *good = read_vector("sm2/sm2-public.hex");
	char *off = strdup(good), *tagged = strdup(good), *cut = strdup(good);
	static const char digits[] = "128 or 130 hex digits";
	const struct {
		const char *key, *words;
	} bad[] = {
		{ "", digits }, { "04", digits }, { "zz", digits },
		{ off, "not a point on the curve" }, { tagged, digits },
		{ cut, "not a point on the curve" },
		{ "-----BEGIN PUBLIC KEY-----", digits },
	};
	struct genauth_failure failure;
	struct genauth_secret sealed;

	(void)state;
	off[129] = off[129] == '0' ? '1' : '0';
	tagged[1] = '5';
	cut[128] = '\0';	/* 04 and half a point: 128 digits all the same */
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(genauth_seal_sm2(bad[i].key, "password",
		    GENAUTH_SEAL_C1C3C2, &sealed, &failure));
		assert_int_equal(failure.verdict, GENAUTH_CONFIG);
		assert_contains(failure.text, "GenAuth's SM2 key ");
		assert_contains(failure.text, bad[i].words);
		assert_int_equal(ERR_peek_error(), 0);
		assert_null(sealed.data);
	}
	free(good);
	free(off);
	free(tagged);
	free(cut);
}

/* Last: an OpenSSL that offers no SM2 does so until the process ends. */
static void
sm2_may_be_missing_from_openssl(void **state)
{
	char *good = read_vector("sm2/sm2-public.hex");
	struct genauth_failure failure;
	struct genauth_secret sealed;

	(void)state;
	assert_int_equal(EVP_set_default_properties(NULL, "provider=none"), 1);
	assert_false(genauth_seal_sm2(good, "password", GENAUTH_SEAL_C1C3C2,
	    &sealed, &failure));
	assert_int_equal(failure.verdict, GENAUTH_CONFIG);
	assert_contains(failure.text, "built without SM2");
	free(good);
}

/* ---- where the key comes from ---- */

static void
keys_are_found_bare_and_wrapped(void **state)
{
	static const struct {
		const char *text, *type, *key;
		enum genauth_verdict verdict;
	} replies[] = {
		{ "{\"rsa\":{\"publicKey\":\"R\"},\"sm2\":{\"publicKey\":\"S\"}}",
		    "rsa", "R", GENAUTH_OK },
		{ "{\"rsa\":{\"publicKey\":\"R\"},\"sm2\":{\"publicKey\":\"S\"}}",
		    "sm2", "S", GENAUTH_OK },
		{ "{\"statusCode\":200,\"data\":{\"sm2\":{\"publicKey\":\"S\"}}}",
		    "sm2", "S", GENAUTH_OK },
		{ "{\"rsa\":{\"publicKey\":\"R\"}}", "sm2", NULL,
		    GENAUTH_CONFIG },
		{ "{\"data\":{}}", "rsa", NULL, GENAUTH_CONFIG },
		{ "{\"rsa\":\"R\"}", "rsa", NULL, GENAUTH_CONFIG },
		{ "{\"rsa\":{\"publicKey\":1}}", "rsa", NULL, GENAUTH_CONFIG },
		{ "{\"rsa\":{}}", "rsa", NULL, GENAUTH_CONFIG },
		{ "<html>", "rsa", NULL, GENAUTH_UNAVAILABLE },
		{ "", "rsa", NULL, GENAUTH_UNAVAILABLE },
		{ "{\"rsa\":{\"publicKey\":\"R\"},\"rsa\":{\"publicKey\":\"S\"}}",
		    "rsa", NULL, GENAUTH_UNAVAILABLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct genauth_failure failure = { 0 };
		struct genauth_secret key = { 0 };
		struct json_object *root;
		bool found = genauth_api_judge_bare(replies[i].text,
		    strlen(replies[i].text), 200, GENAUTH_SYSTEM_PATH, &root,
		    &failure) && genauth_system_key(root, replies[i].type,
		    &key, &failure);

		assert_int_equal(found, replies[i].key != NULL);
		if (found)
			assert_string_equal(key.data, replies[i].key);
		else
			assert_int_equal(failure.verdict, replies[i].verdict);
		genauth_secret_free(&key);
		json_object_put(root);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rsa_keys_come_as_pem_and_as_base64),
		cmocka_unit_test(rsa_vectors_open),
		cmocka_unit_test(rsa_limits_the_password_by_the_key),
		cmocka_unit_test(rsa_refuses_other_keys),
		cmocka_unit_test(rsa_takes_4096_bits_and_no_more),
		cmocka_unit_test(sm2_goes_both_ways),
		cmocka_unit_test(sm2_vectors_open),
		cmocka_unit_test(sm2_short_coordinates_are_padded),
		cmocka_unit_test(sm2_refuses_other_keys),
		cmocka_unit_test(keys_are_found_bare_and_wrapped),
		cmocka_unit_test(sm2_may_be_missing_from_openssl),
	};

	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
