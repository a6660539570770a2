/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>

#include "common/file.h"

static char folder[] = "/tmp/genauth-file-XXXXXX";
static char path[256];

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void
refused(const char *name, const char *why)
{
	struct genauth_failure failure = { 0 };
	struct genauth_secret content = { 0 };

	assert_false(genauth_file_read(name, 100, &content, NULL, &failure));
	assert_null(content.data);
	assert_int_equal(failure.verdict, GENAUTH_CONFIG);
	assert_contains(failure.text, why);
}

static void
reads_a_good_file(void **state)
{
	struct genauth_failure failure;
	struct genauth_secret content;
	struct stat status;

	(void)state;
	unit_write(path, "hello", 5, 0600);
	assert_true(genauth_file_read(path, 5, &content, &status, &failure));
	assert_string_equal(content.data, "hello");
	assert_true(genauth_file_is_private(&status));
	genauth_secret_free(&content);

	unit_write(path, "hello", 5, 0640);
	assert_true(genauth_file_read(path, 5, &content, &status, &failure));
	assert_false(genauth_file_is_private(&status));
	genauth_secret_free(&content);
}

/* Else a host without standard input would read a password from it. */
static void
files_are_none_of_the_standard_ones(void **state)
{
	int input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100);
	char inner[280], deeper[300];
	const char *const files[] = { path, deeper };

	(void)state;
	snprintf(inner, sizeof(inner), "%s/deeper", folder);
	snprintf(deeper, sizeof(deeper), "%s/file", inner);
	assert_int_equal(mkdir(inner, 0700), 0);
	unit_write(path, "hello", 5, 0600);
	unit_write(deeper, "hello", 5, 0600);
	close(STDIN_FILENO);
	/* Of the descriptors on the way, every other one is the lowest. */
	for (int i = 0; i < 2; i++) {
		struct genauth_failure failure;
		struct stat status;
		int fd = genauth_file_open(files[i], &status, &failure);

		assert_true(fd > STDERR_FILENO);
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
		close(fd);
	}
	assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
	close(input);
}

/* The last of those in whose place nothing may stand. */
static void
standard_error_is_none_of_ours(void **state)
{
	int error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100), fd;

	(void)state;
	close(STDERR_FILENO);
	assert_int_equal(open("/dev/null", O_RDONLY | O_CLOEXEC),
	    STDERR_FILENO);
	fd = genauth_file_above_stdio(STDERR_FILENO);
	assert_int_equal(fcntl(STDERR_FILENO, F_GETFD), -1);
	assert_int_equal(dup2(error, STDERR_FILENO), STDERR_FILENO);
	close(error);
	assert_true(fd > STDERR_FILENO);
	assert_int_equal(genauth_file_above_stdio(fd), fd);
	assert_int_equal(genauth_file_above_stdio(-1), -1);
	close(fd);
}

static void
refuses_bad_files(void)
{
	char other[300];

	refused("relative", "not an absolute path");
	refused("/nonexistent/file", "/nonexistent: No such file");
	snprintf(other, sizeof(other), "%s/missing", folder);
	refused(other, "missing: No such file");
	refused(folder, "not a regular file");
	refused("/dev/null", "may write to it");

	unit_write(path, "hello", 5, 0620);
	refused(path, "may write to it");
	unit_write(path, "hello", 5, 0602);
	refused(path, "may write to it");
	unit_write(path, "0123456789", 10, 0600);
	chmod(path, 0600);
	{
		struct genauth_failure failure;
		struct genauth_secret content;

		assert_false(genauth_file_read(path, 9, &content, NULL,
		    &failure));
		assert_contains(failure.text, "longer than 9 bytes");
	}
	/* A FIFO without a writer must not hang. */
	snprintf(other, sizeof(other), "%s/fifo", folder);
	assert_int_equal(mkfifo(other, 0600), 0);
	refused(other, "not a regular file");
}

static void
refuses_bad_folders(void **state)
{
	char inner[280], file[300];

	(void)state;
	snprintf(inner, sizeof(inner), "%s/inner", folder);
	snprintf(file, sizeof(file), "%s/file", inner);
	assert_int_equal(mkdir(inner, 0700), 0);
	unit_write(file, "x", 1, 0600);
	assert_int_equal(chmod(inner, 0770), 0);
	refused(file, "/inner: group or others may write");
	assert_int_equal(chmod(inner, 0700), 0);

}

/* A link in the folder; returns its path. */
static const char *
make_link(const char *name, const char *target)
{
	static char made[4][300];
	static unsigned next;
	char *file = made[next++ % 4];

	snprintf(file, sizeof(made[0]), "%s/%s", folder, name);
	assert_int_equal(symlink(target, file), 0);
	return file;
}

static void
taken(const char *name, const char *expected)
{
	struct genauth_failure failure = { .text = "" };
	struct genauth_secret content;

	if (!genauth_file_read(name, 100, &content, NULL, &failure))
		fail_msg("%s", failure.text);
	assert_string_equal(content.data, expected);
	genauth_secret_free(&content);
	/* What is to be replaced is read itself or not at all. */
	assert_false(genauth_file_read_itself(name, 100, &content, NULL,
	    &failure));
	assert_contains(failure.text, "symbolic link");
}

/* Sixteen, one behind the other, and no more. */
static void
links_of_links_have_a_limit(void **state)
{
	char name[16], target[16] = "file";
	const char *last = NULL;

	(void)state;
	unit_write(path, "hello", 5, 0600);
	for (int i = 1; i <= 17; i++) {
		if (i == 17)
			taken(last, "hello");
		snprintf(name, sizeof(name), "link%d", i);
		last = make_link(name, target);
		snprintf(target, sizeof(target), "%s", name);
	}
	refused(last, "is a symbolic link");
}

/* As Kubernetes' secrets and certbot's live/ have them. */
static void
links_of_root_are_followed(void **state)
{
	char file[320], open_folder[300];

	(void)state;
	unit_write(path, "hello", 5, 0600);
	taken(make_link("absolute", path), "hello");
	taken(make_link("twice", "absolute"), "hello");
	snprintf(file, sizeof(file), "%s/..data", folder);
	assert_int_equal(mkdir(file, 0700), 0);
	snprintf(file, sizeof(file), "%s/..data/key", folder);
	unit_write(file, "secret", 6, 0600);
	taken(make_link("key", "..data/key"), "secret");
	make_link("live", "..data");
	snprintf(file, sizeof(file), "%s/live/key", folder);
	taken(file, "secret");
	taken(make_link("up", "..data/../key"), "secret");

	/* What it leads to is checked as if it stood there. */
	snprintf(open_folder, sizeof(open_folder), "%s/open", folder);
	assert_int_equal(mkdir(open_folder, 0700), 0);
	snprintf(file, sizeof(file), "%s/file", open_folder);
	unit_write(file, "x", 1, 0600);
	assert_int_equal(chmod(open_folder, 0777), 0);
	refused(make_link("through", "open/file"), "/open: group or others");
	refused(make_link("dangling", "missing"), "missing: No such file");
	make_link("a", "b");
	refused(make_link("b", "a"), "symbolic link");
	refused(make_link("device", "/dev/null"), "may write to it");
}

static void
links_of_others_are_refused(void **state)
{
	const char *file = make_link("foreign", path);

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(lchown(file, 65534, 65534), 0);
	refused(file, "/foreign: belongs to uid 65534");
}

static void
directories_are_checked_alike(void **state)
{
	struct genauth_failure failure;

	(void)state;
	assert_true(genauth_file_check_directory(folder, &failure));
	assert_true(genauth_file_check_directory("/tmp", &failure));
	assert_false(genauth_file_check_directory("/nonexistent", &failure));
	assert_int_equal(chmod(folder, 0777), 0);
	assert_false(genauth_file_check_directory(folder, &failure));
	assert_contains(failure.text, "may write to it");
	assert_int_equal(chmod(folder, 0700), 0);
	unit_write(path, "x", 1, 0600);
	assert_false(genauth_file_check_directory(path, &failure));
}

static mode_t
mode_of(const char *name)
{
	struct stat status;

	assert_int_equal(stat(name, &status), 0);
	return status.st_mode & 07777;
}

static void
missing_directories_are_made(void **state)
{
	struct genauth_failure failure;
	char first[128], second[160], third[192];

	(void)state;
	snprintf(first, sizeof(first), "%s/first", folder);
	snprintf(second, sizeof(second), "%s/second", first);
	snprintf(third, sizeof(third), "%s/third", second);
	assert_true(genauth_file_make_directory(third, &failure));
	assert_int_equal(mode_of(first), 0755);
	assert_int_equal(mode_of(second), 0755);
	assert_int_equal(mode_of(third), 0700);
	assert_true(genauth_file_make_directory(third, &failure));

	/* Not below what others can change. */
	assert_int_equal(rmdir(third), 0);
	assert_int_equal(rmdir(second), 0);
	assert_int_equal(chmod(first, 0777), 0);
	assert_false(genauth_file_make_directory(third, &failure));
	assert_contains(failure.text, "/first: group or others may write");
	assert_int_equal(access(second, F_OK), -1);
	assert_int_equal(rmdir(first), 0);
	assert_int_equal(symlink("/tmp", first), 0);
	assert_false(genauth_file_make_directory(second, &failure));
	assert_contains(failure.text, "symbolic link");
}

static void
refuses_foreign_owners(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();	/* only root can give files away */
	unit_write(path, "hello", 5, 0600);
	assert_int_equal(chown(path, 65534, 65534), 0);
	refused(path, "belongs to uid 65534");
	assert_int_equal(chown(path, 0, 0), 0);
}

static int
count_descriptors(void)
{
	DIR *open_files = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(open_files);	/* /proc must be mounted */
	while (readdir(open_files) != NULL)
		count++;
	closedir(open_files);
	return count;
}

static void
refuses_bad_files_and_leaves_no_descriptor(void **state)
{
	int before = count_descriptors();

	(void)state;
	refuses_bad_files();
	assert_int_equal(count_descriptors(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_good_file),
		cmocka_unit_test(files_are_none_of_the_standard_ones),
		cmocka_unit_test(standard_error_is_none_of_ours),
		cmocka_unit_test(refuses_bad_files_and_leaves_no_descriptor),
		cmocka_unit_test(refuses_bad_folders),
		cmocka_unit_test(links_of_links_have_a_limit),
		cmocka_unit_test(links_of_root_are_followed),
		cmocka_unit_test(links_of_others_are_refused),
		cmocka_unit_test(directories_are_checked_alike),
		cmocka_unit_test(missing_directories_are_made),
		cmocka_unit_test(refuses_foreign_owners),
	};

	return cmocka_run_group_tests_name("file", tests, make_folder,
	    remove_folder);
}
