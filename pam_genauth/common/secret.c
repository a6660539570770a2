/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/secret.h"

#include <stdlib.h>
#include <string.h>

bool
genauth_secret_set(struct genauth_secret *secret, const void *data,
    size_t length)
{
	char *copy = malloc(length + 1);

	if (copy == NULL)
		return false;
	memcpy(copy, data, length);
	copy[length] = '\0';
	genauth_secret_free(secret);
	secret->data = copy;
	secret->length = length;
	return true;
}

void
genauth_secret_free(struct genauth_secret *secret)
{
	if (secret->data != NULL)
		explicit_bzero(secret->data, secret->length);
	free(secret->data);
	*secret = (struct genauth_secret){ 0 };
}

void
genauth_secret_wipe_stack(void)
{
	unsigned char unused[16 * 1024];

	explicit_bzero(unused, sizeof(unused));
}

void
genauth_secret_free_string(char *string)
{
	if (string != NULL)
		explicit_bzero(string, strlen(string));
	free(string);
}
