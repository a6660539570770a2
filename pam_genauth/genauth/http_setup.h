/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http_setup.h owns what the options make of a libcurl handle: trusted
 * authorities, certificates, TLS versions, proxy, and what a server may not
 * talk libcurl into.  For http.c alone.
 */
#ifndef GENAUTH_HTTP_SETUP_H
#define GENAUTH_HTTP_SETUP_H

#include <curl/curl.h>
#include <stdbool.h>

#include "common/failure.h"
#include "common/files.h"
#include "common/options.h"
#include "common/secret.h"

/* Sets an option on "curl" unless an earlier one has failed in "code". */
#define GENAUTH_HTTP_SET(option, value) do { \
		if (code == CURLE_OK) \
			code = curl_easy_setopt(curl, option, value); \
	} while (0)

struct genauth_http_setup {
	const struct genauth_options *options;	/* must outlive this */
	struct genauth_secret ca, client_cert, client_key;	/* PEM */
	const char *ca_path;	/* where they are looked up by hash, or NULL */
	char *proxy;		/* without user and password; NULL: none */
	char *proxy_user, *proxy_password;	/* decoded; NULL: none */
};

/*
 * Reads the files (which closes them) and takes the proxy apart.  Always to
 * be freed, also when it fails; the failure never names a secret.
 */
bool genauth_http_setup_read(struct genauth_http_setup *setup,
    const struct genauth_options *options, struct genauth_files *files,
    struct genauth_failure *failure);

void genauth_http_setup_free(struct genauth_http_setup *setup);

/*
 * From now on the system's bundle counts too, where its hashed folder alone was
 * looked into, to save the time.  false: nothing changes, as with authorities
 * that the options name.
 */
bool genauth_http_setup_widen(struct genauth_http_setup *setup);

/* Applies all of it to a handle that has been reset. */
CURLcode genauth_http_setup_apply(const struct genauth_http_setup *setup,
    CURL *curl);

#endif
