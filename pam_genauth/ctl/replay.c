/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/replay.h"

#include <json-c/json.h>
#include <string.h>

#include "common/answer.h"
#include "common/intl.h"
#include "ctl/commands.h"
#include "ctl/recording.h"
#include "ctl/say.h"
#include "ctl/tell.h"
#include "genauth/json.h"
#include "genauth/replay.h"

/* The verdict of the last sign-in; NULL: there is none with a reply. */
static const char *
judge_all(struct json_object *exchanges)
{
	const char *verdict = NULL;
	struct genauth_answer answer;

	for (size_t i = 0; json_object_is_type(exchanges, json_type_array) &&
	    i < json_object_array_length(exchanges); i++) {
		if (genauth_replay(exchanges, i, &answer)) {
			genauth_tell_codes(&answer);
			genauth_tell_factor(&answer);
			genauth_tell_verdict(answer.verdict, answer.reason);
			verdict = genauth_verdict_name(answer.verdict);
		}
		genauth_answer_free(&answer);
	}
	return verdict;
}

int
genauth_replay_file(const char *path)
{
	struct json_object *document = genauth_recording_read(path);
	struct json_object *exchanges = NULL;
	const char *verdict, *recorded;
	int status = GENAUTH_EXIT_USAGE;

	if (document == NULL)
		return status;
	json_object_object_get_ex(document, "exchanges", &exchanges);
	verdict = judge_all(exchanges);
	if (verdict == NULL)
		genauth_say_error(_("%s: has no sign-in with a reply"), path);
	else
		status = !genauth_json_string(document, "verdict",
		    &recorded) || strcmp(recorded, verdict) == 0 ? 0 : 1;
	if (status == 1)
		genauth_say_error(_("%s: the recorded verdict is %s"), path,
		    genauth_verdict_name(genauth_verdict_parse(recorded)));
	json_object_put(document);
	return status;
}
