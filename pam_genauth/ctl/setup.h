/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.h owns what the steps of "genauthctl setup" share.
 */
#ifndef GENAUTH_SETUP_H
#define GENAUTH_SETUP_H

#include <stdbool.h>

#include "common/options.h"
#include "common/secret.h"
#include "ctl/arguments.h"

/* The exit status: where it ended. */
enum genauth_setup_status {
	GENAUTH_SETUP_DONE,
	GENAUTH_SETUP_BEGIN,	/* it could not begin */
	GENAUTH_SETUP_USAGE,
	GENAUTH_SETUP_ADDRESS,
	GENAUTH_SETUP_APP,	/* id and secret */
	GENAUTH_SETUP_METHOD,
	GENAUTH_SETUP_FILE,	/* genauth.conf was not written */
	GENAUTH_SETUP_CHECK,	/* "check" has found an error */
	GENAUTH_SETUP_LOGIN,	/* nobody was signed in */
	GENAUTH_SETUP_TRY,
};

/* The options that it sets, by where they stand in "values". */
enum genauth_setup_key {
	GENAUTH_SETUP_CA_FILE,
	GENAUTH_SETUP_HOST,
	GENAUTH_SETUP_ID,
	GENAUTH_SETUP_SECRET,
	GENAUTH_SETUP_SECRET_FILE,
	GENAUTH_SETUP_AUTH_METHOD,
	GENAUTH_SETUP_CONNECTION,
	GENAUTH_SETUP_KEYS
};

/* Room for a value. */
#define GENAUTH_SETUP_VALUE 1100

struct genauth_setup_value {
	bool is_new;		/* else genauth.conf says what holds */
	char text[GENAUTH_SETUP_VALUE];	/* "": not to be set */
};

struct genauth_setup {
	const struct genauth_arguments *arguments;
	const char *conf;
	bool asks;		/* there is a person at a terminal */
	bool is_there;		/* genauth.conf, when it began */
	bool is_distrusted;	/* a certificate was seen, and was not right */
	struct genauth_secret old;	/* that, or the example */
	struct genauth_options before;	/* what it says */
	struct genauth_setup_value values[GENAUTH_SETUP_KEYS];
};

/*
 * Begins with what genauth.conf says.  false: it has an error, or could not be
 * replaced by root; that has been said.  Close it either way.
 */
bool genauth_setup_open(struct genauth_setup *setup,
    const struct genauth_arguments *arguments);

void genauth_setup_close(struct genauth_setup *setup);

/* Which option of genauth.conf it is, and how that is called. */
enum genauth_option genauth_setup_option(enum genauth_setup_key key);
const char *genauth_setup_name(enum genauth_setup_key key);

/* Reads the example of a genauth.conf; empty if there is none. */
void genauth_setup_example(struct genauth_secret *text);

/* The most that genauth.conf may hold, in bytes. */
#define GENAUTH_SETUP_FILE_LIMIT 65536

#endif
