/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PAM application for the tests: real libpam over a folder of service files
 * (pam_start_confdir), scripted answers, and everything that happened as one
 * JSON object on standard output.
 *
 * It stands in for the parts of a host that a test must not touch: users come
 * from --passwd and groups from --group instead of NSS, and syslog lines end up
 * in the output.
 */
#include <security/pam_appl.h>

#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <locale.h>
#include <json-c/json.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

static const char *passwd_file, *group_file;
static int group_error;		/* what NSS answers instead */
static bool lacks_groups;	/* of users: the directory is away */
static struct json_object *log_lines, *prompts, *echoed, *messages, *delays;

/* ---- what libpam and modules would take from the C library ---- */

#pragma GCC visibility push(default)

/* A macro of the fortified headers. */
#undef syslog

int getpwnam_r(const char *, struct passwd *, char *, size_t,
    struct passwd **);
int getgrnam_r(const char *, struct group *, char *, size_t, struct group **);
int getgrouplist(const char *, gid_t, gid_t *, int *);
void __syslog_chk(int, int, const char *, ...)
    __attribute__((format(printf, 3, 4)));

int
getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
    struct passwd **result)
{
	FILE *file = passwd_file == NULL ? NULL : fopen(passwd_file, "r");
	struct passwd *found;

	*result = NULL;
	if (file == NULL)
		return ENOENT;
	while (fgetpwent_r(file, entry, buffer, size, &found) == 0)
		/* As where users are those of Active Directory. */
		if (strcasecmp(found->pw_name, name) == 0) {
			*result = found;
			break;
		}
	fclose(file);
	return 0;
}

int
getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size,
    struct group **result)
{
	FILE *file = group_file == NULL ? NULL : fopen(group_file, "r");
	struct group *found;
	int error = ENOENT;

	*result = NULL;
	if (file == NULL || group_error != 0) {
		error = group_error;
	} else {
		while ((error = fgetgrent_r(file, entry, buffer, size,
		    &found)) == 0)
			if (strcmp(found->gr_name, name) == 0) {
				*result = found;
				break;
			}
		if (error == ENOENT)
			error = 0;
	}
	if (file != NULL)
		fclose(file);
	return error;
}

static bool
names_user(const struct group *group, const char *user)
{
	for (char **name = group->gr_mem; *name != NULL; name++)
		if (strcmp(*name, user) == 0)
			return true;
	return false;
}

int
getgrouplist(const char *user, gid_t gid, gid_t *gids, int *count)
{
	FILE *file = group_file == NULL || lacks_groups ? NULL :
	    fopen(group_file, "r");
	struct group *group;
	int found = 0, room = *count;

	if (found++ < room)
		gids[0] = gid;
	while (file != NULL && (group = fgetgrent(file)) != NULL)
		if (group->gr_gid != gid && names_user(group, user) &&
		    found++ < room)
			gids[found - 1] = group->gr_gid;
	if (file != NULL)
		fclose(file);
	*count = found;
	return found > room ? -1 : found;
}

__attribute__((format(printf, 2, 0))) static void
keep_line(int priority, const char *format, va_list arguments)
{
	struct json_object *line = json_object_new_object();
	char text[8192];

	vsnprintf(text, sizeof(text), format, arguments);
	json_object_object_add(line, "priority",
	    json_object_new_int(LOG_PRI(priority)));
	json_object_object_add(line, "facility",
	    json_object_new_int(priority & LOG_FACMASK));
	json_object_object_add(line, "text", json_object_new_string(text));
	json_object_array_add(log_lines, line);
}

#define KEEP_LINE() do { \
		va_list arguments; \
		va_start(arguments, format); \
		keep_line(priority, format, arguments); \
		va_end(arguments); \
	} while (0)

void
syslog(int priority, const char *format, ...)
{
	KEEP_LINE();
}

void
__syslog_chk(int priority, int flag, const char *format, ...)
{
	(void)flag;
	KEEP_LINE();
}

#pragma GCC visibility pop

/* ---- the conversation ---- */

struct script {
	const char *replies[64];
	size_t count, next;
	bool from_stdin;	/* replies are lines there: not in argv */
	bool null_reply;	/* succeed without a reply */
	bool fail;		/* fail when a prompt comes */
	long pause_ms;		/* "typing" */
	pam_handle_t *pamh;
	const char *becomes;	/* PAM_USER from a prompt on */
	size_t becomes_at;	/* from which; the first is 0 */
	const char *authtok;	/* PAM_AUTHTOK from the first code on */
};

static char *
read_line(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length = getline(&line, &size, stdin);

	if (length > 0 && line[length - 1] == '\n')
		line[length - 1] = '\0';
	if (length < 0) {
		free(line);
		line = NULL;
	}
	return line;
}

static char *
take_reply(struct script *script, const struct pam_message *asked)
{
	struct timespec pause = { script->pause_ms / 1000,
	    script->pause_ms % 1000 * 1000000 };

	json_object_array_add(prompts, json_object_new_string(asked->msg));
	json_object_array_add(echoed, json_object_new_boolean(
	    asked->msg_style == PAM_PROMPT_ECHO_ON));
	nanosleep(&pause, NULL);
	if (script->becomes != NULL &&
	    json_object_array_length(prompts) > script->becomes_at)
		pam_set_item(script->pamh, PAM_USER, script->becomes);
	if (script->authtok != NULL &&
	    asked->msg_style == PAM_PROMPT_ECHO_ON)
		pam_set_item(script->pamh, PAM_AUTHTOK, script->authtok);
	if (script->from_stdin)
		return read_line();
	if (script->next >= script->count)
		return NULL;
	return strdup(script->replies[script->next++]);
}

static int
converse(int count, const struct pam_message **asked,
    struct pam_response **answered, void *data)
{
	struct script *script = data;
	struct pam_response *responses = calloc((size_t)count,
	    sizeof(*responses));

	for (int i = 0; i < count; i++) {
		if (asked[i]->msg_style == PAM_PROMPT_ECHO_OFF ||
		    asked[i]->msg_style == PAM_PROMPT_ECHO_ON) {
			responses[i].resp = take_reply(script, asked[i]);
			if (script->null_reply)
				continue;
			if (script->fail || responses[i].resp == NULL) {
				free(responses[i].resp);
				free(responses);
				return PAM_CONV_ERR;
			}
		} else {
			json_object_array_add(messages,
			    json_object_new_string(asked[i]->msg));
		}
	}
	*answered = responses;
	return PAM_SUCCESS;
}

/* In place of the wait after a refusal. */
static void
keep_delay(int code, unsigned microseconds, void *data)
{
	(void)code; (void)data;
	/* libpam calls for every transaction, also with nothing to wait. */
	if (microseconds == 0)
		return;
	json_object_array_add(delays,
	    json_object_new_int64((int64_t)microseconds));
}

/* ---- the calls ---- */

static const struct {
	const char *name;
	int code;
} codes[] = {
#define CODE(code) { #code, code }
	CODE(PAM_SUCCESS), CODE(PAM_OPEN_ERR), CODE(PAM_SYMBOL_ERR),
	CODE(PAM_SERVICE_ERR), CODE(PAM_SYSTEM_ERR), CODE(PAM_BUF_ERR),
	CODE(PAM_PERM_DENIED), CODE(PAM_AUTH_ERR), CODE(PAM_CRED_INSUFFICIENT),
	CODE(PAM_AUTHINFO_UNAVAIL), CODE(PAM_USER_UNKNOWN), CODE(PAM_MAXTRIES),
	CODE(PAM_NEW_AUTHTOK_REQD), CODE(PAM_ACCT_EXPIRED),
	CODE(PAM_SESSION_ERR), CODE(PAM_CRED_UNAVAIL), CODE(PAM_CRED_ERR),
	CODE(PAM_CONV_ERR), CODE(PAM_AUTHTOK_ERR), CODE(PAM_AUTHTOK_RECOVERY_ERR),
	CODE(PAM_IGNORE), CODE(PAM_ABORT), CODE(PAM_MODULE_UNKNOWN),
	CODE(PAM_INCOMPLETE), CODE(PAM_TRY_AGAIN),
#undef CODE
};

static const char *
code_name(int code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return codes[i].name;
	return "unknown";
}

static int
call(pam_handle_t *pamh, const char *name, int flags)
{
	if (strcmp(name, "authenticate") == 0)
		return pam_authenticate(pamh, flags);
	if (strcmp(name, "setcred") == 0)
		return pam_setcred(pamh, flags | PAM_ESTABLISH_CRED);
	if (strcmp(name, "acct_mgmt") == 0)
		return pam_acct_mgmt(pamh, flags);
	if (strcmp(name, "open_session") == 0)
		return pam_open_session(pamh, flags);
	if (strcmp(name, "close_session") == 0)
		return pam_close_session(pamh, flags);
	if (strcmp(name, "chauthtok") == 0)
		return pam_chauthtok(pamh, flags);
	fprintf(stderr, "driver: unknown call %s\n", name);
	exit(2);
}

static struct json_object *
environment(pam_handle_t *pamh)
{
	struct json_object *list = json_object_new_array();
	char **all = pam_getenvlist(pamh);

	for (char **each = all; each != NULL && *each != NULL; each++) {
		json_object_array_add(list, json_object_new_string(*each));
		free(*each);
	}
	free(all);
	return list;
}

static int
count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

struct run {
	const char *confdir, *service, *user, *rhost, *ruser;
	const char *uid;	/* of who has called it, as with passwd(1) */
	const char *calls[16];
	size_t call_count;
	int flags;
	struct script script;
};

static int
transact(struct run *run, struct json_object *output)
{
	struct pam_conv conversation = { converse, &run->script };
	struct json_object *results = json_object_new_array();
	union {
		void (*function)(int, unsigned, void *);
		const void *item;
	} delay = { .function = keep_delay };
	pam_handle_t *pamh = NULL;
	struct timespec start, end;
	int code;

	code = pam_start_confdir(run->service, run->user, &conversation,
	    run->confdir, &pamh);
	if (code != PAM_SUCCESS) {
		fprintf(stderr, "driver: pam_start: %s\n", code_name(code));
		return 2;
	}
	run->script.pamh = pamh;
	pam_set_item(pamh, PAM_FAIL_DELAY, delay.item);
	if (run->rhost != NULL)
		pam_set_item(pamh, PAM_RHOST, run->rhost);
	if (run->ruser != NULL)
		pam_set_item(pamh, PAM_RUSER, run->ruser);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (size_t i = 0; i < run->call_count; i++) {
		code = call(pamh, run->calls[i], run->flags);
		json_object_array_add(results,
		    json_object_new_string(code_name(code)));
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	json_object_object_add(output, "milliseconds", json_object_new_int64(
	    (end.tv_sec - start.tv_sec) * 1000 +
	    (end.tv_nsec - start.tv_nsec) / 1000000));
	json_object_object_add(output, "codes", results);
	json_object_object_add(output, "environment", environment(pamh));
	code = pam_end(pamh, code);
	json_object_object_add(output, "end",
	    json_object_new_string(code_name(code)));
	return 0;
}

static void
parse(int argc, char **argv, struct run *run)
{
	static const struct option options[] = {
		{ "confdir", required_argument, NULL, 'c' },
		{ "service", required_argument, NULL, 's' },
		{ "user", required_argument, NULL, 'u' },
		{ "rhost", required_argument, NULL, 'r' },
		{ "ruser", required_argument, NULL, 'R' },
		{ "passwd", required_argument, NULL, 'p' },
		{ "group", required_argument, NULL, 'g' },
		{ "group-error", required_argument, NULL, 'G' },
		{ "no-groups-of-users", no_argument, NULL, 'N' },
		{ "reply", required_argument, NULL, 'a' },
		{ "stdin", no_argument, NULL, 'i' },
		{ "null-reply", no_argument, NULL, 'n' },
		{ "fail-conversation", no_argument, NULL, 'f' },
		{ "pause", required_argument, NULL, 'w' },
		{ "silent", no_argument, NULL, 'q' },
		{ "setlocale", no_argument, NULL, 'l' },
		{ "call", required_argument, NULL, 'k' },
		{ "becomes", required_argument, NULL, 'b' },
		{ "becomes-at", required_argument, NULL, 'B' },
		{ "authtok", required_argument, NULL, 't' },
		{ "uid", required_argument, NULL, 'U' },
		{ "expired", no_argument, NULL, 'x' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'c': run->confdir = optarg; break;
		case 's': run->service = optarg; break;
		case 'u': run->user = optarg; break;
		case 'r': run->rhost = optarg; break;
		case 'R': run->ruser = optarg; break;
		case 'p': passwd_file = optarg; break;
		case 'g': group_file = optarg; break;
		case 'G': group_error = atoi(optarg); break;
		case 'N': lacks_groups = true; break;
		case 'a': run->script.replies[run->script.count++ % 64] = optarg;
			break;
		case 'i': run->script.from_stdin = true; break;
		case 'n': run->script.null_reply = true; break;
		case 'f': run->script.fail = true; break;
		case 'w': run->script.pause_ms = atol(optarg); break;
		case 'b': run->script.becomes = optarg; break;
		case 'B': run->script.becomes_at = strtoul(optarg, NULL, 10);
			break;
		case 't': run->script.authtok = optarg; break;
		case 'q': run->flags |= PAM_SILENT; break;
		case 'x': run->flags |= PAM_CHANGE_EXPIRED_AUTHTOK; break;
		case 'U': run->uid = optarg; break;
		case 'l': setlocale(LC_ALL, ""); break;
		case 'k': run->calls[run->call_count++ % 16] = optarg; break;
		default: exit(2);
		}
	if (run->call_count == 0)
		run->calls[run->call_count++] = "authenticate";
}

int
main(int argc, char **argv)
{
	struct json_object *output = json_object_new_object();
	struct run run = { 0 };
	int descriptors, result;

	parse(argc, argv, &run);
	if (run.uid != NULL && setresuid((uid_t)atol(run.uid), 0, 0) != 0) {
		perror("driver: setresuid");
		return 2;
	}
	log_lines = json_object_new_array();
	prompts = json_object_new_array();
	echoed = json_object_new_array();
	messages = json_object_new_array();
	delays = json_object_new_array();
	json_object_object_add(output, "log", log_lines);
	json_object_object_add(output, "prompts", prompts);
	json_object_object_add(output, "echoed", echoed);
	json_object_object_add(output, "messages", messages);
	json_object_object_add(output, "delays", delays);

	descriptors = count_descriptors();
	result = transact(&run, output);
	json_object_object_add(output, "leaked_descriptors",
	    json_object_new_int(count_descriptors() - descriptors));
	/* No child may be left, dead or alive. */
	json_object_object_add(output, "leaked_children",
	    json_object_new_boolean(waitpid(-1, NULL, WNOHANG |
	    __WALL) != -1));
	puts(json_object_to_json_string_ext(output, JSON_C_TO_STRING_PLAIN));
	json_object_put(output);
	return result;
}
