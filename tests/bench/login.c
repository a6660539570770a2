/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs in through libpam and says what it cost.
 *
 *     login [-n LOGINS] [-j AT-ONCE] [-t TYPING-MS] [-a] USER PASSWORD SERVICE
 *     login [-n LOGINS] [-j AT-ONCE] -x PROGRAM [ARGUMENT ...]
 *
 * Each login has a process of its own, in which nothing but libpam is loaded
 * yet.  -a runs the account phase in place of the login; -x a program in place
 * of libpam.  Prints the microseconds that all took, and a line for each:
 *
 *     CODE WALL-US LIFE-US CPU-US FAULTS HOST-KIB CHILD-KIB
 *
 * WALL is from before pam_start until after pam_end; with -t, from the answer
 * to the prompt until pam_authenticate returns.  LIFE is that of the process,
 * which also waits for its turn.  CPU and FAULTS, processor time and page
 * faults, are those of the process and of all it waited for; HOST-KIB is the
 * most memory it had, CHILD-KIB the most that one of its children had.
 */
#include <security/pam_appl.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct task {
	const char *user, *password, *service;
	char **program;
	bool account;
	long typing_ms;
};

struct cost {
	pid_t pid;
	int code;
	long long began, life_us, wall_us, cpu_us;
	long faults, host_kib, child_kib;
};

static const struct task *task;
static long long entered;

static long long
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static int
converse(int count, const struct pam_message **asked,
    struct pam_response **answered, void *data)
{
	struct pam_response *responses = calloc((size_t)count,
	    sizeof(*responses));

	(void)data;
	if (responses == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++)
		if (asked[i]->msg_style == PAM_PROMPT_ECHO_OFF) {
			usleep((useconds_t)task->typing_ms * 1000);
			responses[i].resp = strdup(task->password);
		}
	*answered = responses;
	entered = now_us();
	return PAM_SUCCESS;
}

static int
transact(long long *wall_us)
{
	struct pam_conv conversation = { converse, NULL };
	long long start = now_us(), verdict;
	pam_handle_t *pamh;
	int code = pam_start(task->service, task->user, &conversation, &pamh);

	if (code != PAM_SUCCESS)
		return code;
	code = task->account ? pam_acct_mgmt(pamh, 0) :
	    pam_authenticate(pamh, 0);
	verdict = now_us();
	pam_end(pamh, code);
	*wall_us = task->typing_ms > 0 ? verdict - entered : now_us() - start;
	return code;
}

static int
run_program(long long *wall_us)
{
	long long start = now_us();
	int status = -1;
	pid_t pid;

	if (posix_spawn(&pid, task->program[0], NULL, NULL, task->program,
	    environ) == 0)
		waitpid(pid, &status, 0);
	*wall_us = now_us() - start;
	return status;
}

/*
 * Not ru_maxrss, which also counts what the process was before it became this
 * one.
 */
static long
peak_kib(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long kib = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return kib;
}

static void
start(struct cost *cost)
{
	struct rusage children;
	pid_t pid;

	cost->began = now_us();
	pid = fork();
	if (pid != 0) {
		/* The memory is the child's too, which must not write here. */
		cost->pid = pid;
		return;
	}
	cost->code = task->program != NULL ? run_program(&cost->wall_us) :
	    transact(&cost->wall_us);
	cost->host_kib = peak_kib();
	getrusage(RUSAGE_CHILDREN, &children);
	cost->child_kib = children.ru_maxrss;
	_exit(0);
}

static long long
us(struct timeval time)
{
	return time.tv_sec * 1000000LL + time.tv_usec;
}

/* One that has ended; the processor time of its own children is in it. */
static void
finish_one(struct cost *costs, int count)
{
	struct rusage usage;
	int status;
	pid_t pid = wait4(-1, &status, 0, &usage);

	for (int i = 0; i < count; i++)
		if (costs[i].pid == pid) {
			costs[i].life_us = now_us() - costs[i].began;
			costs[i].cpu_us = us(usage.ru_utime) +
			    us(usage.ru_stime);
			costs[i].faults = usage.ru_minflt + usage.ru_majflt;
			if (status != 0)
				costs[i].code = -1;
		}
}

static void
log_in(struct cost *costs, int count, int at_once)
{
	int started = 0;

	while (started < count) {
		start(&costs[started++]);
		if (started >= at_once)
			finish_one(costs, started);
	}
	for (int left = at_once - 1; left > 0; left--)
		finish_one(costs, started);
}

static bool
parse(int argc, char **argv, struct task *parsed, int *count, int *at_once)
{
	bool program = false;
	int option;

	while ((option = getopt(argc, argv, "+n:j:t:ax")) != -1)
		switch (option) {
		case 'n': *count = atoi(optarg); break;
		case 'j': *at_once = atoi(optarg); break;
		case 't': parsed->typing_ms = atol(optarg); break;
		case 'a': parsed->account = true; break;
		case 'x': program = true; break;
		default: return false;
		}
	argv += optind;
	argc -= optind;
	if (program) {
		parsed->program = argv;
	} else if (argc == 3) {
		parsed->user = argv[0];
		parsed->password = argv[1];
		parsed->service = argv[2];
	}
	return argc > 0 && (program || argc == 3) && *at_once > 0 &&
	    *count >= *at_once;
}

int
main(int argc, char **argv)
{
	struct task parsed = { 0 };
	int count = 1, at_once = 1;
	struct cost *costs;
	long long began;

	if (!parse(argc, argv, &parsed, &count, &at_once))
		return 2;
	task = &parsed;
	costs = mmap(NULL, (size_t)count * sizeof(*costs),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (costs == MAP_FAILED)
		return 1;

	began = now_us();
	log_in(costs, count, at_once);
	printf("%lld\n", now_us() - began);
	for (int i = 0; i < count; i++)
		printf("%d %lld %lld %lld %ld %ld %ld\n", costs[i].code,
		    costs[i].wall_us, costs[i].life_us, costs[i].cpu_us,
		    costs[i].faults, costs[i].host_kib, costs[i].child_kib);
	return 0;
}
