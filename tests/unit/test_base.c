/* lab/base: paths and folders, escapes, errors, and the numbers that are part of the format. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/rng.h"
#include "lab/base/sha256.h"
#include "tests/unit/text_log.h"

static char *folder;

static void touch(const char *path)
{
	struct lab_error e = {0};

	ck_assert_msg(file_write(path, "x", 1, 0600, &e) == 0, "%s", e.text);
}

START_TEST(paths_are_joined_and_cut)
{
	static const struct {
		const char *dir, *name, *joined;
	} rows[] = {
		{"a", "b", "a/b"},
		{"a/", "b", "a/b"},
		{"/", "b", "/b"},
		{"", "b", "b"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		LAB_FREE char *joined = path_join(rows[i].dir, rows[i].name);

		ck_assert_str_eq(joined, rows[i].joined);
	}
	ck_assert_str_eq(path_base("/a/b"), "b");
	ck_assert_str_eq(path_base("b"), "b");
	ck_assert_str_eq(path_base("a/"), "");
}
END_TEST

START_TEST(plain_names)
{
	static const char *const plain[] = {"count.c", "a", "A-b_c.1", "x.."};
	static const char *const odd[] = {
		"", ".", "..", ".hidden", "-o", "a/b", "a b", "a\n", "\xc3\xa9", "a;b"};
	char longest[257];

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		ck_assert_msg(path_name_is_plain(plain[i]), "%s", plain[i]);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ck_assert_msg(!path_name_is_plain(odd[i]), "%s", odd[i]);
	memset(longest, 'a', 256);
	longest[256] = '\0';
	ck_assert(!path_name_is_plain(longest));
	longest[255] = '\0';
	ck_assert(path_name_is_plain(longest));
}
END_TEST

START_TEST(folders_are_made)
{
	LAB_FREE char *deep = path_join(folder, "a/b/c");
	LAB_FREE char *file = path_join(folder, "a/f");
	LAB_FREE char *below = path_join(folder, "a/f/x");
	struct lab_error e = {0};

	ck_assert_msg(path_mkdirs(deep, 0755, &e) == 0, "%s", e.text);
	ck_assert_msg(path_mkdirs(deep, 0755, &e) == 0, "%s", e.text);
	ck_assert(path_is_dir(deep) && path_exists(deep) && !path_is_file(deep));
	touch(file);
	ck_assert(path_is_file(file) && !path_is_dir(file));
	ck_assert_int_eq(path_mkdirs(file, 0755, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "EEXIST"));
	ck_assert_int_eq(path_mkdirs(below, 0755, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, below));
}
END_TEST

START_TEST(trees_are_removed_and_links_not_followed)
{
	LAB_FREE char *tree = path_join(folder, "tree");
	LAB_FREE char *locked = path_join(tree, "locked/inner");
	LAB_FREE char *inner = path_join(locked, "file");
	LAB_FREE char *link = path_join(tree, "link");
	LAB_FREE char *fifo = path_join(tree, "fifo");
	LAB_FREE char *other = path_join(folder, "other");
	LAB_FREE char *kept = path_join(other, "kept");
	LAB_FREE char *parent = path_join(tree, "locked");
	struct lab_error e = {0};

	ck_assert_int_eq(path_mkdirs(locked, 0755, &e), 0);
	ck_assert_int_eq(path_mkdirs(other, 0755, &e), 0);
	touch(inner);
	touch(kept);
	ck_assert_int_eq(symlink(other, link), 0);
	ck_assert_int_eq(mkfifo(fifo, 0), 0);
	/* as a student's program may leave it */
	ck_assert_int_eq(chmod(locked, 0), 0);
	ck_assert_int_eq(chmod(parent, 0), 0);
	ck_assert_msg(path_remove_tree(tree, &e) == 0, "%s", e.text);
	ck_assert(!path_exists(tree));
	ck_assert(path_is_file(kept));
	ck_assert_int_eq(path_remove_tree(tree, &e), 0); /* absent */
	ck_assert_int_eq(path_remove_tree("/proc/self/fdinfo", &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "remove \"/proc/self/fdinfo\""));
}
END_TEST

START_TEST(temporary_folders_are_private)
{
	struct lab_error e = {0};
	LAB_FREE char *path = NULL;
	struct stat st;

	ck_assert_int_eq(setenv("TMPDIR", folder, 1), 0);
	path = path_make_temporary("stem", &e);
	ck_assert_msg(path != NULL, "%s", e.text);
	ck_assert_int_eq(strncmp(path, folder, strlen(folder)), 0);
	ck_assert_ptr_nonnull(strstr(path, "/stem."));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	ck_assert_int_eq(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
	ck_assert_ptr_null(path_make_temporary("stem", &e));
	ck_assert_ptr_nonnull(strstr(e.text, "TMPDIR"));
}
END_TEST

/* A child makes one and tells its name. ENDS[0] of the second pipe keeps it alive. */
static pid_t make_elsewhere(int told[2], int ends[2])
{
	pid_t pid;

	ck_assert_int_eq(pipe(told) + pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		char *path = path_make_temporary("ipclab-test", NULL);
		char byte;

		close(ends[1]);
		if (path && fd_write_all(told[1], path, strlen(path)) == 0)
			close(told[1]);
		_exit(read(ends[0], &byte, 1) != 0);
	}
	close(told[1]);
	close(ends[0]);
	return pid;
}

START_TEST(what_killed_processes_leave_is_removed)
{
	LAB_FREE char *stranger = path_join(folder, "ipclab.Stranger"), *own = NULL;
	BUF_SCOPED dead = BUF_INIT;
	BUF_SCOPED living = BUF_INIT;
	int told[2], ends[2], more_told[2], more_ends[2];
	struct lab_error e = {0};
	pid_t killed, lives;

	ck_assert_int_eq(setenv("TMPDIR", folder, 1), 0);
	ck_assert_int_eq(mkdir(stranger, 0700), 0);
	killed = make_elsewhere(told, ends);
	ck_assert_int_eq(fd_read_to_end(told[0], &dead, 4096), 0);
	ck_assert(path_is_dir(buf_text(&dead)));
	ck_assert_int_eq(kill(killed, SIGKILL), 0);
	ck_assert_int_eq(waitpid(killed, NULL, 0), killed);
	ck_assert(path_is_dir(buf_text(&dead)));

	lives = make_elsewhere(more_told, more_ends);
	ck_assert_int_eq(fd_read_to_end(more_told[0], &living, 4096), 0);
	ck_assert(!path_exists(buf_text(&dead)));
	own = path_make_temporary("ipclab-test", &e);
	ck_assert(path_is_dir(buf_text(&living)));
	ck_assert(path_is_dir(stranger));
	close(more_ends[1]);
	ck_assert_int_eq(waitpid(lives, NULL, 0), lives);
	ck_assert(path_is_dir(own));
}
END_TEST

START_TEST(the_environment_chooses_the_folders)
{
	ck_assert_int_eq(setenv("IPCLAB_COURSE", "/c", 1), 0);
	ck_assert_int_eq(setenv("IPCLAB_GUEST", "/g", 1), 0);
	ck_assert_int_eq(setenv("IPCLAB_JUDGES", "/j", 1), 0);
	ck_assert_int_eq(setenv("IPCLAB_ARCHIVER", "/a", 1), 0);
	ck_assert_str_eq(lab_course_dir(), "/c");
	ck_assert_str_eq(lab_guest_dir(), "/g");
	ck_assert_str_eq(lab_judges_dir(), "/j");
	ck_assert_str_eq(lab_archiver(), "/a");
}
END_TEST

/* This test runs from a build: that build and its sources are what it finds. */
START_TEST(a_build_finds_its_own_tree)
{
	unsetenv("IPCLAB_COURSE");
	unsetenv("IPCLAB_GUEST");
	unsetenv("IPCLAB_JUDGES");
	unsetenv("IPCLAB_ARCHIVER");
	ck_assert_str_eq(lab_course_dir(), ABS_TOP_SRCDIR);
	ck_assert_str_eq(lab_guest_dir(), ABS_TOP_BUILDDIR "/guest");
	ck_assert_str_eq(lab_judges_dir(), ABS_TOP_BUILDDIR "/judges");
	ck_assert_str_eq(lab_archiver(), ABS_TOP_BUILDDIR "/ipclab-archiver");
}
END_TEST

START_TEST(bytes_are_escaped)
{
	static const int64_t numbers[] = {0, -1, INT64_MAX, INT64_MIN, 1000};
	BUF_SCOPED b = BUF_INIT;

	buf_put_escaped(&b, "a\n\t\r\"\\\0\x7f\xff~ ", 11);
	ck_assert_str_eq(buf_text(&b), "a\\n\\t\\r\\\"\\\\\\x00\\x7f\\xff~ ");
	buf_clear(&b);
	buf_printf(&b, "%s-%d", "x", 7);
	buf_drop(&b, 2);
	ck_assert_str_eq(buf_text(&b), "7");
	buf_drop(&b, 9);
	ck_assert_str_eq(buf_text(&b), "");
	buf_printf(&b, "%0500d", 1); /* more than there is room for */
	ck_assert_uint_eq(b.len, 500);
	ck_assert_uint_eq(strlen(b.data), 500);
	ck_assert_int_eq(b.data[499], '1');
	buf_clear(&b);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_put_int(&b, numbers[i]);
	ck_assert_str_eq(buf_text(&b), "0-19223372036854775807-92233720368547758081000");
}
END_TEST

START_TEST(errors_say_what_where_and_why)
{
	struct lab_error e = {0};

	errno = EACCES;
	ck_assert_int_eq(lab_fail_errno(&e, LAB_BROKEN, "mkdir \"%s\"", "x"), -1);
	ck_assert_str_eq(e.text, "mkdir \"x\": EACCES, Permission denied");
	ck_assert_int_eq(e.errnum, EACCES);
	ck_assert_int_eq(errno, EACCES);
	lab_wrap(&e, "start %d", 3);
	ck_assert_str_eq(e.text, "start 3: mkdir \"x\": EACCES, Permission denied");
	ck_assert_int_eq(lab_fail(NULL, LAB_USAGE, "nobody listens"), -1);
	ck_assert_str_eq(lab_errno_name(EAGAIN), "EAGAIN");
	ck_assert_str_eq(lab_errno_name(99999), "E?");
}
END_TEST

START_TEST(files_are_read_whole_or_not_at_all)
{
	LAB_FREE char *path = path_join(folder, "file");
	LAB_FREE char *fifo = path_join(folder, "fifo");
	BUF_SCOPED b = BUF_INIT;
	struct lab_error e = {0};

	ck_assert_int_eq(file_write(path, "a\0b", 3, 0640, &e), 0);
	ck_assert_int_eq(file_read(path, &b, 3, &e), 0);
	ck_assert_uint_eq(b.len, 3);
	ck_assert_mem_eq(b.data, "a\0b", 3);
	ck_assert_int_eq(file_read(path, &b, 2, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "EFBIG"));
	ck_assert_int_eq(file_read(folder, &b, 100, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "not a regular file"));
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(file_read(fifo, &b, 100, &e), -1); /* and does not wait for a writer */
	/* written into, not replaced: as root that would cost the machine its /dev/null */
	FD_SCOPED reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char got[4];

	ck_assert_int_eq(file_write(fifo, "abc", 3, 0600, &e), 0);
	ck_assert_int_eq(read(reader, got, sizeof(got)), 3);
	ck_assert_int_eq(file_write(folder, "abc", 3, 0600, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "EISDIR"));
	ck_assert_int_eq(file_read("/nowhere/at/all", &b, 100, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "ENOENT"));
}
END_TEST

/* Seeds name schedules, pids and inputs on every machine: these numbers may never change. The first
 * ones are those of the published reference code for seed 1234567. */
START_TEST(random_numbers_are_part_of_the_format)
{
	static const uint64_t expected[] = {UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
		UINT64_C(4593380528125082431), UINT64_C(16408922859458223821)};
	struct rng r = rng_seed(1234567);

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		ck_assert_uint_eq(rng_next(&r), expected[i]);
	for (int i = 0; i < 1000; i++)
		ck_assert_uint_lt(rng_below(&r, 7), 7);
	ck_assert_uint_eq(rng_below(&r, 1), 0);
	ck_assert_uint_ne(rng_hash("a", 1), rng_hash("b", 1));
	ck_assert_uint_eq(rng_hash("a", 1), rng_hash("ab", 1));
}
END_TEST

START_TEST(sums_are_sha256)
{
	struct sha256 s;
	char hex[SHA256_HEX];

	sha256_init(&s);
	sha256_add(&s, "a", 1);
	sha256_add(&s, "bc", 2);
	sha256_hex(&s, hex);
	/* FIPS 180-4, example "abc" */
	ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	int result;

	folder = path_make_temporary("test-base", &e);
	if (!folder) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	result = RUN_SUITE("base", paths_are_joined_and_cut, plain_names, folders_are_made,
		trees_are_removed_and_links_not_followed, temporary_folders_are_private,
		what_killed_processes_leave_is_removed, the_environment_chooses_the_folders,
		a_build_finds_its_own_tree, bytes_are_escaped, errors_say_what_where_and_why,
		files_are_read_whole_or_not_at_all, random_numbers_are_part_of_the_format,
		sums_are_sha256);
	path_remove_tree(folder, NULL);
	free(folder);
	return result;
}
