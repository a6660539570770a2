/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/paths.h"
#include "stack/modules.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* With an argument, unless that is NULL; the first row that fits counts. */
static const struct {
	const char *name, *argument;
	int code;
} steady[] = {
	{ "pam_permit.so", NULL, PAM_SUCCESS },
	{ "pam_deny.so", NULL, PAM_AUTH_ERR },
	{ "pam_echo.so", NULL, PAM_SUCCESS },
	{ "pam_env.so", NULL, PAM_IGNORE },
	{ "pam_faildelay.so", NULL, PAM_IGNORE },
	/* Of an account that is not locked. */
	{ "pam_faillock.so", "authfail", PAM_IGNORE },
	{ "pam_faillock.so", NULL, PAM_SUCCESS },
	{ "pam_group.so", NULL, PAM_IGNORE },
	{ "pam_issue.so", NULL, PAM_IGNORE },
	{ "pam_keyinit.so", NULL, PAM_IGNORE },
	{ "pam_mail.so", NULL, PAM_IGNORE },
	{ "pam_nologin.so", "successok", PAM_SUCCESS },
	{ "pam_nologin.so", NULL, PAM_IGNORE },
	/* Of whoever is not root. */
	{ "pam_rootok.so", NULL, PAM_AUTH_ERR },
	{ "pam_securetty.so", NULL, PAM_SUCCESS },
	{ "pam_selinux.so", NULL, PAM_AUTH_ERR },
	{ "pam_sepermit.so", NULL, PAM_IGNORE },
	{ "pam_shells.so", NULL, PAM_SUCCESS },
	{ "pam_warn.so", NULL, PAM_IGNORE },
};

/* What they answer when they have nothing against it, and when they have. */
static const struct {
	const char *name, *argument;
	int yes, no;
} gates[] = {
	{ "pam_access.so", NULL, PAM_SUCCESS, PAM_PERM_DENIED },
	{ "pam_cap.so", NULL, PAM_SUCCESS, PAM_IGNORE },
	{ "pam_exec.so", NULL, PAM_SUCCESS, PAM_SYSTEM_ERR },
	{ "pam_lastlog.so", NULL, PAM_SUCCESS, PAM_AUTH_ERR },
	{ "pam_listfile.so", NULL, PAM_SUCCESS, PAM_AUTH_ERR },
	{ "pam_localuser.so", NULL, PAM_SUCCESS, PAM_PERM_DENIED },
	{ "pam_rhosts.so", NULL, PAM_SUCCESS, PAM_AUTH_ERR },
	{ "pam_succeed_if.so", NULL, PAM_SUCCESS, PAM_AUTH_ERR },
	{ "pam_timestamp.so", NULL, PAM_SUCCESS, PAM_AUTH_ERR },
	{ "pam_usertype.so", NULL, PAM_SUCCESS, PAM_AUTH_ERR },
	{ "pam_wheel.so", "trust", PAM_SUCCESS, PAM_PERM_DENIED },
	{ "pam_wheel.so", NULL, PAM_IGNORE, PAM_PERM_DENIED },
};

static const char *const passwords[] = { "pam_fprintd.so", "pam_krb5.so",
    "pam_ldap.so", "pam_sss.so", "pam_systemd_home.so", "pam_userdb.so",
    "pam_winbind.so" };

static bool
is(const struct genauth_stack_line *line, const char *name,
    const char *argument)
{
	return genauth_stack_is(line, name) && (argument == NULL ||
	    genauth_stack_has(line, argument));
}

bool
genauth_modules_prepares(const struct genauth_stack_line *line)
{
	return is(line, GENAUTH_MODULE, "prepare");
}

size_t
genauth_modules_find_login(const struct genauth_stack *stack)
{
	size_t first = genauth_stack_find(stack, GENAUTH_MODULE, 0), i = first;

	while (i < stack->count && genauth_modules_prepares(&stack->lines[i]))
		i = genauth_stack_find(stack, GENAUTH_MODULE, i + 1);
	return i < stack->count ? i : first;
}

bool
genauth_modules_find(const struct genauth_stack_line *line,
    char path[GENAUTH_MODULES_PATH])
{
	if (line->module[0] == '/') {
		snprintf(path, GENAUTH_MODULES_PATH, "%s", line->module);
		return access(path, R_OK) == 0;
	}
	snprintf(path, GENAUTH_MODULES_PATH, "%s/%s",
	    genauth_paths.modules, line->module);
	if (access(path, R_OK) == 0)
		return true;
	snprintf(path, GENAUTH_MODULES_PATH, "%s/%s",
	    genauth_paths.system_modules, line->module);
	return access(path, R_OK) == 0;
}

/* What a module exports stands in it by name. */
bool
genauth_modules_has_auth(const struct genauth_stack_line *line)
{
	static const char function[] = "pam_sm_authenticate";
	char path[GENAUTH_MODULES_PATH];
	struct stat status;
	bool found = false;
	void *content;
	int fd;

	if (!genauth_modules_find(line, path) ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_size > 0) {
		content = mmap(NULL, (size_t)status.st_size, PROT_READ,
		    MAP_PRIVATE, fd, 0);
		if (content != MAP_FAILED) {
			found = memmem(content, (size_t)status.st_size,
			    function, sizeof(function)) != NULL;
			munmap(content, (size_t)status.st_size);
		}
	}
	close(fd);
	return found;
}

struct genauth_modules_answers
genauth_modules_ask(const struct genauth_stack_line *line)
{
	/* Whether that file is there has checks of its own. */
	if (genauth_modules_prepares(line))
		return (struct genauth_modules_answers){
		    GENAUTH_MODULES_PREPARE, PAM_AUTH_ERR, PAM_AUTH_ERR };
	if (genauth_stack_is(line, GENAUTH_MODULE))
		return (struct genauth_modules_answers){
		    GENAUTH_MODULES_GENAUTH, 0, 0 };
	if (!genauth_modules_has_auth(line))
		return (struct genauth_modules_answers){
		    GENAUTH_MODULES_STEADY, PAM_MODULE_UNKNOWN,
		    PAM_MODULE_UNKNOWN };
	if (genauth_stack_is(line, "pam_unix.so"))
		return (struct genauth_modules_answers){
		    GENAUTH_MODULES_UNIX, PAM_SUCCESS, PAM_AUTH_ERR };
	for (size_t i = 0; i < COUNT(passwords); i++)
		if (genauth_stack_is(line, passwords[i]))
			return (struct genauth_modules_answers){
			    GENAUTH_MODULES_PASSWORD, PAM_SUCCESS,
			    PAM_USER_UNKNOWN };
	for (size_t i = 0; i < COUNT(steady); i++)
		if (is(line, steady[i].name, steady[i].argument))
			return (struct genauth_modules_answers){
			    GENAUTH_MODULES_STEADY, steady[i].code,
			    steady[i].code };
	for (size_t i = 0; i < COUNT(gates); i++)
		if (is(line, gates[i].name, gates[i].argument))
			return (struct genauth_modules_answers){
			    GENAUTH_MODULES_GATE, gates[i].yes, gates[i].no };
	return (struct genauth_modules_answers){ GENAUTH_MODULES_UNKNOWN,
	    PAM_SUCCESS, PAM_AUTH_ERR };
}
