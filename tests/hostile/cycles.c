/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One long-lived host with very many transactions, as a display manager or a
 * database is.
 *
 *     cycles SERVICE CYCLES REFUSED-USER SERVED-USER EVERY
 *
 * REFUSED-USER is one the module turns away at once; each EVERYth transaction
 * is a login of SERVED-USER with the password on standard input.  Prints a
 * line after the first tenth and one at the end:
 *
 *     cycle N rss KIB descriptors N mapped 0|1 served N refused N
 *
 * served and refused count those that ended as they should; mapped says
 * whether the module is still in memory after pam_end.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transaction.h"

static int
count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	while (folder != NULL && readdir(folder) != NULL)
		count++;
	if (folder != NULL)
		closedir(folder);
	return count;
}

static long
resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long all = 0, resident = 0;

	if (file == NULL || fscanf(file, "%ld %ld", &all, &resident) != 2)
		exit(2);
	fclose(file);
	return resident * sysconf(_SC_PAGESIZE) / 1024;
}

static bool
is_mapped(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	bool found = false;
	char line[1024];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strstr(line, "pam_genauth.so") != NULL)
			found = true;
	if (file != NULL)
		fclose(file);
	return found;
}

int
main(int argc, char **argv)
{
	int cycles = argc == 6 ? atoi(argv[2]) : 0;
	int every = argc == 6 ? atoi(argv[5]) : 0;
	int served = 0, refused = 0;
	char password[512];

	if (cycles < 10 || every < 1)
		return 2;
	transaction_read_line(password, sizeof(password));
	for (int i = 1; i <= cycles; i++) {
		bool login = i % every == 0;
		int code = transaction(argv[1], argv[login ? 4 : 3], password);

		served += login && code == PAM_SUCCESS;
		refused += !login && code == PAM_USER_UNKNOWN;
		if (i == cycles / 10 || i == cycles)
			printf("cycle %d rss %ld descriptors %d mapped %d "
			    "served %d refused %d\n", i, resident_kib(),
			    count_descriptors(), is_mapped(), served, refused);
	}
	return 0;
}
