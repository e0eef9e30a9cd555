/*
 * lab/supervise/maps.c: whether the kernel is asked for a mapping or the text is read makes no
 * difference. Looked at is a child with mappings of many kinds that stands still.
 */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/supervise/maps.h"
#include "tests/tap.h"

enum { PAGE = 4096, FILES = 40 };

static char *folder;
static pid_t child;

static void map_file(const char *name, int flags, off_t offset)
{
	LAB_FREE char *path = path_join(folder, name);
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, 8 * PAGE), 0);
	ck_assert(mmap(NULL, 2 * PAGE, PROT_READ, flags, fd, offset) != MAP_FAILED);
	close(fd);
}

/* Long names among them, so that the text takes many reads and lines lie across their borders. */
static void map_all(void)
{
	LAB_FREE char *removed = path_join(folder, "removed");
	char name[200];

	for (int i = 0; i < FILES; i++) {
		memset(name, 'n', sizeof(name));
		name[1 + i * 4] = '\0';
		map_file(name, i % 3 ? MAP_SHARED : MAP_PRIVATE, i % 5 * PAGE);
	}
	map_file("with a blank  and more", MAP_SHARED, PAGE);
	map_file("removed", MAP_SHARED, 0);
	ck_assert_int_eq(unlink(removed), 0);
	ck_assert(mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) !=
		  MAP_FAILED);
	ck_assert(
		mmap(NULL, 5 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static void set_up(void)
{
	struct lab_error e;
	int status;

	folder = path_make_temporary("maps", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
	map_all();
	child = fork();
	if (child == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
	ck_assert(WIFSTOPPED(status));
}

static void tear_down(void)
{
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	path_remove_tree(folder, NULL);
	free(folder);
}

static void put(struct buf *into, const struct mapping *m)
{
	buf_printf(into, "%#jx-%#jx at %#jx of %u:%u %ju%s \"%s\"\n", (uintmax_t)m->begin,
		(uintmax_t)m->end, (uintmax_t)m->offset, m->major, m->minor, (uintmax_t)m->inode,
		m->shared ? " shared" : "", m->path);
}

/* How many; ASKS false: of the text. */
static unsigned list(bool shared_only, bool asks, struct buf *into)
{
	struct maps maps;
	struct mapping m;
	unsigned n = 0;

	maps_open(&maps, child, shared_only);
	maps.asks &= asks;
	for (; maps_next(&maps, &m); n++)
		put(into, &m);
	maps_close(&maps);
	return n;
}

START_TEST(shared_ones)
{
	BUF_SCOPED asked = BUF_INIT;
	BUF_SCOPED text = BUF_INIT;
	unsigned n = list(true, true, &asked);

	ck_assert_uint_eq(n, FILES - (FILES + 2) / 3 + 3);
	ck_assert_uint_eq(list(true, false, &text), n);
	ck_assert_str_eq(buf_text(&asked), buf_text(&text));
	ck_assert_ptr_nonnull(strstr(asked.data, "with a blank  and more\"\n"));
	ck_assert_ptr_nonnull(strstr(asked.data, "/removed (deleted)\"\n"));
	ck_assert_ptr_null(strstr(asked.data, "[heap]"));
}
END_TEST

START_TEST(by_address)
{
	struct maps maps;
	struct mapping m, found;
	unsigned n = 0;

	maps_open(&maps, child, false);
	for (; maps_next(&maps, &m); n++) {
		BUF_SCOPED one = BUF_INIT;
		BUF_SCOPED other = BUF_INIT;

		/* Of [vsyscall] only the text tells: it is no memory of the process. */
		if (strcmp(m.path, "[vsyscall]") == 0)
			continue;
		ck_assert(maps_at(child, m.end - 1, true, &found));
		put(&one, &m);
		put(&other, &found);
		ck_assert_str_eq(buf_text(&one), buf_text(&other));
	}
	maps_close(&maps);
	ck_assert_uint_gt(n, FILES);
	ck_assert(!maps_at(child, 0, true, &found));
}
END_TEST

START_TEST(nobody)
{
	struct maps maps;
	struct mapping m;

	maps_open(&maps, 0, true);
	ck_assert(!maps_next(&maps, &m));
	maps_close(&maps);
	ck_assert(!maps_at(0, PAGE, true, &m));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("maps");
	TCase *tests = tcase_create("both ways");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, shared_ones);
	tcase_add_test(tests, by_address);
	tcase_add_test(tests, nobody);
	suite_add_tcase(suite, tests);
	return tap_run(suite);
}
