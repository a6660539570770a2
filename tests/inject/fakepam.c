/* SPDX-License-Identifier: BSD-2-Clause */
#include "inject/fakepam.h"

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
pam_get_item(const pam_handle_t *pamh, int item, const void **value)
{
	*value = item == PAM_SERVICE ? pamh->service :
	    item == PAM_USER ? pamh->user :
	    item == PAM_RHOST ? pamh->rhost :
	    item == PAM_AUTHTOK ? pamh->authtok :
	    item == PAM_OLDAUTHTOK ? pamh->oldauthtok : NULL;
	return PAM_SUCCESS;
}

int
pam_set_item(pam_handle_t *pamh, int item, const void *value)
{
	char **place = item == PAM_AUTHTOK ? &pamh->authtok :
	    item == PAM_OLDAUTHTOK ? &pamh->oldauthtok : NULL;
	char *copy;

	if (place == NULL)
		return PAM_BAD_ITEM;
	if ((copy = strdup(value)) == NULL)
		return PAM_BUF_ERR;
	free(*place);
	*place = copy;
	return PAM_SUCCESS;
}

int
pam_get_user(pam_handle_t *pamh, const char **user, const char *prompt)
{
	(void)prompt;
	*user = pamh->user;
	return pamh->user != NULL ? PAM_SUCCESS : PAM_CONV_ERR;
}

/* The next of the codes; none behind the last one. */
static const char *
next_code(pam_handle_t *pamh)
{
	pamh->asked++;
	return pamh->codes != NULL && *pamh->codes != NULL ?
	    *pamh->codes++ : NULL;
}

int
pam_prompt(pam_handle_t *pamh, int style, char **response, const char *format,
    ...)
{
	const char *reply = pamh->reply;
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (style != PAM_PROMPT_ECHO_OFF && style != PAM_PROMPT_ECHO_ON) {
		pamh->messages++;
		return PAM_SUCCESS;
	}
	if (style == PAM_PROMPT_ECHO_ON)
		reply = next_code(pamh);
	else
		pamh->prompts++;
	if (style == PAM_PROMPT_ECHO_OFF && pamh->new_reply != NULL &&
	    strcasestr(text, "new ") != NULL)
		reply = pamh->new_reply;
	if (reply == NULL)
		return PAM_CONV_ERR;
	return (*response = strdup(reply)) != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

void
pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...)
{
	/* libpam promises not to change the handle; this one keeps notes. */
	pam_handle_t *notes = (pam_handle_t *)(uintptr_t)pamh;
	va_list arguments;

	(void)priority;
	if (notes->line_count == FAKEPAM_LINES)
		return;
	va_start(arguments, format);
	vsnprintf(notes->lines[notes->line_count++], sizeof(notes->lines[0]),
	    format, arguments);
	va_end(arguments);
}

/* No session begins here. */
const char *
pam_getenv(pam_handle_t *pamh, const char *name)
{
	(void)pamh; (void)name;
	return NULL;
}

int
pam_putenv(pam_handle_t *pamh, const char *setting)
{
	/* Without a value: takes the variable away. */
	if (strchr(setting, '=') == NULL) {
		pamh->environment_count -= pamh->environment_count > 0;
		return PAM_SUCCESS;
	}
	if (pamh->environment_count == FAKEPAM_LINES)
		return PAM_BUF_ERR;
	snprintf(pamh->environment[pamh->environment_count++],
	    sizeof(pamh->environment[0]), "%.60s", setting);
	return PAM_SUCCESS;
}

int
pam_fail_delay(pam_handle_t *pamh, unsigned microseconds)
{
	(void)microseconds;
	pamh->delays++;
	return PAM_SUCCESS;
}

const char *
pam_strerror(pam_handle_t *pamh, int code)
{
	(void)pamh;
	return code == PAM_CONV_ERR ? "Conversation error" : "another error";
}

struct passwd *
pam_modutil_getpwnam(pam_handle_t *pamh, const char *user)
{
	(void)user;
	return (struct passwd *)(uintptr_t)pamh->entry;
}

/* One piece is enough. */
int
pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *pamh, void *data, int status))
{
	(void)name;
	if (pamh->cleanup != NULL)
		pamh->cleanup(pamh, pamh->data, PAM_DATA_REPLACE);
	pamh->data = data;
	pamh->cleanup = cleanup;
	return PAM_SUCCESS;
}

int
pam_get_data(const pam_handle_t *pamh, const char *name, const void **data)
{
	(void)name;
	*data = pamh->data;
	return pamh->data != NULL ? PAM_SUCCESS : PAM_NO_MODULE_DATA;
}

void
fakepam_end(pam_handle_t *pamh)
{
	if (pamh->cleanup != NULL)
		pamh->cleanup(pamh, pamh->data, 0);
	free(pamh->authtok);
	free(pamh->oldauthtok);
	pamh->authtok = pamh->oldauthtok = NULL;
}
