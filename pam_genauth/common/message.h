/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h owns what travels between pam_genauth.so and genauth-signin: one
 * datagram of a SOCK_SEQPACKET socketpair is one message.  It begins with a
 * byte for the version and one for the kind; named values follow
 * (common/records.h), and open files may come with it (SCM_RIGHTS).
 *
 *     module → helper    START     question.h: operation, options, files
 *     helper → module    READY     version; at once.  At the socket also
 *                                  refused: why nobody is served, the end
 *     module → helper    LOGIN     question.h: account, password, …
 *     helper → module    EXCHANGE  json, one for each request, if asked for
 *     helper → module    ASK       prompt.h: the person is to be asked
 *     module → helper    REPLY     prompt.h; without a text: there is none
 *     helper → module    KEEP      password_key, which the cache is to hold
 *     helper → module    RESULT    answer.h
 *
 * A password is changed by a helper that has logged its owner in, and waits:
 *
 *     module → helper    CHANGE    question.h: the new password
 *     helper → module    TELL      remark.h: what GenAuth says to the person
 *     helper → module    RESULT    answer.h
 *
 * A caller at the socket who may not have options asks genauth-caller:
 *
 *     module → caller    CALL      question.h: service, user, password
 *     caller → module    READY, ASK, RESULT as above, of which the verdict
 *
 * genauthctl may ask another question:
 *
 *     ctl → helper       CHECK     question.h
 *     helper → ctl       FINDING   finding.h, one for each step
 *     helper → ctl       RESULT    never OK
 */
#ifndef GENAUTH_MESSAGE_H
#define GENAUTH_MESSAGE_H

#include "common/records.h"

struct sockaddr_un;

/* Of the first two bytes and all names: both sides must have the same. */
#define GENAUTH_MESSAGE_VERSION 3

enum genauth_message_kind {
	GENAUTH_MESSAGE_READY = 1,
	GENAUTH_MESSAGE_START,
	GENAUTH_MESSAGE_LOGIN,
	GENAUTH_MESSAGE_EXCHANGE,
	GENAUTH_MESSAGE_KEEP,
	GENAUTH_MESSAGE_RESULT,
	GENAUTH_MESSAGE_CHECK,
	GENAUTH_MESSAGE_FINDING,
	GENAUTH_MESSAGE_ASK,
	GENAUTH_MESSAGE_REPLY,
	GENAUTH_MESSAGE_CHANGE,
	GENAUTH_MESSAGE_TELL,
	GENAUTH_MESSAGE_CALL,
	GENAUTH_MESSAGE_LAST = GENAUTH_MESSAGE_CALL
};

/*
 * What is said where they have not: in front of what they differ in, if that is
 * known.  During an upgrade both are there for seconds.
 */
#define GENAUTH_MESSAGE_DIFFER "genauth-signin and pam_genauth.so differ in " \
	"version: log in again after the upgrade, or install both again"

/* The most open files of one message. */
#define GENAUTH_MESSAGE_FILES 8

/* One that was received; the holder calls genauth_message_free. */
struct genauth_message {
	enum genauth_message_kind kind;
	struct genauth_records records;
	int files[GENAUTH_MESSAGE_FILES];	/* its own, close-on-exec */
	size_t file_count;
};

/*
 * A connected pair, close-on-exec and above the standard descriptors; the
 * caller closes both.  To the first no files can be sent, where the kernel
 * can see to that.  false with errno set.
 */
bool genauth_message_pair(int pair[2]);

/* Where a socket of the host's is.  false with errno set: too long a path. */
bool genauth_message_set_address(const char *path,
    struct sockaddr_un *address);

/* To this one no files can be sent, where the kernel can see to that. */
void genauth_message_refuse_files(int fd);

/*
 * Sends without blocking and without SIGPIPE; the files stay the caller's.
 * false with errno set; EMSGSIZE also where the records have failed.
 */
bool genauth_message_send(int fd, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files,
    size_t file_count);

enum genauth_received {
	GENAUTH_RECEIVED,	/* a well-formed message */
	GENAUTH_RECEIVED_END,	/* the other side has closed */
	GENAUTH_RECEIVED_LATE,	/* the deadline has passed */
	GENAUTH_RECEIVED_OTHER,	/* the other side is of another version */
	GENAUTH_RECEIVED_BAD,	/* a system error or a malformed message */
};

/*
 * Waits for one message until the deadline (genauth_clock_ms), or for ever
 * when that is negative.  Files that come unless with_files make it malformed;
 * none is then opened.  The caller frees message whatever is returned.
 */
enum genauth_received genauth_message_receive(int fd, bool with_files,
    struct genauth_message *message, long long deadline);

/* Wipes and frees, and closes the files that are still there (not -1). */
void genauth_message_free(struct genauth_message *message);

#endif
