/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/finding.h"

#include <string.h>

#include "common/text.h"

/* Of seconds, days, milliseconds: no look takes or shows as much. */
#define NUMBER_LIMIT 1000000000000

static bool
has_key(const struct genauth_finding *finding)
{
	return finding->step == GENAUTH_STEP_KEY &&
	    finding->checked == GENAUTH_CHECKED_RIGHT;
}

void
genauth_finding_encode(const struct genauth_finding *finding,
    struct genauth_records *records)
{
	genauth_records_add_number(records, "step", finding->step);
	genauth_records_add_number(records, "checked", finding->checked);
	genauth_records_add_text(records, "text", finding->text);
	genauth_records_add_number(records, "ms", finding->ms);
	if (has_key(finding))
		genauth_records_add_text(records, "key", finding->key);
	if (finding->step != GENAUTH_STEP_TLS)
		return;
	genauth_records_add_number(records, "http_status",
	    finding->http_status);
	genauth_records_add_number(records, "is_json", finding->is_json);
	genauth_records_add_number(records, "has_keys", finding->has_keys);
	genauth_records_add_number(records, "has_date", finding->has_date);
	genauth_records_add_number(records, "clock_ahead",
	    finding->clock_ahead);
	genauth_records_add_number(records, "certificates",
	    finding->certificates);
	genauth_records_add_number(records, "days_left", finding->days_left);
	genauth_records_add_text(records, "pin", finding->pin);
}

/* A number from low to high. */
static bool
get(const struct genauth_records *records, const char *name, long long low,
    long long high, long long *number)
{
	return genauth_records_get_number(records, name, number) &&
	    *number >= low && *number <= high;
}

static bool
get_bool(const struct genauth_records *records, const char *name, bool *value)
{
	long long number;

	if (!get(records, name, 0, 1, &number))
		return false;
	*value = number == 1;
	return true;
}

/* It is shown to be copied into genauth.conf. */
static bool
is_pin(const char *pin)
{
	static const char start[] = "sha256//", base64[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789+/=";

	return *pin == '\0' || (strncmp(pin, start, strlen(start)) == 0 &&
	    pin[strspn(pin, base64)] == '\0');
}

static bool
get_tls(const struct genauth_records *records,
    struct genauth_finding *finding)
{
	return get(records, "http_status", 0, 999, &finding->http_status) &&
	    get_bool(records, "is_json", &finding->is_json) &&
	    get_bool(records, "has_keys", &finding->has_keys) &&
	    get_bool(records, "has_date", &finding->has_date) &&
	    get(records, "clock_ahead", -NUMBER_LIMIT, NUMBER_LIMIT,
	    &finding->clock_ahead) &&
	    get(records, "certificates", 0, NUMBER_LIMIT,
	    &finding->certificates) &&
	    get(records, "days_left", -NUMBER_LIMIT, NUMBER_LIMIT,
	    &finding->days_left) &&
	    genauth_records_get_text(records, "pin", finding->pin,
	    sizeof(finding->pin)) && is_pin(finding->pin);
}

/* It goes into a file that logins trust. */
static bool
get_key(const struct genauth_records *records,
    struct genauth_finding *finding)
{
	const char *key = finding->key;

	return genauth_records_get_text(records, "key", finding->key,
	    sizeof(finding->key)) && *key != '\0' &&
	    genauth_answer_can_hold_key(key, strlen(key));
}

bool
genauth_finding_decode(const struct genauth_records *records,
    struct genauth_finding *finding)
{
	char text[sizeof(finding->text)];
	long long step, checked;

	*finding = (struct genauth_finding){ 0 };
	if (!get(records, "step", 0, GENAUTH_STEP_COUNT - 1, &step) ||
	    !get(records, "checked", 0, GENAUTH_CHECKED_COUNT - 1, &checked) ||
	    !genauth_records_get_text(records, "text", text, sizeof(text)) ||
	    !get(records, "ms", 0, NUMBER_LIMIT, &finding->ms))
		return false;
	finding->step = (enum genauth_step)step;
	finding->checked = (enum genauth_checked)checked;
	genauth_text_clean(finding->text, sizeof(finding->text), text);
	if (finding->step == GENAUTH_STEP_FILES && *text != '/')
		return false;
	if (has_key(finding))
		return get_key(records, finding);
	return finding->step != GENAUTH_STEP_TLS || get_tls(records, finding);
}
