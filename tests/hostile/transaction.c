/* SPDX-License-Identifier: BSD-2-Clause */
#include "transaction.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALLER 20001

static unsigned typing_ms;
static const char *password_path, *codes_path, *new_password;

/* How many codes this transaction has had. */
static _Thread_local unsigned code_count;

/* The nth of the words between tabs, or NULL; from malloc. */
static char *
word(const char *words, unsigned nth)
{
	for (; nth > 0; nth--) {
		words += strcspn(words, "\t");
		if (*words++ == '\0')
			return NULL;
	}
	return strndup(words, strcspn(words, "\t"));
}

static void
wait_for(const char *path)
{
	while (path != NULL && access(path, F_OK) != 0)
		usleep(1000);
}

static char *
reply_to(const struct pam_message *asked, const char *words)
{
	bool is_code = asked->msg_style == PAM_PROMPT_ECHO_ON;

	/* A module's socket there would get it. */
	dprintf(STDERR_FILENO, "%s\n", asked->msg);
	if (new_password != NULL && strcasestr(asked->msg, "new ") != NULL)
		return strdup(new_password);
	wait_for(is_code ? codes_path : password_path);
	return word(words, is_code ? ++code_count : 0);
}

static int
converse(int count, const struct pam_message **asked,
    struct pam_response **answered, void *data)
{
	struct pam_response *responses = calloc((size_t)count,
	    sizeof(*responses));

	if (responses == NULL)
		return PAM_BUF_ERR;
	usleep(typing_ms * 1000);
	for (int i = 0; i < count; i++)
		if ((asked[i]->msg_style == PAM_PROMPT_ECHO_OFF ||
		    asked[i]->msg_style == PAM_PROMPT_ECHO_ON) &&
		    (responses[i].resp = reply_to(asked[i], data)) == NULL) {
			free(responses);
			return PAM_CONV_ERR;
		}
	*answered = responses;
	return PAM_SUCCESS;
}

/* In place of the wait after a refusal. */
static void
no_delay(int code, unsigned microseconds, void *data)
{
	(void)code; (void)microseconds; (void)data;
}

int
transaction_begin(pam_handle_t **pamh, const char *service, const char *user,
    const char *password)
{
	/* libpam copies it, and does not write through the pointer. */
	struct pam_conv conversation = { converse, (void *)(size_t)password };
	union {
		void (*function)(int, unsigned, void *);
		const void *item;
	} delay = { .function = no_delay };
	int code;

	*pamh = NULL;
	code_count = 0;
	code = pam_start(service, user, &conversation, pamh);
	if (code != PAM_SUCCESS)
		return code;
	pam_set_item(*pamh, PAM_FAIL_DELAY, delay.item);
	return new_password != NULL ? pam_chauthtok(*pamh, 0) :
	    pam_authenticate(*pamh, 0);
}

void
transaction_change(const char *password)
{
	new_password = password;
	if (setresuid(CALLER, 0, 0) != 0) {
		perror("setresuid");
		exit(2);
	}
}

void
transaction_end(pam_handle_t *pamh, int code)
{
	if (pamh != NULL)
		pam_end(pamh, code);
}

int
transaction(const char *service, const char *user, const char *password)
{
	pam_handle_t *pamh;
	int code = transaction_begin(&pamh, service, user, password);

	transaction_end(pamh, code);
	return code;
}

void
transaction_type_slowly(unsigned milliseconds)
{
	typing_ms = milliseconds;
}

void
transaction_type_password_after(const char *path)
{
	password_path = path;
}

void
transaction_type_codes_after(const char *path)
{
	codes_path = path;
}

void
transaction_read_line(char *line, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (read(STDIN_FILENO, line + i, 1) != 1)
			break;
		if (line[i] == '\n') {
			line[i] = '\0';
			return;
		}
	}
	fprintf(stderr, "no line on standard input\n");
	exit(2);
}
