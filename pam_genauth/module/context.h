/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * context.h owns what one PAM call works with: the handle, the options for
 * its service, the user.  It is also the only writer of the log.
 */
#ifndef GENAUTH_CONTEXT_H
#define GENAUTH_CONTEXT_H

#include <security/pam_modules.h>

#include <stdbool.h>

#include "common/answer.h"
#include "common/failure.h"
#include "common/options.h"
#include "common/options_line.h"

struct passwd;

struct genauth_context {
	pam_handle_t *pamh;
	int flags;			/* of pam_sm_authenticate, _chauthtok */

	struct genauth_options_line line;
	/* The file may not be read, and who decides is at the socket. */
	bool calls;
	struct genauth_options options;

	/*
	 * Copies: a host may set its items anew while the person is asked.
	 * The entry is libpam's.
	 */
	char *service;
	char *user;			/* NULL until it is known */
	char *rhost;			/* NULL: a local login */
	const struct passwd *entry;	/* NULL: unknown to NSS */

	/* As with su and sudo; then options.export_tokens is "none". */
	bool changes_user;
};

/*
 * Reads the pam.d line and the options and finds the user, asking for the
 * name if the host has not said it; a line that prepares asks nobody.  Always
 * to be closed, also when it fails; failure then says why.
 */
bool genauth_context_open(struct genauth_context *context, pam_handle_t *pamh,
    int flags, int argc, const char **argv, struct genauth_failure *failure);

void genauth_context_close(struct genauth_context *context);

/* Whether PAM_USER still is the user of the context. */
bool genauth_context_is_same_user(const struct genauth_context *context);

/* A line at LOG_DEBUG when the pam.d line says "debug".  Never a secret. */
void genauth_context_debug(const struct genauth_context *context,
    const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * A line before the password goes out, for hosts that their caller can kill
 * before the other: what is being done, "asking GenAuth".
 */
void genauth_context_log_attempt(const struct genauth_context *context,
    const char *what);

/*
 * A line before the person is asked for a code: hosts are killed when somebody
 * hangs up, and he had the right password.  again: the code before was wrong.
 */
void genauth_context_log_ask(const struct genauth_context *context,
    bool again);

/*
 * The one log line of a login or a change, key=value, and a second where
 * genauth-signin is less confined than it should be.  A user unknown to this
 * host is not named: people type passwords at the login prompt.
 */
void genauth_context_log(const struct genauth_context *context,
    const struct genauth_answer *answer);

#endif
