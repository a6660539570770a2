/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login.h owns one login, from a user to GenAuth's answer, for pam_genauth.so
 * and genauthctl alike: whom GenAuth is asked about, with what, in which order.
 */
#ifndef GENAUTH_LOGIN_H
#define GENAUTH_LOGIN_H

#include "common/answer.h"
#include "common/failure.h"
#include "common/options.h"
#include "common/prompt.h"

struct passwd;
struct genauth_helper;
struct genauth_prepared;

/* Who logs in.  All of it stays the caller's. */
struct genauth_login {
	const struct genauth_options *options;
	const char *user;		/* PAM_USER */
	const char *service;		/* PAM_SERVICE */
	const struct passwd *entry;	/* NULL: unknown to NSS */
	const char *rhost;		/* PAM_RHOST; NULL: a local login */
	bool any_user;		/* also one who is not served; never for PAM */
	/* Is asked if it fits, see prepared.h; NULL: nothing was prepared. */
	struct genauth_prepared *prepared;
	/*
	 * The password is to be changed: takes over the helper of an answer
	 * that is OK, which waits for the new one (change.h).  NULL: it is not.
	 */
	struct genauth_helper *changes;
};

/* Where the password comes from, and who watches; data is handed back. */
struct genauth_person {
	void *data;

	/* Somebody types, and that time does not count. */
	bool types;

	/* Meanwhile the connection can be made ready (option preconnect). */
	bool may_prepare;

	/*
	 * One who is not served is asked all the same, so that nobody can
	 * tell who is.
	 */
	bool is_asked_always;

	/*
	 * The password, which must last until genauth_login returns; called
	 * at the most once.  NULL: failure says why there is none.
	 */
	const char *(*password)(void *data, struct genauth_failure *failure);

	/*
	 * Is told when the password is about to go out, and may take its time.
	 * false: it may not, and failure says why.  May be NULL.
	 */
	bool (*sends)(void *data, struct genauth_failure *failure);

	/*
	 * The reply to a question behind the password, freed by who calls.
	 * false: there is none, and failure says why.  NULL: nobody can be
	 * asked, so such a login is refused.
	 */
	bool (*reply)(void *data, const struct genauth_ask *ask,
	    struct genauth_secret *reply, struct genauth_failure *failure);

	/*
	 * Is told the answer, and may change it, while genauth-signin ends.
	 * May be NULL.
	 */
	void (*decided)(void *data, struct genauth_answer *answer);

	/* Is told of each step, for LOG_DEBUG; never a secret.  May be NULL. */
	void (*step)(void *data, const char *text);

	/*
	 * Gets a description of each request and its reply, with what is
	 * private replaced (genauth/record.h), not NUL-terminated.  May be
	 * NULL; if not, no connection is made ready and no cached key is used,
	 * so that all is told.
	 */
	void (*exchange)(void *data, const char *json, size_t length);
};

/*
 * answer is emptied first; its verdict, reason and total_ms are always set.
 * The caller frees it.
 */
void genauth_login(const struct genauth_login *login,
    const struct genauth_person *person, struct genauth_answer *answer);

/*
 * Starts genauth-signin for a login with exactly this later on: it makes its
 * connection ready.  false: there is none, and failure says why.
 */
bool genauth_login_prepare(const struct genauth_login *login,
    struct genauth_prepared *prepared, struct genauth_failure *failure);

#endif
