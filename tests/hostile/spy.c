/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whoever loads this library, for LD_PRELOAD, LD_AUDIT, as an OpenSSL provider
 * or a gconv module, leaves an empty file "loaded-PROGRAM-UID" beside it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

unsigned la_version(unsigned version);

__attribute__((constructor)) static void
leave_mark(void)
{
	char path[4096];
	Dl_info self;
	int fd;

	if (dladdr((void *)(size_t)leave_mark, &self) == 0 ||
	    strrchr(self.dli_fname, '/') == NULL)
		return;
	snprintf(path, sizeof(path), "%.*s/loaded-%s-%d",
	    (int)(strrchr(self.dli_fname, '/') - self.dli_fname),
	    self.dli_fname, program_invocation_short_name, (int)geteuid());
	if ((fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) >= 0)
		close(fd);
}

/* An auditor without it is not loaded. */
__attribute__((visibility("default"))) unsigned
la_version(unsigned version)
{
	return version;
}
