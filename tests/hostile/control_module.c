/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control: a PAM module for the same service as it is usually written,
 * libcurl and json-c inside the host and everything at its default.  It is
 * never installed.  The hostile tests must find what is wrong with it, or
 * they would find nothing in pam_genauth either; the benchmark compares with
 * it.
 *
 *     auth required control.so host=https://… app_id=… secret=… [cafile=…]
 */
#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include <curl/curl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings {
	const char *host, *app_id, *secret, *ca_file;
};

struct reply {
	char *data;
	size_t length;
};

static void
read_settings(struct settings *settings, int argc, const char **argv)
{
	const struct {
		const char *name;
		const char **value;
	} known[] = {
		{ "host=", &settings->host },
		{ "app_id=", &settings->app_id },
		{ "secret=", &settings->secret },
		{ "cafile=", &settings->ca_file },
	};

	for (int i = 0; i < argc; i++)
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			if (strncmp(argv[i], known[k].name,
			    strlen(known[k].name)) == 0)
				*known[k].value = argv[i] +
				    strlen(known[k].name);
}

static size_t
keep(char *bytes, size_t size, size_t count, void *data)
{
	struct reply *reply = data;
	char *longer = realloc(reply->data, reply->length + size * count + 1);

	if (longer == NULL)
		return 0;
	memcpy(longer + reply->length, bytes, size * count);
	reply->data = longer;
	reply->length += size * count;
	reply->data[reply->length] = '\0';
	return size * count;
}

static struct json_object *
make_request(const struct settings *settings, const char *user,
    const char *password)
{
	struct json_object *request = json_object_new_object();
	struct json_object *payload = json_object_new_object();
	struct json_object *options = json_object_new_object();

	json_object_object_add(request, "client_id",
	    json_object_new_string(settings->app_id));
	json_object_object_add(request, "client_secret",
	    json_object_new_string(settings->secret));
	json_object_object_add(request, "connection",
	    json_object_new_string("PASSWORD"));
	json_object_object_add(payload, "account",
	    json_object_new_string(user));
	json_object_object_add(payload, "password",
	    json_object_new_string(password));
	json_object_object_add(request, "passwordPayload", payload);
	json_object_object_add(options, "scope",
	    json_object_new_string("openid profile"));
	json_object_object_add(request, "options", options);
	return request;
}

static int
judge(const struct reply *reply)
{
	struct json_object *answer = json_tokener_parse(reply->data);
	struct json_object *status;
	int code = PAM_AUTH_ERR;

	if (json_object_object_get_ex(answer, "statusCode", &status) &&
	    json_object_get_int(status) == 200)
		code = PAM_SUCCESS;
	json_object_put(answer);
	return code;
}

static int
post(const struct settings *settings, const char *body)
{
	struct curl_slist *headers = NULL;
	struct reply reply = { 0 };
	int code = PAM_AUTHINFO_UNAVAIL;
	char url[1024], header[256];
	CURL *curl;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	curl = curl_easy_init();
	headers = curl_slist_append(headers, "Content-Type: application/json");
	snprintf(header, sizeof(header), "x-authing-app-id: %s",
	    settings->app_id);
	headers = curl_slist_append(headers, header);
	snprintf(header, sizeof(header), "x-genauth-app-id: %s",
	    settings->app_id);
	headers = curl_slist_append(headers, header);
	snprintf(url, sizeof(url), "%s/api/v3/signin", settings->host);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
	if (settings->ca_file != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
	if (curl_easy_perform(curl) == CURLE_OK && reply.data != NULL)
		code = judge(&reply);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	curl_global_cleanup();
	free(reply.data);
	return code;
}

#pragma GCC visibility push(default)

int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct settings settings = { 0 };
	struct json_object *request;
	const char *user, *password;
	int code;

	(void)flags;
	read_settings(&settings, argc, argv);
	if (settings.host == NULL || settings.app_id == NULL ||
	    settings.secret == NULL)
		return PAM_SERVICE_ERR;
	if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS ||
	    pam_get_authtok(pamh, PAM_AUTHTOK, &password, NULL) != PAM_SUCCESS)
		return PAM_AUTH_ERR;
	request = make_request(&settings, user, password);
	code = post(&settings, json_object_to_json_string(request));
	json_object_put(request);
	return code;
}

int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh; (void)flags; (void)argc; (void)argv;
	return PAM_SUCCESS;
}
