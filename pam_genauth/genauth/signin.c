/* SPDX-License-Identifier: BSD-2-Clause */
#include "genauth/signin.h"

#include <json-c/json.h>
#include <string.h>

#include "common/clock.h"
#include "genauth/api.h"
#include "genauth/json.h"
#include "genauth/reply.h"
#include "genauth/system.h"

/* apiCode: the server could not decrypt the password. */
#define CANNOT_DECRYPT 2016

/* Adds a new object under name and returns it; it belongs to its parent. */
static struct json_object *
add_object(struct json_object *object, const char *name)
{
	struct json_object *added = json_object_new_object();

	return genauth_json_add(object, name, added) ? added : NULL;
}

/* SignInByPasswordPayloadDto; SignInByLdapPayloadDto and …AdPayloadDto. */
static bool
add_payload(struct json_object *body, const struct genauth_options *options,
    const char *account, const char *password)
{
	const char *connection = genauth_options_word(options,
	    GENAUTH_OPTION_connection);
	const char *name = "sAMAccountName";
	struct json_object *payload;

	if (strcmp(connection, "LDAP") == 0) {
		payload = add_object(body, "ldapPayload");
	} else if (strcmp(connection, "AD") == 0) {
		payload = add_object(body, "adPayload");
	} else {
		payload = add_object(body, "passwordPayload");
		name = genauth_options_word(options,
		    GENAUTH_OPTION_account_type);
	}
	return genauth_json_add_string(body, "connection", connection) &&
	    genauth_json_add_string(payload, name, account) &&
	    genauth_json_add_string(payload, "password", password);
}

/* SignInOptionsDto. */
static bool
add_options(struct json_object *body, const struct genauth_options *options,
    const char *client_ip)
{
	struct json_object *object = add_object(body, "options");
	const char *type = genauth_options_word(options,
	    GENAUTH_OPTION_password_encrypt_type);

	return genauth_json_add_string(object, "scope",
	    options->scope) &&
	    (client_ip == NULL ||
	    genauth_json_add_string(object, "clientIp", client_ip)) &&
	    (strcmp(type, "none") == 0 ||
	    genauth_json_add_string(object, "passwordEncryptType", type));
}

/*
 * POSTs once and judges the reply.  password: as it is to be sent.  Whether
 * the server may have seen it.
 */
static bool
post(struct genauth_http *http, const struct genauth_options *options,
    const struct genauth_credentials *credentials, const char *password,
    long long deadline, struct genauth_answer *answer)
{
	struct genauth_api_request request = { .path = GENAUTH_SIGNIN_ENDPOINT,
	    .json = json_object_new_object(), .deadline = deadline };
	struct genauth_api_reply reply = { 0 };
	struct genauth_failure failure;
	bool accepted = false, sent;

	if (!add_payload(request.json, options, credentials->account,
	    password) ||
	    !add_options(request.json, options, credentials->client_ip))
		genauth_failure_set(&failure, GENAUTH_INTERNAL,
		    "out of memory");
	else
		accepted = genauth_api_call(http, options, &request, &reply,
		    &failure);
	/* Without a reply too: how far it came says what is slow. */
	answer->http_status = reply.http.status;
	answer->dns_ms = reply.http.dns_ms;
	answer->connect_ms = reply.http.connect_ms;
	answer->tls_ms = reply.http.tls_ms;
	answer->wait_ms = reply.http.wait_ms;
	genauth_reply_take(accepted, &reply.envelope, &failure, options,
	    credentials->account, answer);
	sent = reply.http.progress != GENAUTH_HTTP_UNSENT;
	genauth_api_reply_free(&reply);
	json_object_put(request.json);
	return sent;
}

void
genauth_signin_prepare(struct genauth_http *http,
    const struct genauth_options *options, struct genauth_password_key *key)
{
	struct genauth_api_request request = { .path = GENAUTH_SYSTEM_PATH,
	    .bare = true, .deadline = genauth_clock_ms() +
	    options->connect_timeout_ms };
	struct genauth_api_reply reply;
	struct genauth_failure failure;

	if (genauth_password_key_is_used(options) && !key->pinned) {
		genauth_password_key_fetch(key, http, options,
		    request.deadline, &failure);
		return;
	}
	/*
	 * libcurl keeps a connection only behind a request.  This one is
	 * public, small and answered without a login.
	 */
	genauth_api_call(http, options, &request, &reply, &failure);
	genauth_api_reply_free(&reply);
}

/* Encrypts and POSTs.  As post. */
static bool
seal_and_post(struct genauth_http *http, const struct genauth_options *options,
    const struct genauth_credentials *credentials,
    struct genauth_password_key *key, long long deadline,
    struct genauth_answer *answer)
{
	struct genauth_failure failure;
	struct genauth_secret sealed;
	bool sent = false;

	if (genauth_password_key_seal(key, http, options,
	    credentials->password, deadline, &sealed, &failure))
		sent = post(http, options, credentials, sealed.data, deadline,
		    answer);
	else
		genauth_answer_refuse(answer, failure.verdict, failure.text);
	genauth_secret_free(&sealed);
	return sent;
}

void
genauth_signin(struct genauth_http *http,
    const struct genauth_options *options,
    const struct genauth_credentials *credentials,
    struct genauth_password_key *key, long long deadline,
    struct genauth_answer *answer)
{
	bool sent;

	*answer = (struct genauth_answer){ 0 };
	if (!genauth_password_key_is_used(options)) {
		post(http, options, credentials, credentials->password,
		    deadline, answer);
		return;
	}
	sent = seal_and_post(http, options, credentials, key, deadline,
	    answer);
	/* It may say so, or take what it cannot decrypt for a wrong password. */
	if ((answer->api_code == CANNOT_DECRYPT ||
	    answer->verdict == GENAUTH_DENIED) && sent &&
	    genauth_password_key_renew(key, http, options, deadline)) {
		genauth_answer_free(answer);
		sent = seal_and_post(http, options, credentials, key,
		    deadline, answer);
	}
	genauth_password_key_settle(key, answer->api_code == CANNOT_DECRYPT,
	    sent);
}
