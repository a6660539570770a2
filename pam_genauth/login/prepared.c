/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/prepared.h"

#include <string.h>

/* What START says, as one secret: options have some in them. */
static bool
encode(const struct genauth_start *start,
    const struct genauth_options *options, struct genauth_secret *text)
{
	struct genauth_records records = { 0 };
	bool done;

	genauth_question_add_start(start, options, &records);
	done = !records.failed &&
	    genauth_secret_set(text, records.data, records.length);
	genauth_records_free(&records);
	return done;
}

bool
genauth_prepared_set(struct genauth_prepared *prepared, const char *user,
    const char *service, const struct genauth_start *start,
    const struct genauth_options *options)
{
	return genauth_secret_set(&prepared->user, user, strlen(user)) &&
	    genauth_secret_set(&prepared->service, service,
	    strlen(service)) && encode(start, options, &prepared->start);
}

static bool
is(const struct genauth_secret *secret, const char *text, size_t length)
{
	return secret->data != NULL && secret->length == length &&
	    memcmp(secret->data, text, length) == 0;
}

bool
genauth_prepared_is_for(const struct genauth_prepared *prepared,
    const char *user, const char *service)
{
	return genauth_helper_is_waiting(&prepared->helper) &&
	    is(&prepared->user, user, strlen(user)) &&
	    is(&prepared->service, service, strlen(service));
}

bool
genauth_prepared_fits(const struct genauth_prepared *prepared,
    const char *user, const char *service, const struct genauth_start *start,
    const struct genauth_options *options)
{
	struct genauth_secret text = { 0 };
	bool fits = genauth_prepared_is_for(prepared, user, service) &&
	    encode(start, options, &text) &&
	    is(&prepared->start, text.data, text.length);

	genauth_secret_free(&text);
	return fits;
}

void
genauth_prepared_end(struct genauth_prepared *prepared)
{
	genauth_helper_stop(&prepared->helper);
	genauth_secret_free(&prepared->user);
	genauth_secret_free(&prepared->service);
	genauth_secret_free(&prepared->start);
}
