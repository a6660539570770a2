/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/prepare.h"

#include <stdint.h>
#include <stdlib.h>

#include "login/login.h"
#include "module/caller.h"

/* The name in the handle, which all modules share. */
#define DATA "pam_genauth.prepared"

/* Also in a copy of the process: then it only closes what is open. */
static void
cleanup(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	if (data == NULL)
		return;
	genauth_prepared_end(data);
	free(data);
}

static bool
start(const struct genauth_context *context, struct genauth_failure *failure)
{
	const struct genauth_login login = { .options = &context->options,
	    .user = context->user, .service = context->service,
	    .entry = context->entry, .rhost = context->rhost };
	struct genauth_prepared *prepared;

	if (context->calls)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "the options may not be read");
	if (genauth_caller_is_user() && !genauth_caller_may_prepare())
		return genauth_failure_set(failure, GENAUTH_THROTTLED,
		    "the caller has had a connection made just now");
	if ((prepared = calloc(1, sizeof(*prepared))) == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	*prepared = GENAUTH_PREPARED_NONE;
	if (genauth_login_prepare(&login, prepared, failure)) {
		if (pam_set_data(context->pamh, DATA, prepared, cleanup) ==
		    PAM_SUCCESS)
			return true;
		genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "pam_set_data failed");
	}
	cleanup(context->pamh, prepared, 0);
	return false;
}

void
genauth_prepare(const struct genauth_context *context, bool opened,
    struct genauth_failure *failure)
{
	/* Of an authentication before: it may have been of somebody else. */
	genauth_prepare_end(context->pamh);
	if (opened && start(context, failure))
		genauth_context_debug(context, "genauth-signin started, makes "
		    "a connection ready");
	else
		genauth_context_debug(context, "nothing is prepared: %s",
		    failure->text);
}

struct genauth_prepared *
genauth_prepare_find(pam_handle_t *pamh)
{
	const void *data = NULL;

	/* The handle's own; libpam only says const. */
	return pam_get_data(pamh, DATA, &data) == PAM_SUCCESS ?
	    (struct genauth_prepared *)(uintptr_t)data : NULL;
}

void
genauth_prepare_end(pam_handle_t *pamh)
{
	if (genauth_prepare_find(pamh) != NULL)
		pam_set_data(pamh, DATA, NULL, NULL);
}
