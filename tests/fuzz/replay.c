/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target over the inputs that are kept for it, without libFuzzer:
 * fuzz_x over $SRCDIR/tests/fuzz/corpus/x, or over the files it is given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "fuzz/fuzz.h"

#include <cmocka.h>
#include <dirent.h>
#include <libgen.h>

static int file_count;
static char **files;
static char folder[1024];

/* The input has exactly its size, so that a sanitizer sees its end. */
static void
replay(const char *path)
{
	FILE *file = fopen(path, "r");
	long size;
	uint8_t *data;

	if (file == NULL)
		fail_msg("%s cannot be read", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	assert_true((size = ftell(file)) >= 0);
	rewind(file);
	assert_non_null(data = malloc((size_t)size + (size == 0)));
	assert_int_equal(fread(data, 1, (size_t)size, file), size);
	fclose(file);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
}

static void
the_corpus_is_taken(void **state)
{
	DIR *open_folder = file_count > 0 ? NULL : opendir(folder);
	struct dirent *entry;
	char path[2048];
	int count = 0;

	(void)state;
	for (int i = 0; i < file_count; i++, count++)
		replay(files[i]);
	while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		replay(path);
		count++;
	}
	if (open_folder != NULL)
		closedir(open_folder);
	if (count == 0)
		fail_msg("there are no inputs in %s", folder);
	for (struct fuzz_goal *goal = fuzz_goals; file_count == 0 &&
	    goal != NULL && goal->name != NULL; goal++)
		if (!goal->reached)
			fail_msg("no input in %s reaches: %s", folder,
			    goal->name);
}

int
main(int argc, char **argv)
{
	const char *source = getenv("SRCDIR");
	const char *name = basename(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_is_taken),
	};

	file_count = argc - 1;
	files = argv + 1;
	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
	    source != NULL ? source : ".", name + strlen("fuzz_"));
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
