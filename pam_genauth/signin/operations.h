/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * operations.h owns what genauth-signin does for the one who asks: a row for
 * each operation that START may name, and what a conversation (session.h)
 * holds meanwhile.
 */
#ifndef GENAUTH_OPERATIONS_H
#define GENAUTH_OPERATIONS_H

#include "common/answer.h"
#include "common/files.h"
#include "common/message.h"
#include "common/options.h"
#include "common/question.h"
#include "genauth/http.h"
#include "genauth/password_key.h"
#include "genauth/record.h"
#include "signin/confine.h"

struct genauth_session {
	long long deadline;	/* for the question; genauth_clock_ms, or -1 */
	int fd;
	struct genauth_confinement *confinement;
	struct genauth_start start;
	struct genauth_options options;
	struct genauth_files files;
	struct genauth_http *http;
	struct genauth_password_key key;
	struct genauth_record record;
	struct genauth_secret unused;	/* a token that nobody gets */
	/* Of who has signed in to change the password; wiped at the end. */
	struct genauth_question question;
	struct genauth_secret access_token;
};

struct genauth_operations_row {
	enum genauth_message_kind question;
	/* While the person types; NULL: nothing. */
	void (*prepare)(struct genauth_session *session);
	/* false: the question is malformed.  The caller frees answer. */
	bool (*answer)(struct genauth_session *session,
	    const struct genauth_records *records,
	    struct genauth_answer *answer);
	/*
	 * Behind an answer that was OK and sent.  false: another answer could
	 * not be sent.  NULL: that was the end.
	 */
	bool (*follow)(struct genauth_session *session);
};
extern const struct genauth_operations_row
    genauth_operations[GENAUTH_OPERATION_COUNT];

/* Sends a message and frees the records. */
bool genauth_operations_say(const struct genauth_session *session,
    enum genauth_message_kind kind, struct genauth_records *records);

/* Says what becomes of the cached key, once, and the answer. */
bool genauth_operations_say_result(struct genauth_session *session,
    const struct genauth_answer *answer);

#endif
