/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many logins in the threads of one process, while another thread forks and
 * waits for its own children.
 *
 *     crowd SERVICE THREADS LOGINS [thief] USER CODE ...
 *
 * Every thread logs in LOGINS times, taking the users in turn; the password is
 * the line on standard input, CODE the PAM code that this user must get.  With
 * "thief" the forking thread takes every child that has ended, whosoever it
 * is.  Prints each code that was another, and then "ok N", the number of those
 * that were right.
 */
#include <sys/wait.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transaction.h"

#define THREAD_LIMIT 64

static const char *service;
static char password[512];
static char **users;	/* name, code, name, code ... */
static int user_count, login_count;
static bool thief;
static atomic_bool over;
static atomic_int right;

static void *
log_in(void *data)
{
	int thread = *(int *)data;

	for (int i = 0; i < login_count; i++) {
		char **user = users + (thread + i) % user_count * 2;
		int code = transaction(service, user[0], password);

		if (code == atoi(user[1]))
			atomic_fetch_add(&right, 1);
		else
			printf("%s: %d\n", user[0], code);
	}
	return NULL;
}

static void *
fork_and_wait(void *data)
{
	while (!over) {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		if (thief)
			while (waitpid(-1, NULL, WNOHANG) >= 0 && !over)
				usleep(500);
		else if (child > 0 && waitpid(child, NULL, 0) != child)
			printf("somebody took a child of the host\n");
		usleep(500);
	}
	return data;
}

int
main(int argc, char **argv)
{
	pthread_t threads[THREAD_LIMIT], forker;
	int numbers[THREAD_LIMIT], thread_count;

	if (argc < 6)
		return 2;
	service = argv[1];
	thread_count = atoi(argv[2]);
	login_count = atoi(argv[3]);
	thief = strcmp(argv[4], "thief") == 0;
	users = argv + (thief ? 5 : 4);
	user_count = (argc - (thief ? 5 : 4)) / 2;
	if (thread_count > THREAD_LIMIT || user_count < 1)
		return 2;
	transaction_read_line(password, sizeof(password));

	pthread_create(&forker, NULL, fork_and_wait, NULL);
	for (int i = 0; i < thread_count; i++) {
		numbers[i] = i;
		pthread_create(&threads[i], NULL, log_in, &numbers[i]);
	}
	for (int i = 0; i < thread_count; i++)
		pthread_join(threads[i], NULL);
	over = true;
	pthread_join(forker, NULL);
	printf("ok %d\n", right);
	return 0;
}
