/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PAM application that is unkind to its modules.
 *
 *     host [--pause] [--change] SERVICE USER [CONDITION ...]
 *
 * Takes the password, and the codes behind it, from standard input, and with
 * --change the new one from a line of its own, brings the conditions about
 * (conditions.c), logs in, and reports on what was standard output: "code N"
 * for the PAM code, and everything about itself before and after (snapshot.c).
 *
 * With --pause it says "authenticated" before pam_end and "ended" after it,
 * and each time goes on at the next line on standard input, so that its
 * memory can be looked at.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "conditions.h"
#include "snapshot.h"
#include "transaction.h"

/* Out of the way of the descriptors that a condition may close. */
#define REPORT_FD 10

static char before[65536], after[65536];

static void
report(const char *text, size_t length)
{
	ssize_t n;

	/* A timer's signal may interrupt it. */
	while (length > 0)
		if ((n = write(REPORT_FD, text, length)) > 0) {
			text += n;
			length -= (size_t)n;
		}
}

/* Takes the word off the command line. */
static bool
take_word(int *argc, char ***argv, const char *word)
{
	bool found = *argc > 0 && strcmp(**argv, word) == 0;

	*argv += found;
	*argc -= found;
	return found;
}

static void
pause_here(bool wanted, const char *where)
{
	char line[16];

	if (!wanted)
		return;
	report(where, strlen(where));
	transaction_read_line(line, sizeof(line));
}

int
main(int argc, char **argv)
{
	char password[512], new_password[512], line[32];
	bool pausing, changes;
	size_t before_length, after_length;
	pam_handle_t *pamh;
	int code, n;

	argv++;
	argc--;
	pausing = take_word(&argc, &argv, "--pause");
	changes = take_word(&argc, &argv, "--change");
	if (argc < 2 || dup3(STDOUT_FILENO, REPORT_FD, O_CLOEXEC) < 0)
		return 2;
	transaction_read_line(password, sizeof(password));
	if (changes) {
		transaction_read_line(new_password, sizeof(new_password));
		transaction_change(new_password);
	}
	/*
	 * The C library opens the log once and keeps it: now, not where a
	 * condition has closed a descriptor.
	 */
	syslog(LOG_INFO, "begins");
	for (int i = 2; i < argc; i++)
		conditions_apply(argv[i]);

	before_length = snapshot_take("before", before, sizeof(before));
	code = transaction_begin(&pamh, argv[0], argv[1], password);
	explicit_bzero(password, sizeof(password));
	explicit_bzero(new_password, sizeof(new_password));
	pause_here(pausing, "authenticated\n");
	transaction_end(pamh, code);
	after_length = snapshot_take("after", after, sizeof(after));
	syslog(LOG_INFO, "ends");
	pause_here(pausing, "ended\n");

	n = snprintf(line, sizeof(line), "code %d\n", code);
	report(line, (size_t)n);
	report(before, before_length);
	report(after, after_length);
	return 0;
}
