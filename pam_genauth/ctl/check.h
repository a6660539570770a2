/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h owns what the parts of "genauthctl check" share.
 */
#ifndef GENAUTH_CHECK_H
#define GENAUTH_CHECK_H

#include "common/finding.h"
#include "common/options.h"
#include "ctl/report.h"

struct genauth_check {
	struct genauth_report report;
	/* From the command line; NULL where it does not say. */
	const char *conf, *service, *sshd_config;
	const char *pam_dir;
	bool offline;
	/* For check_network: where to begin to tell, and to end; 0: nowhere. */
	enum genauth_step from, until;

	struct genauth_options options;
	const char *options_file;	/* while they are looked at */
	bool usable;		/* the options have no error */
	bool sshd_asks;		/* for a second factor */
	char password_line[4200];	/* the last that changes passwords */
	unsigned taken;		/* GENAUTH_BIT of each step */
};

/* Fills options and usable; each error is a finding. */
void genauth_check_options(struct genauth_check *check);

/*
 * Adds the errors that the options have only with the section of a service and
 * the arguments of its lines.
 */
void genauth_check_options_of(struct genauth_check *check,
    const char *service);

/*
 * Options that do less for a service than they seem to, for want of another
 * option or of the line in this session phase, which is looked at, too.
 */
struct genauth_stack;
void genauth_check_effect(struct genauth_check *check, const char *service,
    const struct genauth_options *options,
    const struct genauth_stack *session);

/* The sections of check->options_file that hold for no service of this host. */
void genauth_check_sections(struct genauth_check *check);

/*
 * What identity = required needs of logins with these options, and where it
 * refuses people whom nobody wanted to.  service "": of all.
 */
void genauth_check_identity(struct genauth_check *check, const char *service,
    const struct genauth_options *options);

/*
 * The names in allow_users and the other lists of these options, as far as they
 * are not those of check->options, which have been looked at.
 */
void genauth_check_lists(struct genauth_check *check,
    const struct genauth_options *options);

/*
 * account_map, and whether two local users have one account; only if the
 * options are not those of check->options.
 */
void genauth_check_accounts(struct genauth_check *check,
    const struct genauth_options *options);

/* The module, the helper and its user, the users of this host. */
void genauth_check_host(struct genauth_check *check);

/*
 * What a login needs of the system and the network: files, names, TCP, TLS,
 * clock, proxy, application, key.  genauth-signin looks, as in a login.
 */
void genauth_check_network(struct genauth_check *check);

/* Who has answered there, of the finding of TLS: the clock, and GenAuth. */
void genauth_check_reply(struct genauth_check *check,
    const struct genauth_finding *finding);

/* The stacks that name the module, and sshd_config if sshd's does. */
void genauth_check_stacks(struct genauth_check *check);

#endif
