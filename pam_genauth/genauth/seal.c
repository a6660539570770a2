/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/seal.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_TEXT_LIMIT 8192
#define RSA_BITS_MINIMUM 1024
#define RSA_BITS_MAXIMUM 4096
#define PKCS1_OVERHEAD 11

/* A coordinate of the SM2 curve, and an SM3 hash, in bytes. */
#define SM2_COORDINATE 32
#define SM3_LENGTH 32

/*
 * A call of OpenSSL's that failed, with OpenSSL's own words; they are about
 * keys and numbers, never a password.
 */
static bool
failed(struct genauth_failure *failure, const char *call)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "encrypting the password: %s: %s", call,
	    why != NULL ? why : "failed");
}

static bool
out_of_memory(struct genauth_failure *failure)
{
	return genauth_failure_set(failure, GENAUTH_INTERNAL,
	    "encrypting the password: out of memory");
}

/* A key of GenAuth's that cannot be used. */
static bool
bad_key(struct genauth_failure *failure, const char *type, const char *fault)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return genauth_failure_set(failure, GENAUTH_CONFIG,
	    "GenAuth's %s key %s%s%s", type, fault, why != NULL ? ": " : "",
	    why != NULL ? why : "");
}

/* Bytes as base64 in one line.  false: out of memory. */
static bool
set_base64(struct genauth_secret *text, const void *bytes, size_t length)
{
	size_t size = (length + 2) / 3 * 4 + 1;
	unsigned char *buffer = malloc(size);
	bool done;

	if (buffer == NULL)
		return false;
	EVP_EncodeBlock(buffer, bytes, (int)length);
	done = genauth_secret_set(text, buffer, size - 1);
	OPENSSL_cleanse(buffer, size);
	free(buffer);
	return done;
}

/* A file of root's may end with a line. */
static size_t
length_of_key(const char *text)
{
	size_t length = strlen(text);

	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	return length;
}

/* A SubjectPublicKeyInfo in base64, without the lines around it. */
static EVP_PKEY *
read_bare_key(const char *text, size_t length)
{
	unsigned char *der = malloc(length / 4 * 3 + 3);
	const unsigned char *start = der;
	EVP_PKEY *key = NULL;
	int decoded = der == NULL || length % 4 != 0 ? -1 :
	    EVP_DecodeBlock(der, (const unsigned char *)text, (int)length);

	if (decoded > 0)
		key = d2i_PUBKEY(NULL, &start, decoded);
	/* EVP_DecodeBlock counts the padding; nothing else may be left. */
	if (key != NULL && decoded - (start - der) > 2) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	free(der);
	return key;
}

static EVP_PKEY *
read_rsa_key(const char *text)
{
	size_t length = length_of_key(text);
	EVP_PKEY *key = NULL;
	BIO *bio;

	if (length > KEY_TEXT_LIMIT)
		return NULL;
	if (strncmp(text, "-----BEGIN ", strlen("-----BEGIN ")) != 0)
		return read_bare_key(text, length);
	/* "": else OpenSSL would ask standard input for a pass phrase. */
	if ((bio = BIO_new_mem_buf(text, (int)strlen(text))) != NULL)
		key = PEM_read_bio_PUBKEY(bio, NULL, NULL, (void *)"");
	BIO_free(bio);
	return key;
}

/*
 * Encrypts; padding 0 leaves it as it is.  The buffer is the caller's to free,
 * also when it fails.
 */
static bool
encrypt(EVP_PKEY *key, int padding, const void *plain, size_t plain_length,
    unsigned char **sealed, size_t *length, struct genauth_failure *failure)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool done = false;

	*sealed = NULL;
	if (context == NULL)
		failed(failure, "EVP_PKEY_CTX_new_from_pkey");
	else if (EVP_PKEY_encrypt_init(context) <= 0)
		failed(failure, "EVP_PKEY_encrypt_init");
	else if (padding != 0 &&
	    EVP_PKEY_CTX_set_rsa_padding(context, padding) <= 0)
		failed(failure, "EVP_PKEY_CTX_set_rsa_padding");
	else if (EVP_PKEY_encrypt(context, NULL, length, plain,
	    plain_length) <= 0)
		failed(failure, "EVP_PKEY_encrypt, its length");
	else if ((*sealed = malloc(*length)) == NULL)
		out_of_memory(failure);
	else if (EVP_PKEY_encrypt(context, *sealed, length, plain,
	    plain_length) <= 0)
		failed(failure, "EVP_PKEY_encrypt");
	else
		done = true;
	EVP_PKEY_CTX_free(context);
	return done;
}

static bool
check_rsa_key(const EVP_PKEY *key, struct genauth_failure *failure)
{
	int bits;

	if (key == NULL)
		return bad_key(failure, "RSA", "cannot be read");
	if (!EVP_PKEY_is_a(key, "RSA"))
		return bad_key(failure, "RSA", "is a key of another kind");
	bits = EVP_PKEY_get_bits(key);
	return (bits >= RSA_BITS_MINIMUM && bits <= RSA_BITS_MAXIMUM) ||
	    genauth_failure_set(failure, GENAUTH_CONFIG, "GenAuth's RSA key "
	    "has %d bits; %d to %d are used", bits, RSA_BITS_MINIMUM,
	    RSA_BITS_MAXIMUM);
}

bool
genauth_seal_rsa(const char *public_key, const char *password,
    struct genauth_secret *sealed, struct genauth_failure *failure)
{
	unsigned char *bytes = NULL;
	size_t length, limit;
	bool done = false;
	EVP_PKEY *key;

	/* What others have left is not the reason of our failures. */
	ERR_clear_error();
	key = read_rsa_key(public_key);
	*sealed = (struct genauth_secret){ 0 };
	if (!check_rsa_key(key, failure))
		goto out;
	limit = (size_t)EVP_PKEY_get_size(key) - PKCS1_OVERHEAD;
	if (strlen(password) > limit)
		genauth_failure_set(failure, GENAUTH_DENIED, "the password is "
		    "longer than GenAuth's RSA key of %d bits allows (%zu "
		    "bytes)", EVP_PKEY_get_bits(key), limit);
	else if (encrypt(key, RSA_PKCS1_PADDING, password, strlen(password),
	    &bytes, &length, failure))
		done = set_base64(sealed, bytes, length) ||
		    out_of_memory(failure);
out:
	free(bytes);
	EVP_PKEY_free(key);
	return done;
}

/* The point of 128 or 130 hex digits in OpenSSL's form, 04 x y. */
static bool
read_point(const char *text, unsigned char point[1 + 2 * SM2_COORDINATE])
{
	size_t size = 1 + 2 * SM2_COORDINATE, length = length_of_key(text);
	char hex[2 * (1 + 2 * SM2_COORDINATE) + 1];

	if (length >= sizeof(hex))
		return false;
	snprintf(hex, sizeof(hex), "%.*s", (int)length, text);
	if (strlen(hex) == 2 * size)
		return OPENSSL_hexstr2buf_ex(point, size, &length, hex, '\0') ==
		    1 && length == size && point[0] == 4;
	point[0] = 4;
	return strlen(hex) == 2 * (size - 1) && OPENSSL_hexstr2buf_ex(
	    point + 1, size - 1, &length, hex, '\0') == 1 &&
	    length == size - 1;
}

/* Whether the key's point lies on the curve. */
static bool
check_point(EVP_PKEY *key, struct genauth_failure *failure)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool done = false;

	if (context == NULL)
		failed(failure, "EVP_PKEY_CTX_new_from_pkey");
	else
		done = EVP_PKEY_public_check(context) > 0 ||
		    bad_key(failure, "SM2", "is not a point on the curve");
	EVP_PKEY_CTX_free(context);
	return done;
}

static EVP_PKEY *
make_sm2_key(const char *hex, struct genauth_failure *failure)
{
	unsigned char point[1 + 2 * SM2_COORDINATE];
	char group[] = "SM2";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		    group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
		    point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	EVP_PKEY *key = NULL;

	if (context == NULL || EVP_PKEY_fromdata_init(context) <= 0) {
		ERR_clear_error();
		genauth_failure_set(failure, GENAUTH_CONFIG, "this OpenSSL was "
		    "built without SM2; use password_encrypt_type = rsa or "
		    "none");
	} else if (!read_point(hex, point)) {
		bad_key(failure, "SM2", "is not 128 or 130 hex digits");
	} else if (EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY,
	    params) <= 0) {
		key = NULL;
		bad_key(failure, "SM2", "is not a point on the curve");
	} else if (!check_point(key, failure)) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	EVP_PKEY_CTX_free(context);
	return key;
}

/* Takes one INTEGER of the sequence as a coordinate, padded to full length. */
static bool
take_coordinate(const ASN1_TYPE *item, unsigned char *out)
{
	BIGNUM *number;
	bool done;

	if (item == NULL || item->type != V_ASN1_INTEGER)
		return false;
	number = ASN1_INTEGER_to_BN(item->value.integer, NULL);
	done = number != NULL &&
	    BN_bn2binpad(number, out, SM2_COORDINATE) == SM2_COORDINATE;
	BN_free(number);
	return done;
}

size_t
genauth_seal_sm2_convert(const unsigned char *der, size_t length,
    enum genauth_seal_sm2_format format, unsigned char *out)
{
	ASN1_SEQUENCE_ANY *items = d2i_ASN1_SEQUENCE_ANY(NULL, &der,
	    (long)length);
	const ASN1_STRING *hash, *cipher;
	size_t cipher_length, total = 0;

	if (items == NULL || sk_ASN1_TYPE_num(items) != 4 ||
	    !take_coordinate(sk_ASN1_TYPE_value(items, 0), out) ||
	    !take_coordinate(sk_ASN1_TYPE_value(items, 1),
	    out + SM2_COORDINATE) ||
	    sk_ASN1_TYPE_value(items, 2)->type != V_ASN1_OCTET_STRING ||
	    sk_ASN1_TYPE_value(items, 3)->type != V_ASN1_OCTET_STRING)
		goto out;
	hash = sk_ASN1_TYPE_value(items, 2)->value.octet_string;
	cipher = sk_ASN1_TYPE_value(items, 3)->value.octet_string;
	cipher_length = (size_t)ASN1_STRING_length(cipher);
	if (ASN1_STRING_length(hash) != SM3_LENGTH)
		goto out;
	out += 2 * SM2_COORDINATE;
	if (format == GENAUTH_SEAL_C1C3C2) {
		memcpy(out, ASN1_STRING_get0_data(hash), SM3_LENGTH);
		out += SM3_LENGTH;
	}
	memcpy(out, ASN1_STRING_get0_data(cipher), cipher_length);
	if (format != GENAUTH_SEAL_C1C3C2)
		memcpy(out + cipher_length, ASN1_STRING_get0_data(hash),
		    SM3_LENGTH);
	total = 2 * SM2_COORDINATE + SM3_LENGTH + cipher_length;
out:
	sk_ASN1_TYPE_pop_free(items, ASN1_TYPE_free);
	return total;
}

/* Bytes as lower-case hex behind a prefix.  false: out of memory. */
static bool
set_hex(struct genauth_secret *text, const char *prefix,
    const unsigned char *bytes, size_t length)
{
	size_t size = strlen(prefix) + 2 * length + 1;
	char *hex = malloc(size);
	bool done;

	if (hex == NULL)
		return false;
	snprintf(hex, size, "%s", prefix);
	for (size_t i = 0; i < length; i++)
		snprintf(hex + strlen(prefix) + 2 * i, 3, "%02x", bytes[i]);
	done = genauth_secret_set(text, hex, size - 1);
	free(hex);
	return done;
}

/* What OpenSSL has made, in the form that GenAuth wants. */
static bool
set_converted(struct genauth_secret *sealed, const unsigned char *der,
    size_t length, enum genauth_seal_sm2_format format,
    struct genauth_failure *failure)
{
	unsigned char *raw = malloc(length + GENAUTH_SEAL_SM2_GROWTH);
	bool done = false;

	if (raw == NULL)
		out_of_memory(failure);
	else if ((length = genauth_seal_sm2_convert(der, length, format,
	    raw)) == 0)
		failed(failure, "reading what EVP_PKEY_encrypt has made");
	else
		done = set_hex(sealed, format == GENAUTH_SEAL_04C1C2C3_BASE64 ?
		    "04" : "", raw, length) || out_of_memory(failure);
	free(raw);
	return done;
}

bool
genauth_seal_sm2(const char *public_key, const char *password,
    enum genauth_seal_sm2_format format, struct genauth_secret *sealed,
    struct genauth_failure *failure)
{
	struct genauth_secret plain = { 0 };
	unsigned char *der = NULL;
	size_t length;
	bool done = false;
	EVP_PKEY *key;

	ERR_clear_error();
	key = make_sm2_key(public_key, failure);
	*sealed = (struct genauth_secret){ 0 };
	if (key == NULL)
		return false;
	if (!(format == GENAUTH_SEAL_04C1C2C3_BASE64 ?
	    set_base64(&plain, password, strlen(password)) :
	    genauth_secret_set(&plain, password, strlen(password))))
		out_of_memory(failure);
	else if (encrypt(key, 0, plain.data, plain.length, &der, &length,
	    failure))
		done = set_converted(sealed, der, length, format, failure);
	genauth_secret_free(&plain);
	free(der);
	EVP_PKEY_free(key);
	return done;
}
