/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/commands.h"
#include "ctl/request.h"
#include "trial/watch.h"

int
genauth_restore(int argc, char **argv)
{
	struct genauth_request request;
	int status = genauth_request_take(&request, argc, argv,
	    GENAUTH_REQUEST_RESTORE);

	if (status >= 0)
		return status;
	if (request.wait) {
		genauth_watch(request.state_dir);
		return 0;
	}
	return genauth_request_end_overdue(request.state_dir) ? 0 : 1;
}
