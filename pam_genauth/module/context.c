/* SPDX-License-Identifier: BSD-2-Clause */
#include "module/context.h"

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/options_line.h"
#include "common/paths.h"
#include "common/text.h"
#include "login/call.h"
#include "login/policy.h"
#include "login/status.h"
#include "module/caller.h"

/* What only the whole shows is no line's fault; its file is named. */
static bool
finish_options(struct genauth_context *context, const char *file,
    struct genauth_failure *failure)
{
	struct genauth_failure found;

	return genauth_options_finish(&context->options, &found) ||
	    genauth_failure_set(failure, found.verdict, "%s: %s", file,
	    found.text);
}

/*
 * A host without the rights to the file, such as a screen locker; where there
 * is no socket, what is wrong is the file.
 */
static bool
must_call(const char *file)
{
	return geteuid() != 0 &&
	    strcmp(file, genauth_paths.options_file) == 0 &&
	    faccessat(AT_FDCWD, file, R_OK, AT_EACCESS) != 0 &&
	    errno == EACCES && genauth_call_is_possible();
}

/*
 * For who must call: those of the file hold, which another reads.  One on the
 * line would be heard by nobody, and may be what keeps people out.
 */
static bool
read_line_alone(struct genauth_context *context, int argc, const char **argv,
    struct genauth_failure *failure)
{
	for (int i = 0; i < argc; i++)
		if (!genauth_options_line_is_heard(argv[i]))
			return genauth_failure_set(failure, GENAUTH_CONFIG,
			    "pam.d line: %.*s is not heard at the socket: "
			    "write it into genauth.conf, section [%s]",
			    (int)strcspn(argv[i], "="), argv[i],
			    context->service);
	return genauth_options_line_read(&context->line, &context->options,
	    argc, argv, "pam.d line", genauth_failure_keep_first, failure);
}

static bool
read_options(struct genauth_context *context, int argc, const char **argv,
    struct genauth_failure *failure)
{
	const char *file = genauth_options_line_conf(argc, argv);

	if (!genauth_options_init(&context->options))
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	failure->text[0] = '\0';
	context->calls = must_call(file);
	if (context->calls)
		return read_line_alone(context, argc, argv, failure);
	return genauth_options_read_file(&context->options, file,
	    context->service, genauth_failure_keep_first, failure) &&
	    genauth_options_line_read(&context->line, &context->options, argc,
	    argv, "pam.d line", genauth_failure_keep_first, failure) &&
	    finish_options(context, file, failure);
}

/* A copy of an item; NULL where it is not set or empty. */
static bool
copy_item(pam_handle_t *pamh, int item, const char *name, char **copy,
    struct genauth_failure *failure)
{
	const void *value = NULL;

	if (pam_get_item(pamh, item, &value) != PAM_SUCCESS)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "%s cannot be read", name);
	if (value != NULL && *(const char *)value != '\0' &&
	    (*copy = strdup(value)) == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	return true;
}

static bool
has_user(pam_handle_t *pamh)
{
	const void *user = NULL;

	return pam_get_item(pamh, PAM_USER, &user) == PAM_SUCCESS &&
	    user != NULL;
}

/* The host's user, who is asked for the name if the host has none. */
static bool
find_user(struct genauth_context *context, bool asks,
    struct genauth_failure *failure)
{
	const char *user = NULL;
	int code;

	if (!asks && !has_user(context->pamh))
		return genauth_failure_set(failure, GENAUTH_DENIED,
		    "the user is not known yet");
	code = pam_get_user(context->pamh, &user, NULL);
	if (code != PAM_SUCCESS || user == NULL)
		return genauth_failure_set(failure, GENAUTH_DENIED,
		    "no user name: %s", pam_strerror(context->pamh, code));
	if ((context->user = strdup(user)) == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "out of memory");
	context->entry = pam_modutil_getpwnam(context->pamh, context->user);
	return true;
}

/* Whether the session will be another user's than the one who logs in. */
static bool
changes_user(const struct genauth_context *context)
{
	const void *caller = NULL;

	if (getuid() != geteuid())
		return true;
	/* Whose name su, sudo and their kin give, whatever they are called. */
	if (pam_get_item(context->pamh, PAM_RUSER, &caller) != PAM_SUCCESS ||
	    (caller != NULL && strcmp(caller, context->user) != 0))
		return true;
	return genauth_policy_changes_user(context->service);
}

/* Who is given no token has none to be handed over, or kept. */
static void
settle_tokens(struct genauth_context *context)
{
	context->changes_user = changes_user(context);
	if (context->changes_user)
		context->options.export_tokens =
		    GENAUTH_BIT(GENAUTH_EXPORT_NONE);
}

bool
genauth_context_open(struct genauth_context *context, pam_handle_t *pamh,
    int flags, int argc, const char **argv, struct genauth_failure *failure)
{
	*context = (struct genauth_context){ .pamh = pamh, .flags = flags,
	    .line.debug = genauth_options_line_has(argc, argv, "debug") };
	if (!copy_item(pamh, PAM_SERVICE, "PAM_SERVICE", &context->service,
	    failure))
		return false;
	if (context->service == NULL)
		return genauth_failure_set(failure, GENAUTH_INTERNAL,
		    "the host has not named its PAM service");
	/* The options last, so that the log line of a bad one names the user. */
	if (!find_user(context, !genauth_options_line_has(argc, argv,
	    "prepare"), failure) || !copy_item(pamh, PAM_RHOST, "PAM_RHOST",
	    &context->rhost, failure) || !read_options(context, argc, argv,
	    failure))
		return false;
	settle_tokens(context);
	return true;
}

void
genauth_context_close(struct genauth_context *context)
{
	genauth_options_free(&context->options);
	free(context->service);
	free(context->user);
	free(context->rhost);
}

bool
genauth_context_is_same_user(const struct genauth_context *context)
{
	const void *user = NULL;

	return pam_get_item(context->pamh, PAM_USER, &user) == PAM_SUCCESS &&
	    user != NULL && strcmp(user, context->user) == 0;
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

void
genauth_context_log_attempt(const struct genauth_context *context,
    const char *what)
{
	char service[64], user[128];

	pam_syslog(context->pamh, LOG_NOTICE, "%s service=%s user=%s "
	    "caller_uid=%u", what,
	    genauth_text_word(context->service, service, sizeof(service)),
	    genauth_text_word(context->user, user, sizeof(user)),
	    (unsigned)getuid());
}

void
genauth_context_log_ask(const struct genauth_context *context, bool again)
{
	char service[64], user[128], rhost[256];

	pam_syslog(context->pamh, LOG_NOTICE, "%s service=%s user=%s rhost=%s",
	    again ? "second factor refused, asking again" :
	    "asking for a second factor",
	    genauth_text_word(context->service, service, sizeof(service)),
	    genauth_text_word(context->user, user, sizeof(user)),
	    genauth_text_word(context->rhost, rhost, sizeof(rhost)));
}

/* LOG_CRIT is not for what an ordinary user brings about. */
static int
priority_of(enum genauth_verdict verdict)
{
	int priority = genauth_status_of(verdict)->priority;

	return priority == LOG_CRIT && genauth_caller_is_user() ?
	    LOG_WARNING : priority;
}

/* Two more words of a login with identity = required, else none. */
static const char *
log_identity(const struct genauth_context *context,
    const struct genauth_answer *answer, char *out, size_t size)
{
	if (context->options.identity != GENAUTH_IDENTITY_REQUIRED ||
	    answer->holds != GENAUTH_HOLDS_UNASKED)
		return "";
	snprintf(out, size, "identity=%s sub=%s ", answer->proven != 0 ?
	    "proven" : "unproven", answer->sub[0] != '\0' ? answer->sub : "-");
	return out;
}

/* " name=value", or nothing. */
static const char *
log_codes(const char *name, const char *codes, char *out, size_t size)
{
	out[0] = '\0';
	if (codes[0] != '\0')
		snprintf(out, size, " %s=%s", name, codes);
	return out;
}

void
genauth_context_log(const struct genauth_context *context,
    const struct genauth_answer *answer)
{
	bool known = context->entry != NULL;
	char service[64], user[128], rhost[256], identity[128];
	char roles[GENAUTH_CODES_SIZE + 16], groups[GENAUTH_CODES_SIZE + 16];
	char holds[32];
	const char *factor = answer->factor != GENAUTH_FACTOR_NONE ?
	    genauth_factor_name(answer->factor) : NULL;

	pam_syslog(context->pamh, priority_of(answer->verdict),
	    "verdict=%s service=%s user=%s rhost=%s http_status=%lld "
	    "status_code=%lld api_code=%lld request_id=%s%s%s%s%s%s "
	    "dns_ms=%lld connect_ms=%lld tls_ms=%lld wait_ms=%lld "
	    "total_ms=%lld %sreason=\"%s\"",
	    genauth_verdict_name(answer->verdict),
	    genauth_text_word(context->service, service, sizeof(service)),
	    genauth_text_word(known ? context->user : NULL, user, sizeof(user)),
	    genauth_text_word(context->rhost, rhost, sizeof(rhost)),
	    answer->http_status, answer->status_code, answer->api_code,
	    answer->request_id[0] != '\0' ? answer->request_id : "-",
	    factor != NULL ? " factor=" : "", factor != NULL ? factor : "",
	    log_codes("holds", answer->holds != GENAUTH_HOLDS_UNASKED ?
	    genauth_holds_name(answer->holds) : "", holds, sizeof(holds)),
	    log_codes("roles", answer->roles, roles, sizeof(roles)),
	    log_codes("groups", answer->groups, groups, sizeof(groups)),
	    answer->dns_ms, answer->connect_ms, answer->tls_ms,
	    answer->wait_ms, answer->total_ms, log_identity(context, answer,
	    identity, sizeof(identity)), answer->reason);
	if (answer->weaker[0] != '\0')
		pam_syslog(context->pamh, LOG_NOTICE, "genauth-signin is less "
		    "confined than it should be: %s", answer->weaker);
}
