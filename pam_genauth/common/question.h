/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * question.h owns what genauth-signin is asked: with START what it is to be
 * ready for, with LOGIN whom to log in, with CHANGE what the password becomes,
 * with CHECK what to look at.
 */
#ifndef GENAUTH_QUESTION_H
#define GENAUTH_QUESTION_H

#include "common/answer.h"
#include "common/failure.h"
#include "common/finding.h"
#include "common/options.h"
#include "common/records.h"
#include "common/secret.h"

enum genauth_operation {
	GENAUTH_OPERATION_LOGIN,
	GENAUTH_OPERATION_CHECK,	/* nobody logs in */
	/* Behind a login that is OK, its password is changed. */
	GENAUTH_OPERATION_PASSWORD,
	GENAUTH_OPERATION_COUNT
};

struct genauth_start {
	enum genauth_operation operation;
	/* The cached key that passwords are encrypted with; or empty. */
	struct genauth_secret password_key;
	bool prepare;		/* the question comes when a person has typed */
	bool record;		/* an EXCHANGE for each request */
};

/* The longest account and password that fit, in bytes with the NUL. */
#define GENAUTH_QUESTION_TEXT 1024

/* The longest time limit, in milliseconds. */
#define GENAUTH_QUESTION_TIMEOUT 3600000

struct genauth_question {
	char account[GENAUTH_QUESTION_TEXT];
	char password[GENAUTH_QUESTION_TEXT];
	char client_ip[64];	/* of the person, or "" */
	/* Of whom no second factor is demanded by this host, or "". */
	char grace[GENAUTH_SUB_SIZE];
	/* What the sub of the token must be, or "". */
	char sub[GENAUTH_SUB_SIZE];
	long long timeout_ms;	/* from now on */
};

/* Adds it to a message; check records->failed. */
void genauth_question_add_start(const struct genauth_start *start,
    const struct genauth_options *options, struct genauth_records *records);

/*
 * Reads what genauth_question_add_start has made; options hold the defaults.
 * The caller frees start->password_key and the options either way.  The
 * failure is INTERNAL: no such option, value or operation in this version.
 */
bool genauth_question_get_start(const struct genauth_records *records,
    struct genauth_start *start, struct genauth_options *options,
    struct genauth_failure *failure);

/* client_ip may be NULL. */
void genauth_question_add_login(const char *account, const char *password,
    const char *client_ip, long long timeout_ms,
    struct genauth_records *records);

/* Adds to that of whom no second factor is demanded; "": of everybody. */
void genauth_question_add_grace(const char *sub,
    struct genauth_records *records);

/* Adds what the sub of the id_token must be; "": it may be any. */
void genauth_question_add_sub(const char *sub,
    struct genauth_records *records);

/* false: malformed.  The caller wipes question either way. */
bool genauth_question_get_login(const struct genauth_records *records,
    struct genauth_question *question);

/* Of who has logged in: the helper has the rest. */
struct genauth_change {
	char password[GENAUTH_QUESTION_TEXT];	/* the new one */
	long long timeout_ms;			/* from now on */
};

void genauth_question_add_change(const char *password, long long timeout_ms,
    struct genauth_records *records);

/* false: malformed.  The caller wipes change either way. */
bool genauth_question_get_change(const struct genauth_records *records,
    struct genauth_change *change);

/* What a caller who is not root says; the rest is not his to say. */
struct genauth_call {
	char service[64];
	char user[257];
	char password[GENAUTH_QUESTION_TEXT];
	char rhost[256];	/* PAM_RHOST; "": none */
};

/* rhost: NULL for none. */
void genauth_question_add_call(const char *service, const char *user,
    const char *password, const char *rhost, struct genauth_records *records);

/* false: malformed.  The caller wipes call either way. */
bool genauth_question_get_call(const struct genauth_records *records,
    struct genauth_call *call);

struct genauth_inquiry {
	long long timeout_ms;	/* of each step */
	bool offline;		/* only what needs no network */
	/* The last one to take, from TLS on; 0: all that make sense. */
	enum genauth_step until;
};

void genauth_question_add_inquiry(const struct genauth_inquiry *inquiry,
    struct genauth_records *records);

/* false: malformed. */
bool genauth_question_get_inquiry(const struct genauth_records *records,
    struct genauth_inquiry *inquiry);

#endif
