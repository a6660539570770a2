/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/context.h"

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/options_line.h"
#include "common/text.h"
#include "login/status.h"

/* Keeps the first error; the others wait until it is repaired. */
static void
keep_first(void *data, const char *text)
{
	struct genauth_failure *failure = data;

	if (failure->text[0] == '\0')
		genauth_failure_set(failure, GENAUTH_CONFIG, "%s", text);
}

static bool
read_options(struct genauth_context *context, int argc, const char **argv,
    struct genauth_failure *failure)
{
	if (!genauth_options_init(&context->options))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	failure->text[0] = '\0';
	return genauth_options_read_file(&context->options,
	    genauth_options_line_conf(argc, argv), context->service,
	    keep_first, failure) &&
	    genauth_options_line_read(&context->line, &context->options, argc,
	    argv, "pam.d line", keep_first, failure) &&
	    genauth_options_finish(&context->options, failure);
}

static bool
get_text_item(pam_handle_t *pamh, int item, const char **text)
{
	const void *value = NULL;

	*text = NULL;
	if (pam_get_item(pamh, item, &value) != PAM_SUCCESS)
		return false;
	*text = value;
	return true;
}

bool
genauth_context_open(struct genauth_context *context, pam_handle_t *pamh,
    int flags, int argc, const char **argv, struct genauth_failure *failure)
{
	int code;

	*context = (struct genauth_context){ .pamh = pamh,
	    .silent = (flags & PAM_SILENT) != 0 };
	if (!get_text_item(pamh, PAM_SERVICE, &context->service) ||
	    context->service == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "the host has not named its PAM service");
	if ((code = pam_get_user(pamh, &context->user, NULL)) != PAM_SUCCESS ||
	    context->user == NULL) {
		context->user = NULL;
		return genauth_failure_set(failure, GENAUTH_DENIED,
		    "no user name: %s", pam_strerror(pamh, code));
	}
	if (!get_text_item(pamh, PAM_RHOST, &context->rhost))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "PAM_RHOST cannot be read");
	if (context->rhost != NULL && context->rhost[0] == '\0')
		context->rhost = NULL;
	context->entry = pam_modutil_getpwnam(pamh, context->user);
	/* Last, so that the log line of a bad option names the user. */
	return read_options(context, argc, argv, failure);
}

void
genauth_context_close(struct genauth_context *context)
{
	genauth_options_free(&context->options);
}

void
genauth_context_debug(const struct genauth_context *context,
    const char *format, ...)
{
	char raw[512], text[512];
	va_list arguments;

	if (!context->line.debug)
		return;
	va_start(arguments, format);
	if (vsnprintf(raw, sizeof(raw), format, arguments) < 0)
		raw[0] = '\0';
	va_end(arguments);
	genauth_text_clean(text, sizeof(text), raw);
	pam_syslog(context->pamh, LOG_DEBUG, "%s", text);
}

/* Cleans a value for the log; one with a space in it would look like two. */
static const char *
log_word(const char *text, char *out, size_t size)
{
	if (text == NULL || text[0] == '\0')
		return "-";
	genauth_text_clean(out, size, text);
	for (char *p = out; *p != '\0'; p++)
		if (*p == ' ' || *p == '=')
			*p = '?';
	return out;
}

void
genauth_context_log(const struct genauth_context *context,
    const struct genauth_answer *answer, long long total_ms)
{
	bool known = context->entry != NULL;
	char service[64], user[128], rhost[256];

	pam_syslog(context->pamh, genauth_status_of(answer->verdict)->priority,
	    "verdict=%s service=%s user=%s rhost=%s http_status=%lld "
	    "status_code=%lld api_code=%lld request_id=%s dns_ms=%lld "
	    "connect_ms=%lld tls_ms=%lld wait_ms=%lld total_ms=%lld "
	    "reason=\"%s\"",
	    genauth_verdict_name(answer->verdict),
	    log_word(context->service, service, sizeof(service)),
	    log_word(known ? context->user : NULL, user, sizeof(user)),
	    log_word(context->rhost, rhost, sizeof(rhost)),
	    answer->http_status, answer->status_code, answer->api_code,
	    answer->request_id[0] != '\0' ? answer->request_id : "-",
	    answer->dns_ms, answer->connect_ms, answer->tls_ms,
	    answer->wait_ms, total_ms, answer->reason);
}

/* Whether the session will be another user's than the one who logs in. */
static bool
changes_user(const char *service)
{
	static const char *const services[] = { "su", "su-l", "su-rs", "sudo",
	    "sudo-i", "sudo-rs", "runuser", "runuser-l", "doas", "please",
	    "pkexec", "polkit-1", "systemd-run0" };

	if (getuid() != geteuid())
		return true;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (strcmp(service, services[i]) == 0)
			return true;
	return false;
}

bool
genauth_context_export(const struct genauth_context *context,
    const char *variable, const struct genauth_secret *token)
{
	struct genauth_secret setting = { 0 };
	size_t length = strlen(variable) + 1 + token->length + 1;
	int code = PAM_BUF_ERR;

	if (changes_user(context->service))
		return true;
	if ((setting.data = calloc(1, length)) != NULL) {
		setting.length = length;
		snprintf(setting.data, length, "%s=%s", variable, token->data);
		code = pam_putenv(context->pamh, setting.data);
	}
	genauth_secret_free(&setting);
	return code == PAM_SUCCESS;
}
