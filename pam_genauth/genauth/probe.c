/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/probe.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/text.h"
#include "genauth/api.h"
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
take_certificate(X509 *certificate, struct genauth_finding *finding)
{
	char name[256] = "";
	int days = 0, seconds = 0;

	if (finding->certificates++ == 0)
		make_pin(certificate, finding->pin, sizeof(finding->pin));
	/* From now to its end; NULL is now. */
	if (ASN1_TIME_diff(&days, &seconds, NULL,
	    X509_get0_notAfter(certificate)) != 1)
		return;
	if (finding->certificates > 1 && days >= finding->days_left)
		return;
	finding->days_left = days;
	X509_NAME_oneline(X509_get_subject_name(certificate), name,
	    (int)sizeof(name));
	genauth_text_clean(finding->text, sizeof(finding->text), name);
}

static void
read_chain(const struct genauth_secret *chain,
    struct genauth_finding *finding)
{
	BIO *bio;
	X509 *certificate;

	if (chain->data == NULL || chain->length > INT_MAX ||
	    (bio = BIO_new_mem_buf(chain->data, (int)chain->length)) == NULL)
		return;
	while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) !=
	    NULL) {
		take_certificate(certificate, finding);
		X509_free(certificate);
	}
	BIO_free(bio);
}

/* Whether the reply is one that GenAuth gives. */
static bool
has_keys(struct json_object *root)
{
	static const char *const types[] = { "rsa", "sm2" };
	struct genauth_failure ignored;
	struct genauth_secret key;
	bool found = false;

	for (int i = 0; i < 2; i++) {
		found = genauth_system_key(root, types[i], &key, &ignored) ||
		    found;
		genauth_secret_free(&key);
	}
	return found;
}

void
genauth_probe(struct genauth_http *http, long long deadline,
    struct genauth_finding *finding)
{
	struct genauth_api_request request = { .path = GENAUTH_SYSTEM_PATH,
	    .bare = true, .inspect = true, .deadline = deadline };
	struct genauth_failure failure;
	struct genauth_api_reply reply;
	struct genauth_http_response *response = &reply.http;

	genauth_api_call(http, NULL, &request, &reply, &failure);
	*finding = (struct genauth_finding){ .step = GENAUTH_STEP_TLS,
	    .http_status = response->status,
	    .is_json = reply.envelope.root != NULL,
	    .has_keys = has_keys(reply.envelope.root) };
	if (response->date > 0) {
		finding->has_date = true;
		finding->clock_ahead = (long long)time(NULL) - response->date;
	}
	read_chain(&response->chain, finding);
	if (response->progress != GENAUTH_HTTP_ANSWERED) {
		finding->checked = GENAUTH_CHECKED_WRONG;
		snprintf(finding->text, sizeof(finding->text), "%s",
		    failure.text);
	}
	genauth_api_reply_free(&reply);
}
