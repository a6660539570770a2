/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/probe.h"

#include <json-c/json.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/text.h"
#include "genauth/json.h"
#include "genauth/system.h"

/* The hash of a SubjectPublicKeyInfo, as curl wants it for a pin. */
static void
make_pin(X509 *certificate, char *pin, size_t size)
{
	unsigned char hash[EVP_MAX_MD_SIZE], text[64], *key = NULL;
	int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
	unsigned n = 0;

	if (length > 0 && EVP_Digest(key, (size_t)length, hash, &n,
	    EVP_sha256(), NULL) == 1 && EVP_EncodeBlock(text, hash, (int)n) > 0)
		snprintf(pin, size, "sha256//%s", (char *)text);
	OPENSSL_free(key);
}

static void
take_certificate(X509 *certificate, struct genauth_probe *probe)
{
	char name[256] = "";
	int days = 0, seconds = 0;

	if (probe->certificates++ == 0)
		make_pin(certificate, probe->pin, sizeof(probe->pin));
	/* From now to its end; NULL is now. */
	if (ASN1_TIME_diff(&days, &seconds, NULL,
	    X509_get0_notAfter(certificate)) != 1)
		return;
	if (probe->certificates > 1 && days >= probe->days_left)
		return;
	probe->days_left = days;
	X509_NAME_oneline(X509_get_subject_name(certificate), name,
	    (int)sizeof(name));
	genauth_text_clean(probe->expiring, sizeof(probe->expiring), name);
}

static void
read_chain(const struct genauth_secret *chain, struct genauth_probe *probe)
{
	BIO *bio;
	X509 *certificate;

	if (chain->data == NULL || chain->length > INT_MAX ||
	    (bio = BIO_new_mem_buf(chain->data, (int)chain->length)) == NULL)
		return;
	while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) !=
	    NULL) {
		take_certificate(certificate, probe);
		X509_free(certificate);
	}
	BIO_free(bio);
}

/* Whether the reply is one that GenAuth gives. */
static void
read_body(const struct genauth_secret *body, struct genauth_probe *probe)
{
	static const char *const types[] = { "rsa", "sm2" };
	struct json_object *root = body->data == NULL ? NULL :
	    genauth_json_parse(body->data, body->length);
	struct genauth_secret key;
	struct genauth_failure ignored;

	probe->is_json = root != NULL;
	json_object_put(root);
	for (int i = 0; i < 2 && probe->is_json; i++) {
		probe->has_keys = genauth_system_parse(body->data,
		    body->length, types[i], &key, &ignored) || probe->has_keys;
		genauth_secret_free(&key);
	}
}

bool
genauth_probe(struct genauth_http *http, long long deadline,
    struct genauth_probe *probe, struct genauth_failure *failure)
{
	static const char *const headers[] = { "Accept: application/json",
	    NULL };
	struct genauth_http_request request = { .path = GENAUTH_SYSTEM_PATH,
	    .headers = headers, .deadline = deadline, .inspect = true };
	struct genauth_http_response response;
	bool replied = genauth_http_perform(http, &request, &response, failure);

	*probe = (struct genauth_probe){ .http_status = response.status,
	    .dns_ms = response.dns_ms, .connect_ms = response.connect_ms,
	    .tls_ms = response.tls_ms, .wait_ms = response.wait_ms };
	if (response.date > 0) {
		probe->has_date = true;
		probe->clock_ahead = (long long)time(NULL) - response.date;
	}
	read_chain(&response.chain, probe);
	read_body(&response.body, probe);
	genauth_http_response_free(&response);
	return replied;
}
