/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A genauth-signin that was taken over: the module reads whatever sequence of
 * messages comes, and no verdict is OK but that of a RESULT in its place.
 */
#include "fuzz/messages.h"

#include <sys/stat.h>

#include <limits.h>

#include "common/text.h"
#include "login/helper.h"

enum { GOOD, KEPT, RECORDED, ASKED, ASKED_OFTEN, FOUND };
struct fuzz_goal fuzz_goals[] = {
	[GOOD] = { "an answer that is OK", false },
	[KEPT] = { "a key for the cache", false },
	[RECORDED] = { "a recording", false },
	[ASKED] = { "an answer that is OK behind a question", false },
	[ASKED_OFTEN] = { "the last question that may be asked", false },
	[FOUND] = { "the last finding", false },
	{ NULL, false },
};

/* login/helper_talk.c has the same numbers. */
#define EXCHANGE_LIMIT 16
#define ASK_LIMIT 8

static unsigned exchanges, findings;
static enum genauth_step last_step;

static void
count_exchange(void *data, const char *json, size_t length)
{
	/* All of it can be read. */
	(void)data;
	(void)memchr(json, '\0', length);
	REQUIRE(++exchanges <= EXCHANGE_LIMIT);
	fuzz_goals[RECORDED].reached = true;
}

/* ---- the person ---- */

#define CODE "123456"

enum habit { IS_NOT_THERE, REPLIES, GOES_AWAY };

static struct person {
	enum habit habit;
	unsigned asked, told;	/* REPLYs that went out */
	bool is_early;		/* nobody may be asked yet */
	bool gone;
} person;

/* What was half made does not go out. */
static bool
reply_to(void *data, const struct genauth_ask *asked,
    struct genauth_secret *reply, struct genauth_failure *failure)
{
	bool goes = person.habit == GOES_AWAY && person.asked > 0;

	REQUIRE(data == &person && !person.is_early && !person.gone);
	REQUIRE(person.told == person.asked);
	REQUIRE(++person.asked <= ASK_LIMIT);
	REQUIRE((unsigned)asked->prompt < GENAUTH_PROMPT_COUNT);
	REQUIRE(memchr(asked->detail, '\0', sizeof(asked->detail)) != NULL);
	REQUIRE(fuzz_is_word(asked->detail));
	fuzz_goals[ASKED_OFTEN].reached |= person.asked == ASK_LIMIT;
	person.gone = goes;
	REQUIRE(genauth_secret_set(reply, goes ? "half" : CODE,
	    goes ? 4 : strlen(CODE)));
	return !goes || genauth_failure_set(failure, GENAUTH_DENIED, "gone");
}

/* A REPLY is what the person typed, or nothing. */
static void
check_reply(const struct genauth_records *records)
{
	struct genauth_secret reply = { 0 };
	bool replied = genauth_prompt_decode_reply(records, &reply);

	person.told++;
	REQUIRE(replied == (person.habit != IS_NOT_THERE && !person.gone));
	REQUIRE(!replied || strcmp(reply.data, CODE) == 0);
	REQUIRE(replied || records->length == 0);
	genauth_secret_free(&reply);
}

static void
check_answer(const struct genauth_answer *answer)
{
	REQUIRE(fuzz_is_clean(answer->reason));
	REQUIRE(fuzz_is_clean(answer->request_id));
	REQUIRE(strpbrk(answer->request_id, " =\"") == NULL);
	REQUIRE(answer->http_status >= 0 && answer->http_status <= 999);
	REQUIRE(answer->id_token.length <= GENAUTH_TOKEN_LIMIT);
	REQUIRE(answer->access_token.length <= GENAUTH_TOKEN_LIMIT);
	if (answer->id_token.data != NULL)
		REQUIRE(fuzz_is_clean(answer->id_token.data));
	if (answer->access_token.data != NULL)
		REQUIRE(fuzz_is_clean(answer->access_token.data));
}

/* Whether the input begins with a READY, and has the bytes of that word. */
static bool
can_be_ok(const uint8_t *data, size_t size)
{
	return size >= 4 && (data[2] == GENAUTH_MESSAGE_VERSION ||
	    data[2] == 0) && data[3] == GENAUTH_MESSAGE_READY && memmem(data, size, "verdict",
	    7) != NULL && memmem(data, size, "OK", 2) != NULL;
}

static struct input {
	const uint8_t *data;	/* said when LOGIN has come; NULL: said */
	size_t size;
	int fd;
} input;

bool __real_genauth_message_send(int socket, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files, size_t count);
bool __wrap_genauth_message_send(int socket, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files, size_t count);

bool
__wrap_genauth_message_send(int socket, enum genauth_message_kind kind,
    const struct genauth_records *records, const int *files, size_t count)
{
	bool sent = __real_genauth_message_send(socket, kind, records, files,
	    count);

	if (kind == GENAUTH_MESSAGE_REPLY)
		check_reply(records);
	else if (input.data != NULL)
		fuzz_say_messages(input.fd, input.data, input.size);
	return sent;
}

static struct genauth_helper
helper_of(int ends[2])
{
	struct genauth_helper helper = { .keeper = -1, .host = getpid() };
	struct stat status;

	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	REQUIRE(fstat(ends[1], &status) == 0);
	helper.fd = ends[1];
	helper.socket = status.st_ino;
	return helper;
}

static void
check_person(const struct genauth_answer *answer)
{
	REQUIRE(person.asked == 0 || person.told == person.asked);
	if (person.gone)
		REQUIRE(answer->verdict == GENAUTH_DENIED &&
		    strcmp(answer->reason, "gone") == 0);
	if (person.habit == IS_NOT_THERE && person.told > 0)
		REQUIRE(answer->verdict == GENAUTH_DENIED);
	REQUIRE(person.habit != IS_NOT_THERE || person.told <= 1);
	if (answer->verdict == GENAUTH_OK && person.asked > 0)
		fuzz_goals[ASKED].reached = true;
}

static void
ask(const uint8_t *data, size_t size, bool with_exchange, bool is_early,
    enum habit habit)
{
	const struct genauth_helper_listener listener = { .data = &person,
	    .exchange = with_exchange ? count_exchange : NULL,
	    .ask = habit != IS_NOT_THERE ? reply_to : NULL };
	struct genauth_records question = { 0 };
	struct genauth_answer answer;
	struct genauth_keep keep;
	int ends[2];
	struct genauth_helper helper = helper_of(ends);

	exchanges = 0;
	person = (struct person){ .habit = habit, .is_early = is_early };
	input = (struct input){ is_early ? NULL : data, size, ends[0] };
	if (is_early)
		fuzz_say_messages(ends[0], data, size);
	genauth_question_add_login("alice", "secret", NULL, 1000, &question);
	genauth_helper_ask(&helper, &question, 1000, &listener, &keep,
	    &answer);
	check_answer(&answer);
	REQUIRE(answer.holds == GENAUTH_HOLDS_UNASKED);
	check_person(&answer);
	if (answer.verdict == GENAUTH_OK)
		REQUIRE(!is_early && can_be_ok(data, size));
	fuzz_goals[GOOD].reached |= answer.verdict == GENAUTH_OK;
	fuzz_goals[KEPT].reached |= keep.is_there;
	if (keep.is_there && keep.password_key.data != NULL)
		REQUIRE(genauth_answer_can_hold_key(keep.password_key.data,
		    keep.password_key.length));
	genauth_records_free(&question);
	genauth_answer_free(&answer);
	genauth_keep_free(&keep);
	close(ends[0]);
	close(ends[1]);
}

static void
check_finding(void *data, const struct genauth_finding *finding)
{
	(void)data;
	REQUIRE(++findings <= 16);
	fuzz_goals[FOUND].reached |= finding->step == GENAUTH_STEP_COUNT - 1;
	REQUIRE(finding->step >= last_step);
	REQUIRE(finding->step < GENAUTH_STEP_COUNT);
	REQUIRE(finding->checked < GENAUTH_CHECKED_COUNT);
	REQUIRE(fuzz_is_clean(finding->text) && fuzz_is_clean(finding->pin));
	REQUIRE(genauth_answer_can_hold_key(finding->key,
	    strlen(finding->key)));
	REQUIRE((finding->key[0] != '\0') == (finding->step ==
	    GENAUTH_STEP_KEY && finding->checked == GENAUTH_CHECKED_RIGHT));
	REQUIRE(finding->http_status >= 0 && finding->http_status <= 999);
	REQUIRE(finding->clock_ahead > LLONG_MIN);
	last_step = finding->step;
}

static void
ask_check(const uint8_t *data, size_t size)
{
	const struct genauth_finding_listener listener = {
	    .found = check_finding };
	const struct genauth_inquiry inquiry = { .timeout_ms = 1000 };
	struct genauth_answer answer;
	int ends[2];
	struct genauth_helper helper = helper_of(ends);

	findings = 0;
	last_step = GENAUTH_STEP_FILES;
	input = (struct input){ data, size, ends[0] };
	genauth_helper_check(&helper, &inquiry, &listener, &answer);
	check_answer(&answer);
	REQUIRE(answer.verdict != GENAUTH_OK);
	genauth_answer_free(&answer);
	close(ends[0]);
	close(ends[1]);
}

/* Of what GenAuth says, nothing can move a cursor. */
static void
check_remark(const char *remark)
{
	REQUIRE(strlen(remark) < GENAUTH_REMARK_SIZE);
	REQUIRE(genauth_text_is_utf8(remark, strlen(remark)));
	REQUIRE(!genauth_text_has_control(remark));
	REQUIRE(strstr(remark, "\xc2\x9b") == NULL);
	REQUIRE(strstr(remark, "\xe2\x80\xae") == NULL);
}

static void
ask_change(const uint8_t *data, size_t size, bool is_early)
{
	struct genauth_records question = { 0 };
	char remark[GENAUTH_REMARK_SIZE];
	struct genauth_answer answer;
	int ends[2];
	struct genauth_helper helper = helper_of(ends);

	input = (struct input){ is_early ? NULL : data, size, ends[0] };
	if (is_early)
		fuzz_say_messages(ends[0], data, size);
	genauth_question_add_change("another", 1000, &question);
	genauth_helper_change(&helper, &question, 1000, remark, &answer);
	check_answer(&answer);
	check_remark(remark);
	REQUIRE(answer.id_token.data == NULL);
	REQUIRE(answer.access_token.data == NULL);
	REQUIRE((answer.verdict == GENAUTH_OK) ==
	    (answer.holds == GENAUTH_HOLDS_NEW));
	REQUIRE(answer.holds != GENAUTH_HOLDS_UNASKED);
	if (answer.verdict == GENAUTH_OK)
		REQUIRE(!is_early && remark[0] == '\0');
	genauth_records_free(&question);
	genauth_answer_free(&answer);
	close(ends[0]);
	if (helper.fd >= 0)
		close(ends[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ask(data, size, false, false, IS_NOT_THERE);
	REQUIRE(exchanges == 0);
	ask(data, size, true, false, REPLIES);
	ask(data, size, true, false, GOES_AWAY);
	ask(data, size, true, true, REPLIES);
	REQUIRE(exchanges == 0 && person.asked == 0);
	ask_check(data, size);
	ask_change(data, size, false);
	ask_change(data, size, true);
	return 0;
}
