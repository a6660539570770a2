/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/remark.h"

#include "common/text.h"

void
genauth_remark_encode(const char *text, struct genauth_records *records)
{
	char remark[GENAUTH_REMARK_SIZE];

	genauth_text_clean_utf8(remark, sizeof(remark), text);
	genauth_records_add_text(records, "text", remark);
}

bool
genauth_remark_decode(const struct genauth_records *records,
    char remark[GENAUTH_REMARK_SIZE])
{
	char text[GENAUTH_REMARK_SIZE];

	genauth_records_get_text(records, "text", text, sizeof(text));
	genauth_text_clean_utf8(remark, GENAUTH_REMARK_SIZE, text);
	return remark[0] != '\0';
}
