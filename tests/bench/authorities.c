/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What it takes OpenSSL to come to an authority: by its hash from a folder, as
 * a login does, and from a bundle, as libcurl does when it is not told of the
 * folder.  Prints two lines, microseconds and what they were for.
 *
 *     authorities CERTIFICATE FOLDER BUNDLE
 */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>

#include "parts.h"

static X509 *
read_certificate(const char *path)
{
	FILE *file = fopen(path, "r");
	X509 *certificate = file == NULL ? NULL :
	    PEM_read_X509(file, NULL, NULL, NULL);

	if (file != NULL)
		fclose(file);
	return certificate;
}

/* Nanoseconds until the store has found it, or -1. */
static long long
find(const X509 *certificate, const char *folder, const char *bundle)
{
	long long began = now_ns(), taken = -1;
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_OBJECT *found = NULL;

	if (store != NULL && context != NULL &&
	    (folder == NULL || X509_STORE_load_path(store, folder) == 1) &&
	    (bundle == NULL || X509_STORE_load_file(store, bundle) == 1) &&
	    X509_STORE_CTX_init(context, store, NULL, NULL) == 1 &&
	    (found = X509_STORE_CTX_get_obj_by_subject(context, X509_LU_X509,
	    X509_get_subject_name(certificate))) != NULL)
		taken = now_ns() - began;
	X509_OBJECT_free(found);
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return taken;
}

int
main(int argc, char **argv)
{
	X509 *certificate = argc == 4 ? read_certificate(argv[1]) : NULL;
	long long folder, bundle;

	if (certificate == NULL)
		return 2;
	folder = find(certificate, argv[2], NULL);
	bundle = find(certificate, NULL, argv[3]);
	X509_free(certificate);
	if (folder < 0 || bundle < 0)
		return 1;
	printf("%lld of TLS: the authority, found in the hashed folder\n"
	    "%lld instead of that: the whole bundle is read\n", folder / 1000,
	    bundle / 1000);
	return 0;
}
