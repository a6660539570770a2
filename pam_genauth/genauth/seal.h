/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seal.h owns the encryption of a password for options.passwordEncryptType,
 * by OpenSSL's EVP interface.
 */
#ifndef GENAUTH_SEAL_H
#define GENAUTH_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"
#include "common/secret.h"

/*
 * RSAES-PKCS1-v1_5 over the UTF-8 password, standard base64 without line ends
 * (authing-js-sdk miniapp-jsencrypt; guard-android Util.java).  public_key is
 * a SubjectPublicKeyInfo as PEM or as bare base64, 1024 to 4096 bits.
 * sealed is the caller's to free.  Failures: CONFIG for the key, DENIED for a
 * password that is longer than the key allows, INTERNAL.
 */
bool genauth_seal_rsa(const char *public_key, const char *password,
    struct genauth_secret *sealed, struct genauth_failure *failure);

/* The two forms in which the vendor's own clients send SM2 ciphertext. */
enum genauth_seal_sm2_format {
	/*
	 * Hex C1C3C2 without the leading 04, over the password
	 * (authing-js-sdk miniapp-sm2encrypt).
	 */
	GENAUTH_SEAL_C1C3C2,
	/*
	 * Hex 04 C1C2C3, over the base64 of the password (authing-ios-sdk-v3
	 * Util.swift).
	 */
	GENAUTH_SEAL_04C1C2C3_BASE64,
};

/*
 * SM2 with SM3.  public_key is a point as 128 hex digits, or 130 with the 04
 * in front.  As genauth_seal_rsa; CONFIG also where OpenSSL was built without
 * SM2.
 */
bool genauth_seal_sm2(const char *public_key, const char *password,
    enum genauth_seal_sm2_format format, struct genauth_secret *sealed,
    struct genauth_failure *failure);

/* How much longer than the DER the converted bytes can be. */
#define GENAUTH_SEAL_SM2_GROWTH 64

/*
 * From OpenSSL's form, SEQUENCE { x, y INTEGER, hash, cipher OCTET STRING },
 * to the bytes C1C3C2 or C1C2C3, without a 04 in front: coordinates that the
 * DER has shortened get their full length back.  out holds length +
 * GENAUTH_SEAL_SM2_GROWTH bytes.  Returns how many there are, 0 on failure.
 */
size_t genauth_seal_sm2_convert(const unsigned char *der, size_t length,
    enum genauth_seal_sm2_format format, unsigned char *out);

#endif
