/* SPDX-License-Identifier: BSD-2-Clause */
#include "login/policy.h"

#include <pwd.h>
#include <stdbool.h>
#include <string.h>

#include "common/prompt.h"
#include "common/text.h"
#include "login/login.h"

/*
 * Letters, digits and "._-@+", not beginning with '-' or '+'; a '$' may end
 * it.  Everything else, such as quotes, control characters, '/' and '%', has
 * a meaning to somebody further down.
 */
static bool
is_plain_name(const char *user)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t length = strnlen(user, GENAUTH_POLICY_USER_LIMIT + 1);
	size_t plain = 0;

	if (length == 0 || length > GENAUTH_POLICY_USER_LIMIT ||
	    strchr(first, user[0]) == NULL)
		return false;
	while (plain < length && (strchr(first, user[plain]) != NULL ||
	    strchr(".-@+", user[plain]) != NULL))
		plain++;
	return plain == length ||
	    (plain == length - 1 && user[plain] == '$');
}

/*
 * As directories have them: "EXAMPLE\\jane doe", UTF-8.  Not what ends a field
 * of passwd, leads into another folder, or looks like an option.
 */
static bool
is_printable_name(const char *user)
{
	size_t length = strnlen(user, GENAUTH_POLICY_USER_LIMIT + 1);

	return length > 0 && length <= GENAUTH_POLICY_USER_LIMIT &&
	    strchr("-+", user[0]) == NULL && strpbrk(user, ":/") == NULL &&
	    genauth_text_is_utf8(user, length) &&
	    !genauth_text_has_control(user);
}

static bool
has_no_login_shell(const struct passwd *entry)
{
	const char *slash = strrchr(entry->pw_shell, '/');
	const char *name = slash != NULL ? slash + 1 : entry->pw_shell;

	return strcmp(name, "nologin") == 0 || strcmp(name, "false") == 0;
}

const char *
genauth_policy_refuses_user(const char *user, const struct passwd *entry,
    const struct genauth_options *options)
{
	if (!(options->user_names == GENAUTH_USER_NAMES_ANY ?
	    is_printable_name(user) : is_plain_name(user)))
		return "the user name has characters that are not served";
	if (entry == NULL)
		return "the user is not known to this host";
	if (entry->pw_uid == 0)
		return "uid 0 is never served";
	if ((long long)entry->pw_uid < options->min_uid)
		return "the uid is below min_uid";
	if (!options->allow_nologin && entry->pw_shell != NULL &&
	    has_no_login_shell(entry))
		return "the user has no login shell";
	return NULL;
}

/* openssh-portable auth-pam.c, fake_password: repeated and cut to length. */
static bool
is_filler(const char *password)
{
	static const char filler[] = "\b\n\r\177INCORRECT";

	for (size_t i = 0; password[i] != '\0'; i++)
		if (password[i] != filler[i % (sizeof(filler) - 1)])
			return false;
	return true;
}

const char *
genauth_policy_refuses_password(const char *password)
{
	size_t length = strnlen(password, GENAUTH_PASSWORD_LIMIT);

	if (length == 0)
		return "the password is empty";
	if (length >= GENAUTH_PASSWORD_LIMIT)
		return "the password is too long";
	if (is_filler(password))
		return "sshd refuses this user and sent a filler password";
	if (!genauth_text_is_utf8(password, length))
		return "the password is not UTF-8";
	return NULL;
}

const char *
genauth_policy_take_password(const struct genauth_person *person,
    struct genauth_failure *failure)
{
	const char *password = person->password(person->data, failure);
	const char *fault = password == NULL ? NULL :
	    genauth_policy_refuses_password(password);

	if (fault == NULL)
		return password;
	genauth_failure_set(failure, GENAUTH_DENIED, "%s", fault);
	return NULL;
}

/* Whether both are one and the same code, see genauth/code.c. */
static bool
is_same_code(const char *one, const char *other)
{
	for (;;) {
		one += strspn(one, " -");
		other += strspn(other, " -");
		if (*one != *other || *one == '\0')
			return *one == *other;
		one++;
		other++;
	}
}

const char *
genauth_policy_refuses_reply(const char *reply, const char *user,
    const char *password)
{
	size_t length = strnlen(reply, GENAUTH_PROMPT_REPLY);

	if (length == 0)
		return "no code was typed";
	if (length >= GENAUTH_PROMPT_REPLY)
		return "what was typed for a code is too long";
	if (is_same_code(reply, password))
		return "the application gave the password where a code was "
		    "asked for; it cannot ask for a second factor";
	/* As ngx_http_auth_pam does at each prompt with echo. */
	if (is_same_code(reply, user))
		return "the application gave the user's name where a code was "
		    "asked for; it cannot ask for a second factor";
	if (is_filler(reply))
		return "sshd refuses this user and sent a filler password";
	return NULL;
}

bool
genauth_policy_changes_user(const char *service)
{
	static const char *const services[] = { "su", "su-l", "su-rs", "sudo",
	    "sudo-i", "sudo-rs", "runuser", "runuser-l", "doas", "please",
	    "pkexec", "polkit-1", "systemd-run0" };

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (strcmp(service, services[i]) == 0)
			return true;
	return false;
}
