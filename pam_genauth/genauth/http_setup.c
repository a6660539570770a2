/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/http_setup.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "genauth/http_stores.h"

/* A part that may be absent, decoded; false: it is there but not readable. */
static bool
get_part(CURLU *url, CURLUPart part, CURLUcode absent, char **text)
{
	CURLUcode code = curl_url_get(url, part, text, CURLU_URLDECODE);

	return code == CURLUE_OK || code == absent;
}

/*
 * Takes user and password out of the proxy's URL: libcurl repeats the URL in
 * its error messages, and those are logged.
 */
static bool
read_proxy(struct genauth_http_setup *setup, struct genauth_failure *failure)
{
	const char *proxy = setup->options->proxy;
	CURLU *url;
	bool done;

	if (proxy == NULL)
		return true;
	url = curl_url();
	done = url != NULL &&
	    curl_url_set(url, CURLUPART_URL, proxy, 0) == CURLUE_OK;
	done = done && get_part(url, CURLUPART_USER, CURLUE_NO_USER,
	    &setup->proxy_user) && get_part(url, CURLUPART_PASSWORD,
	    CURLUE_NO_PASSWORD, &setup->proxy_password) &&
	    curl_url_set(url, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_URL, &setup->proxy, 0) == CURLUE_OK;
	curl_url_cleanup(url);
	return done || genauth_failure_set(failure, GENAUTH_CONFIG,
	    "proxy: must be http://HOST:PORT or "
	    "http://USER:PASSWORD@HOST:PORT");
}

/* Whether certificates can be looked up in the folder by their hash. */
static bool
is_hashed(const char *path)
{
	DIR *folder = path == NULL ? NULL : opendir(path);
	struct dirent *entry;
	bool hashed = false;

	while (folder != NULL && !hashed && (entry = readdir(folder)) != NULL)
		hashed = genauth_http_stores_is_hash(entry->d_name);
	if (folder != NULL)
		closedir(folder);
	return hashed;
}

/*
 * The folder of trusted authorities, or NULL.  With neither ca_file nor
 * ca_path, libcurl would read the system's whole bundle; where the system has
 * a hashed folder too, OpenSSL finds the few it needs in a fraction of the
 * time.
 */
static const char *
find_ca_path(const struct genauth_options *options)
{
	struct genauth_http_stores stores = genauth_http_stores_find(options);

	return stores.file == NULL || is_hashed(stores.folder) ?
	    stores.folder : NULL;
}

/* A bundle that cannot be read would only replace a good reason by another. */
bool
genauth_http_setup_widen(struct genauth_http_setup *setup)
{
	const char *bundle = genauth_http_stores_find(setup->options).file;

	if (setup->ca_path == NULL || bundle == NULL ||
	    access(bundle, R_OK) != 0)
		return false;
	setup->ca_path = NULL;
	return true;
}

bool
genauth_http_setup_read(struct genauth_http_setup *setup,
    const struct genauth_options *options, struct genauth_files *files,
    struct genauth_failure *failure)
{
	*setup = (struct genauth_http_setup){ .options = options,
	    .ca_path = find_ca_path(options) };
	return genauth_files_read(files, options, GENAUTH_FILES_CA,
	    &setup->ca, failure) &&
	    genauth_files_read(files, options, GENAUTH_FILES_CLIENT_CERT,
	    &setup->client_cert, failure) &&
	    genauth_files_read(files, options, GENAUTH_FILES_CLIENT_KEY,
	    &setup->client_key, failure) && read_proxy(setup, failure);
}

static void
free_curl_secret(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	curl_free(secret);
}

void
genauth_http_setup_free(struct genauth_http_setup *setup)
{
	genauth_secret_free(&setup->ca);
	genauth_secret_free(&setup->client_cert);
	genauth_secret_free(&setup->client_key);
	curl_free(setup->proxy);
	free_curl_secret(setup->proxy_user);
	free_curl_secret(setup->proxy_password);
	*setup = (struct genauth_http_setup){ 0 };
}

static CURLcode
set_blob(CURL *curl, CURLoption option, const struct genauth_secret *pem)
{
	struct curl_blob blob = { .data = pem->data, .len = pem->length,
	    .flags = CURL_BLOB_NOCOPY };

	return curl_easy_setopt(curl, option, &blob);
}

/* With neither, libcurl keeps to the system's bundle. */
static CURLcode
set_authorities(CURL *curl, const struct genauth_http_setup *setup)
{
	CURLcode code = CURLE_OK;

	if (setup->ca.data == NULL && setup->ca_path == NULL)
		return CURLE_OK;
	if (setup->ca.data != NULL)
		code = set_blob(curl, CURLOPT_CAINFO_BLOB, &setup->ca);
	else
		GENAUTH_HTTP_SET(CURLOPT_CAINFO, NULL);
	GENAUTH_HTTP_SET(CURLOPT_CAPATH, setup->ca_path);
	return code;
}

static CURLcode
set_tls(CURL *curl, const struct genauth_http_setup *setup)
{
	const struct genauth_options *options = setup->options;
	CURLcode code = set_authorities(curl, setup);

	GENAUTH_HTTP_SET(CURLOPT_SSL_VERIFYPEER, 1L);
	GENAUTH_HTTP_SET(CURLOPT_SSL_VERIFYHOST, 2L);
	GENAUTH_HTTP_SET(CURLOPT_SSLVERSION, options->tls_min_version ==
	    GENAUTH_TLS_1_3 ?
	    (long)CURL_SSLVERSION_TLSv1_3 : (long)CURL_SSLVERSION_TLSv1_2);
	GENAUTH_HTTP_SET(CURLOPT_PINNEDPUBLICKEY, options->pinned_public_key);
	if (code == CURLE_OK && setup->client_cert.data != NULL)
		code = set_blob(curl, CURLOPT_SSLCERT_BLOB, &setup->client_cert);
	if (code == CURLE_OK && setup->client_key.data != NULL)
		code = set_blob(curl, CURLOPT_SSLKEY_BLOB, &setup->client_key);
	/* Without one, libcurl crashes on a key that has a pass phrase. */
	GENAUTH_HTTP_SET(CURLOPT_KEYPASSWD, "");
	return code;
}

/* What a server or a proxy could otherwise talk libcurl into. */
static CURLcode
set_policy(CURL *curl, const struct genauth_http_setup *setup)
{
	CURLcode code = CURLE_OK;

	GENAUTH_HTTP_SET(CURLOPT_PROTOCOLS_STR, "https");
	GENAUTH_HTTP_SET(CURLOPT_FOLLOWLOCATION, 0L);
	/* One request on one connection: HTTP/2 would only add a way to retry. */
	GENAUTH_HTTP_SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	GENAUTH_HTTP_SET(CURLOPT_NOSIGNAL, 1L);
	/* For what forgets idle connections while a person types. */
	GENAUTH_HTTP_SET(CURLOPT_TCP_KEEPALIVE, 1L);
	GENAUTH_HTTP_SET(CURLOPT_TCP_KEEPIDLE, 5L);
	GENAUTH_HTTP_SET(CURLOPT_TCP_KEEPINTVL, 5L);
	GENAUTH_HTTP_SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/* "" also keeps proxies named in the environment out. */
	GENAUTH_HTTP_SET(CURLOPT_PROXY, setup->proxy != NULL ? setup->proxy : "");
	GENAUTH_HTTP_SET(CURLOPT_PROXYUSERNAME, setup->proxy_user);
	GENAUTH_HTTP_SET(CURLOPT_PROXYPASSWORD, setup->proxy_password);
	GENAUTH_HTTP_SET(CURLOPT_NOPROXY, "");
	GENAUTH_HTTP_SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Do not wait for a name server when the time is up. */
	GENAUTH_HTTP_SET(CURLOPT_QUICK_EXIT, 1L);
#endif
	GENAUTH_HTTP_SET(CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	return code;
}

CURLcode
genauth_http_setup_apply(const struct genauth_http_setup *setup, CURL *curl)
{
	CURLcode code = set_policy(curl, setup);

	return code != CURLE_OK ? code : set_tls(curl, setup);
}
