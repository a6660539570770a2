/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/password.h"

#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/pam_codes.h"
#include "login/change.h"
#include "login/login.h"
#include "login/who.h"
#include "module/attempt.h"
#include "module/caller.h"
#include "module/conversation.h"

/* ---- what waits between the two calls ------------------------------------ */

#define NAME_SIZE 512

struct waiting {
	struct genauth_helper helper;
	bool revokes;		/* revoke_tokens */
	char *user;		/* whose password it changes */
};

/* Also in a copy of the process: then it only closes what is open. */
static void
cleanup(pam_handle_t *pamh, void *data, int status)
{
	struct waiting *waiting = data;

	(void)pamh;
	(void)status;
	if (waiting == NULL)
		return;
	if (waiting->revokes)
		genauth_helper_let_go(&waiting->helper);
	genauth_helper_stop(&waiting->helper);
	free(waiting->user);
	free(waiting);
}

/* NULL: out of memory. */
static struct waiting *
new_waiting(const struct genauth_context *context)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));

	if (waiting == NULL)
		return NULL;
	waiting->helper = GENAUTH_HELPER_NONE;
	waiting->revokes = context->options.revoke_tokens ==
	    GENAUTH_REVOKE_UNUSED;
	if ((waiting->user = strdup(context->user)) != NULL)
		return waiting;
	free(waiting);
	return NULL;
}

/*
 * The name in the handle, which all modules share.  A stack may have a line for
 * each of two applications, and each line has its own.
 */
static const char *
data_name(const struct genauth_context *context, char name[NAME_SIZE])
{
	const struct genauth_options *options = &context->options;

	snprintf(name, NAME_SIZE, "pam_genauth.change %s %s",
	    options->app_id != NULL ? options->app_id : "-",
	    options->app_host != NULL ? options->app_host : "-");
	return name;
}

static struct waiting *
find_waiting(const struct genauth_context *context)
{
	const void *data = NULL;
	char name[NAME_SIZE];

	/* The handle's own; libpam only says const. */
	return pam_get_data(context->pamh, data_name(context, name), &data) ==
	    PAM_SUCCESS ? (struct waiting *)(uintptr_t)data : NULL;
}

static void
end_waiting(const struct genauth_context *context)
{
	char name[NAME_SIZE];

	if (find_waiting(context) != NULL)
		pam_set_data(context->pamh, data_name(context, name), NULL,
		    NULL);
}

static bool
leave_waiting(const struct genauth_context *context, struct waiting *waiting)
{
	char name[NAME_SIZE];

	return pam_set_data(context->pamh, data_name(context, name), waiting,
	    cleanup) == PAM_SUCCESS;
}

/* ---- who can change what ------------------------------------------------- */

/* uid 0 is never served, so its password is another's. */
static bool
is_called_by_root(void)
{
	return getuid() == 0;
}

static bool
may_change(const struct genauth_context *context,
    struct genauth_failure *failure)
{
	const struct genauth_options *options = &context->options;
	const struct genauth_login login = { .options = options,
	    .user = context->user, .service = context->service,
	    .entry = context->entry, .rhost = context->rhost };

	if (!genauth_who_is_served(&login, failure))
		return false;
	if (is_called_by_root())
		return genauth_failure_set(failure, GENAUTH_DENIED, "root "
		    "cannot change the password of another: GenAuth wants "
		    "the old one");
	if (options->user_pool_id == NULL)
		return genauth_failure_set(failure, GENAUTH_CONFIG,
		    "user_pool_id is not set, and passwords cannot be "
		    "changed without it");
	return options->connection == GENAUTH_CONNECTION_PASSWORD ||
	    genauth_failure_set(failure, GENAUTH_CONFIG, "connection is not "
	    "PASSWORD: the password is that of a directory, and GenAuth does "
	    "not change it");
}

/* As pam_sm_chauthtok(3) has them, and else as those of a login. */
static int
code_of(enum genauth_verdict verdict)
{
	int code = genauth_pam_codes_of(verdict);

	if (verdict == GENAUTH_DENIED && is_called_by_root())
		return PAM_AUTHTOK_RECOVERY_ERR;
	return code == PAM_AUTHINFO_UNAVAIL ? PAM_TRY_AGAIN : code;
}

/* ---- PAM_PRELIM_CHECK: the current password ------------------------------ */

static int
refuse(const struct genauth_context *context,
    const struct genauth_failure *failure)
{
	struct genauth_answer answer = { 0 };

	genauth_answer_refuse(&answer, failure->verdict, failure->text);
	genauth_attempt_conclude(context, &answer);
	if (failure->verdict == GENAUTH_DENIED && is_called_by_root())
		genauth_conversation_show(context, N_("GenAuth changes a "
		    "password only for who knows the old one. root cannot "
		    "change it here; what is asked for after this, if "
		    "anything, is the local password."));
	return code_of(failure->verdict);
}

static const char *
take_old(void *data, struct genauth_failure *failure)
{
	const struct genauth_context *context = data;
	const char *old = genauth_conversation_stacked(context,
	    PAM_OLDAUTHTOK);

	if (old != NULL)
		return old;
	if (!context->line.use_first_pass)
		return genauth_conversation_old(context, failure);
	genauth_failure_set(failure, GENAUTH_DENIED,
	    "use_first_pass, but the stack holds no old password");
	return NULL;
}

/* Leaves the helper in the handle. */
static int
sign_in(const struct genauth_context *context, struct waiting *waiting)
{
	const struct genauth_attempt attempt = { .context = context,
	    .types = !context->line.use_first_pass &&
	    genauth_conversation_stacked(context, PAM_OLDAUTHTOK) == NULL,
	    .password = take_old, .data = (void *)(uintptr_t)context,
	    .changes = &waiting->helper };
	struct genauth_answer answer;
	int code;

	genauth_attempt_sign_in(&attempt, &answer);
	if (answer.verdict == GENAUTH_OK && !leave_waiting(context, waiting))
		genauth_answer_refuse(&answer, GENAUTH_INTERNAL,
		    "pam_set_data failed");
	if (answer.verdict != GENAUTH_OK)
		cleanup(context->pamh, waiting, 0);
	genauth_attempt_conclude(context, &answer);
	code = code_of(answer.verdict);
	genauth_answer_free(&answer);
	return code;
}

static int
check(const struct genauth_context *context)
{
	struct genauth_failure failure;
	struct waiting *waiting;

	/* Of an earlier change in the same handle. */
	end_waiting(context);
	if (!may_change(context, &failure))
		return refuse(context, &failure);
	if ((waiting = new_waiting(context)) != NULL)
		return sign_in(context, waiting);
	genauth_failure_set(&failure, GENAUTH_INTERNAL, "out of memory");
	return refuse(context, &failure);
}

/* ---- PAM_UPDATE_AUTHTOK: the new one ------------------------------------- */

static const char *
take_new(const struct genauth_context *context,
    struct genauth_failure *failure)
{
	const char *password = genauth_conversation_stacked(context,
	    PAM_AUTHTOK);

	if (password != NULL)
		return password;
	if (!context->line.use_authtok && !context->line.use_first_pass)
		return genauth_conversation_new(context, failure);
	genauth_failure_set(failure, GENAUTH_DENIED, "%s, but the stack holds "
	    "no new password", context->line.use_authtok ? "use_authtok" :
	    "use_first_pass");
	genauth_conversation_show(context, N_("Nobody has asked for the new "
	    "password. Your administrator finds the reason in the log."));
	return NULL;
}

/*
 * Nothing was sent.  holds: UNASKED where nobody was signed in; then another
 * line may have changed the password, and nothing is said of it.
 */
static int
send_nothing(const struct genauth_context *context,
    const struct genauth_failure *failure, enum genauth_holds holds)
{
	struct genauth_answer answer = { .holds = holds };

	genauth_answer_refuse(&answer, failure->verdict, failure->text);
	genauth_attempt_conclude_change(context, &answer, "");
	return PAM_AUTHTOK_ERR;
}

static int
keep_old(const struct genauth_context *context,
    const struct genauth_failure *failure)
{
	return send_nothing(context, failure, GENAUTH_HOLDS_OLD);
}

static int
change(const struct genauth_context *context, struct waiting *waiting,
    const char *password)
{
	char remark[GENAUTH_REMARK_SIZE];
	struct genauth_change_fault fault;
	struct genauth_failure failure;
	struct genauth_answer answer;
	int code;

	if (!genauth_change_may_send(&waiting->helper, password, &fault)) {
		genauth_failure_set(&failure, GENAUTH_DENIED, "%s",
		    fault.reason);
		genauth_conversation_show(context, fault.message);
		return keep_old(context, &failure);
	}
	/* Who has called passwd can kill it. */
	if (genauth_caller_is_user())
		genauth_context_log_attempt(context,
		    "changing the password at GenAuth");
	genauth_change_password(&waiting->helper, &context->options, password,
	    remark, &answer);
	genauth_attempt_conclude_change(context, &answer, remark);
	code = answer.verdict == GENAUTH_OK ? PAM_SUCCESS : PAM_AUTHTOK_ERR;
	genauth_answer_free(&answer);
	return code;
}

/*
 * Nobody has been signed in.  That is as it should be where the answer is the
 * same as in the check before; else a stack has passed over the check.
 */
static int
update_without_check(const struct genauth_context *context)
{
	struct genauth_failure failure;

	if (!may_change(context, &failure)) {
		genauth_context_debug(context, "nothing is changed: %s",
		    failure.text);
		return code_of(failure.verdict);
	}
	genauth_failure_set(&failure, GENAUTH_DENIED, "the current password "
	    "has not been accepted before (PAM_PRELIM_CHECK)");
	return send_nothing(context, &failure, GENAUTH_HOLDS_UNASKED);
}

static int
update(const struct genauth_context *context)
{
	struct waiting *waiting = find_waiting(context);
	struct genauth_failure failure;
	const char *password = NULL;
	int code;

	if (waiting == NULL)
		return update_without_check(context);
	if (strcmp(waiting->user, context->user) != 0)
		genauth_failure_set(&failure, GENAUTH_DENIED, "the host has "
		    "changed PAM_USER since the current password was checked");
	else if (may_change(context, &failure))
		password = take_new(context, &failure);
	code = password != NULL ? change(context, waiting, password) :
	    keep_old(context, &failure);
	end_waiting(context);
	return code;
}

/*
 * An expired password is a local one, for GenAuth says nothing of its own until
 * somebody logs in with it: sshd, login and su want that changed.  But who asks
 * so for his own ("passwd -k") may not get around GenAuth.
 */
static bool
is_for_others(const struct genauth_context *context)
{
	return (context->flags & PAM_CHANGE_EXPIRED_AUTHTOK) != 0 &&
	    (!genauth_caller_is_user() || context->entry == NULL ||
	    context->entry->pw_uid != getuid());
}

int
genauth_password_change(const struct genauth_context *context)
{
	if (is_for_others(context))
		return PAM_IGNORE;
	return (context->flags & PAM_PRELIM_CHECK) != 0 ? check(context) :
	    update(context);
}

int
genauth_password_refuse(const struct genauth_context *context,
    const struct genauth_failure *failure)
{
	bool is_root = context->entry != NULL && context->entry->pw_uid == 0;
	int code = PAM_USER_UNKNOWN;

	if (is_for_others(context))
		return PAM_IGNORE;
	end_waiting(context);
	if ((context->flags & PAM_PRELIM_CHECK) != 0)
		code = refuse(context, failure);
	else if (!is_root)
		code = send_nothing(context, failure, GENAUTH_HOLDS_UNASKED);
	return is_root ? PAM_USER_UNKNOWN : code;
}
