/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/landlock.h"

#include <linux/landlock.h>
#include <sys/syscall.h>

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

/* Of newer kernels than the headers may be; linux/landlock.h. */
#define ACCESS_FS_TRUNCATE (1ULL << 14)
#define ACCESS_FS_IOCTL_DEV (1ULL << 15)
#define ACCESS_NET_BIND_TCP (1ULL << 0)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

/* The struct landlock_ruleset_attr of these.  Older kernels want zeros. */
struct rules {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

/* All is handled, and nothing of it is allowed. */
static struct rules
rules_of(long version)
{
	struct rules rules = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE |
		    LANDLOCK_ACCESS_FS_WRITE_FILE |
		    LANDLOCK_ACCESS_FS_REMOVE_DIR |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE |
		    LANDLOCK_ACCESS_FS_MAKE_CHAR |
		    LANDLOCK_ACCESS_FS_MAKE_DIR |
		    LANDLOCK_ACCESS_FS_MAKE_REG |
		    LANDLOCK_ACCESS_FS_MAKE_SOCK |
		    LANDLOCK_ACCESS_FS_MAKE_FIFO |
		    LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		    LANDLOCK_ACCESS_FS_MAKE_SYM,
	};

	if (version >= 3)
		rules.handled_access_fs |= ACCESS_FS_TRUNCATE;
	if (version >= 4)
		rules.handled_access_net = ACCESS_NET_BIND_TCP;
	if (version >= 5)
		rules.handled_access_fs |= ACCESS_FS_IOCTL_DEV;
	if (version >= 6)
		rules.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
	return rules;
}

bool
genauth_landlock(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct rules rules = rules_of(version);
	long fd;
	int error;

	if (version < 1)
		return false;
	fd = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (fd < 0)
		return false;
	error = syscall(SYS_landlock_restrict_self, fd, 0) == 0 ? 0 : errno;
	close((int)fd);
	errno = error;
	return error == 0;
}
