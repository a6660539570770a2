/* SPDX-License-Identifier: BSD-2-Clause */
/* What the module alone calls, and the one place where failing is harmless. */
#include "inject/inject.h"

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "login/cache.h"
#include "login/prepared.h"
#include "module/caller.h"

WRAP(int, socketpair, (int domain, int type, int protocol, int pair[2]),
    (domain, type, protocol, pair), -1, EMFILE)
WRAP(int, kill, (pid_t pid, int signal), (pid, signal), -1, EPERM)
WRAP(int, getrlimit, (__rlimit_resource_t resource, struct rlimit *limit),
    (resource, limit), -1, EINVAL)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, EROFS)
WRAP(int, futimens, (int fd, const struct timespec times[2]), (fd, times), -1,
    EROFS)
WRAP(int, flock, (int fd, int operation), (fd, operation), -1, EWOULDBLOCK)
WRAP(int, ftruncate, (int fd, off_t length), (fd, length), -1, EIO)
WRAP(int, rename, (const char *from, const char *to), (from, to), -1, EROFS)
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), -1, EPERM)
WRAP(ssize_t, write, (int fd, const void *data, size_t size),
    (fd, data, size), -1, ENOSPC)

WRAP(int, getgrnam_r, (const char *name, struct group *group, char *buffer,
    size_t size, struct group **result), (name, group, buffer, size, result),
    EIO, 0)
WRAP(int, getgrouplist, (const char *user, gid_t gid, gid_t *gids, int *count),
    (user, gid, gids, count), -1, ENOMEM)
WRAP(ssize_t, readlinkat, (int folder, const char *path, char *target,
    size_t size), (folder, path, target, size), -1, ENOMEM)

int __real_fstat(int fd, struct stat *status);
int __wrap_fstat(int fd, struct stat *status);

int
__wrap_fstat(int fd, struct stat *status)
{
	int result = __real_fstat(fd, status);

	if (inject_fails("fstat", S_ISSOCK(status->st_mode) ? "socket" : NULL,
	    EIO))
		return -1;
	return result;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);

int
__wrap_open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	if (inject_fails("open", NULL, EMFILE))
		return -1;
	return __real_open(path, flags, mode);
}

int
__wrap_openat(int folder, const char *path, int flags, ...)
{
	if (inject_fails("openat", NULL, ENFILE))
		return -1;
	return __real_openat(folder, path, flags);
}

#ifdef __GLIBC__
/* What openat is in a fortified build. */
int __real___openat_2(int folder, const char *path, int flags);
int __wrap___openat_2(int folder, const char *path, int flags);

int
__wrap___openat_2(int folder, const char *path, int flags)
{
	if (inject_fails("openat", NULL, ENFILE))
		return -1;
	return __real___openat_2(folder, path, flags);
}
#endif

WRAP(int, pam_get_user, (pam_handle_t *pamh, const char **user,
    const char *prompt), (pamh, user, prompt), PAM_CONV_ERR, 0)
WRAP(int, pam_set_item, (pam_handle_t *pamh, int item, const void *value),
    (pamh, item, value), PAM_BUF_ERR, 0)
WRAP(int, pam_putenv, (pam_handle_t *pamh, const char *setting),
    (pamh, setting), PAM_BUF_ERR, 0)
WRAP(int, pam_fail_delay, (pam_handle_t *pamh, unsigned microseconds),
    (pamh, microseconds), PAM_SYSTEM_ERR, 0)
WRAP(struct passwd *, pam_modutil_getpwnam, (pam_handle_t *pamh,
    const char *user), (pamh, user), NULL, ENOMEM)

int __real_pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *pamh, void *data, int status));
int __wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *pamh, void *data, int status));

int
__wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *pamh, void *data, int status))
{
	if (inject_fails("pam_set_data", data == NULL ? "end" : NULL, 0))
		return PAM_BUF_ERR;
	return __real_pam_set_data(pamh, name, data, cleanup);
}

WRAP(int, pam_get_data, (const pam_handle_t *pamh, const char *name,
    const void **data), (pamh, name, data), PAM_SYSTEM_ERR, 0)

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);
int __real_pam_get_item(const pam_handle_t *pamh, int item,
    const void **value);
int __wrap_pam_get_item(const pam_handle_t *pamh, int item,
    const void **value);
int __real_pam_prompt(pam_handle_t *pamh, int style, char **response,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
int __wrap_pam_prompt(pam_handle_t *pamh, int style, char **response,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void __real_pam_syslog(const pam_handle_t *pamh, int priority,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void __wrap_pam_syslog(const pam_handle_t *pamh, int priority,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

int
__wrap_fcntl(int fd, int command, ...)
{
	va_list arguments;
	int argument;

	va_start(arguments, command);
	argument = command == F_DUPFD_CLOEXEC ? va_arg(arguments, int) : 0;
	va_end(arguments);
	if (command == F_DUPFD_CLOEXEC && inject_fails("fcntl", NULL, EMFILE))
		return -1;
	return __real_fcntl(fd, command, argument);
}

/* What makes the keeper; what the keeper then calls is not the host's. */
long
__wrap_syscall(long number, ...)
{
	va_list arguments;
	long one, two, three;

	va_start(arguments, number);
	one = va_arg(arguments, long);
	two = va_arg(arguments, long);
	three = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_clone && one == 0 && inject_fails("syscall",
	    "clone", EAGAIN))
		return -1;
	if (number == SYS_clone)
		return __real_syscall(number, one, two, 0L, 0L, 0L);
	return __real_syscall(number, one, two, three);
}

/* With WNOHANG it cannot be interrupted. */
pid_t
__wrap_waitpid(pid_t pid, int *status, int options)
{
	if ((options & WNOHANG) != 0 ? inject_fails("waitpid", NULL, ECHILD) :
	    inject_fails_or_interrupts("waitpid", NULL, ECHILD))
		return -1;
	return __real_waitpid(pid, status, options);
}

int
__wrap_pam_get_item(const pam_handle_t *pamh, int item, const void **value)
{
	if (inject_fails("pam_get_item", item == PAM_AUTHTOK ? "PAM_AUTHTOK" :
	    item == PAM_OLDAUTHTOK ? "PAM_OLDAUTHTOK" :
	    item == PAM_RUSER ? "PAM_RUSER" : NULL, 0))
		return PAM_SYSTEM_ERR;
	return __real_pam_get_item(pamh, item, value);
}

int
__wrap_pam_prompt(pam_handle_t *pamh, int style, char **response,
    const char *format, ...)
{
	char text[1024];
	va_list arguments;

	if (inject_fails("pam_prompt", NULL, 0))
		return PAM_CONV_ERR;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return __real_pam_prompt(pamh, style, response, "%s", text);
}

void
__wrap_pam_syslog(const pam_handle_t *pamh, int priority, const char *format,
    ...)
{
	char text[2048];
	va_list arguments;

	if (inject_fails("pam_syslog", NULL, 0))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	__real_pam_syslog(pamh, priority, "%s", text);
}

/* ---- the cache of public keys ---- */

void __real_genauth_cache_load(const struct genauth_options *options,
    struct genauth_secret *key);
void __wrap_genauth_cache_load(const struct genauth_options *options,
    struct genauth_secret *key);
void __real_genauth_cache_update(const struct genauth_options *options,
    const struct genauth_answer *answer);
void __wrap_genauth_cache_update(const struct genauth_options *options,
    const struct genauth_answer *answer);

void
__wrap_genauth_cache_load(const struct genauth_options *options,
    struct genauth_secret *key)
{
	inject_enter("the key cache");
	__real_genauth_cache_load(options, key);
	inject_leave();
}

void
__wrap_genauth_cache_update(const struct genauth_options *options,
    const struct genauth_answer *answer)
{
	inject_enter("the key cache");
	__real_genauth_cache_update(options, answer);
	inject_leave();
}

/* What a user is kept from is no reason to refuse: all of it is one place. */
bool __real_genauth_caller_wait(struct timespec *turn);
bool __wrap_genauth_caller_wait(struct timespec *turn);
void __real_genauth_caller_succeeded(const struct timespec *turn);
void __wrap_genauth_caller_succeeded(const struct timespec *turn);
bool __real_genauth_caller_may_prepare(void);
bool __wrap_genauth_caller_may_prepare(void);

bool
__wrap_genauth_caller_wait(struct timespec *turn)
{
	bool turned;

	inject_enter("the caller's stamp");
	turned = __real_genauth_caller_wait(turn);
	inject_leave();
	return turned;
}

void
__wrap_genauth_caller_succeeded(const struct timespec *turn)
{
	inject_enter("the caller's stamp");
	__real_genauth_caller_succeeded(turn);
	inject_leave();
}

bool
__wrap_genauth_caller_may_prepare(void)
{
	bool may;

	inject_enter("the caller's stamp");
	may = __real_genauth_caller_may_prepare();
	inject_leave();
	return may;
}

bool __real_genauth_prepared_fits(const struct genauth_prepared *prepared,
    const char *user, const char *service, const struct genauth_start *start,
    const struct genauth_options *options);
bool __wrap_genauth_prepared_fits(const struct genauth_prepared *prepared,
    const char *user, const char *service, const struct genauth_start *start,
    const struct genauth_options *options);

bool
__wrap_genauth_prepared_fits(const struct genauth_prepared *prepared,
    const char *user, const char *service, const struct genauth_start *start,
    const struct genauth_options *options)
{
	bool fits;

	inject_enter("the look at what was prepared");
	fits = __real_genauth_prepared_fits(prepared, user, service, start,
	    options);
	inject_leave();
	return fits;
}

uid_t __wrap_getuid(void);

uid_t inject_caller;

uid_t
__wrap_getuid(void)
{
	return inject_caller;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags,
    const struct timespec *time, struct timespec *left);

/* Tests do not wait. */
int
__wrap_clock_nanosleep(clockid_t clock, int flags,
    const struct timespec *time, struct timespec *left)
{
	(void)clock;
	(void)flags;
	(void)time;
	(void)left;
	return inject_fails("clock_nanosleep", NULL, EINVAL) ? EINVAL : 0;
}
