#include "config.h"

#include "box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"

static char *bin_dir;
static pid_t bin_dir_owner;

static void remove_bin_dir(void)
{
	struct lab_error e;

	if (getpid() == bin_dir_owner)
		path_remove_tree(bin_dir, &e);
	free(bin_dir);
}

static int make_bin_dir(struct lab_error *e)
{
	const char *from = getenv("IPCLAB_TEST_ATTACKS");
	LAB_FREE char *to = NULL;
	BUF_SCOPED program = BUF_INIT;

	if (!from)
		from = ABS_TOP_BUILDDIR "/tests/sandbox/attacks";
	bin_dir = path_make_temporary("attacks", e);
	if (!bin_dir)
		return -1;
	bin_dir_owner = getpid();
	atexit(remove_bin_dir);
	to = path_join(bin_dir, "attacks");
	if (file_read(from, &program, 64 << 20, e) < 0 ||
		file_write(to, program.data, program.len, 0755, e) < 0)
		return -1;
	/* Whatever the umask: the programs run under another uid. */
	if (chmod(bin_dir, 0755) < 0 || chmod(to, 0755) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "chmod \"%s\"", bin_dir);
	return 0;
}

const char *box_bin_dir(void)
{
	struct lab_error e;

	if (!bin_dir && make_bin_dir(&e) < 0) {
		printf("Bail out! %s\n", e.text);
		exit(99);
	}
	return bin_dir;
}

int box_open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

int box_processes_called(const char *name)
{
	DIR *d = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	while ((entry = readdir(d))) {
		LAB_FREE char *path = lab_xprintf("/proc/%s/comm", entry->d_name);
		FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
		BUF_SCOPED comm = BUF_INIT;

		if (fd >= 0 && fd_read_to_end(fd, &comm, 64) == 0 && comm.len &&
			strncmp(comm.data, name, strlen(name)) == 0 &&
			comm.data[strlen(name)] == '\n')
			n++;
	}
	closedir(d);
	return n;
}

void box_prepare(struct box *b)
{
	memset(b, 0, sizeof *b);
	snprintf(b->tag, sizeof b->tag, "box-%d", (int)getpid());
	sandbox_plan_program(&b->plan, &b->storage, box_bin_dir());
	ck_assert_msg(sandbox_filter_new(&b->filter, &b->e) == 0, "%s", b->e.text);
}

static struct sandbox *second_in_yard(struct box *b)
{
	struct sandbox *first;

	b->yard = sandbox_yard_new(&b->plan, &b->e);
	first = b->yard ? sandbox_yard_start(b->yard, -1, 0, &b->e) : NULL;
	if (!first)
		return NULL;
	sandbox_made_no_socket(first);
	sandbox_stop(first);
	return sandbox_yard_start(b->yard, b->plan.cpu, b->plan.first_pid, &b->e);
}

void box_begin(struct box *b)
{
	b->fds_before = box_open_fds();
	b->sandbox =
		getenv("IPCLAB_TEST_YARD") ? second_in_yard(b) : sandbox_start(&b->plan, &b->e);
	ck_assert_msg(b->sandbox != NULL, "%s", b->e.text);
}

void box_start(struct box *b)
{
	box_prepare(b);
	box_begin(b);
}

void box_stop(struct box *b)
{
	sandbox_stop(b->sandbox);
	sandbox_yard_free(b->yard);
	free(b->filter.filter);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_int_eq(box_open_fds(), b->fds_before);
	ck_assert_int_eq(box_processes_called(b->tag), 0);
}

struct box_run box_spawn(struct box *b, const char *const *words, int in, int out)
{
	struct sandbox_command command = {
		.path = words[0], .argv = words, .fds = {in, out, out}, .filter = &b->filter};
	struct box_run run = {.output = BUF_INIT};

	ck_assert_msg(sandbox_spawn(b->sandbox, &command, &run.outside, &run.inside, &b->e) == 0,
		"%s", b->e.text);
	return run;
}

/* The same of a program that is let go at once. */
static struct box_run spawn_soon(struct box *b, const char *const *words, int out)
{
	struct sandbox_command command = {.path = words[0],
		.argv = words,
		.fds = {-1, out, out},
		.filter = &b->filter,
		.soon = true};
	struct box_run run = {.output = BUF_INIT};

	ck_assert_msg(sandbox_spawn(b->sandbox, &command, &run.outside, &run.inside, &b->e) == 0,
		"%s", b->e.text);
	return run;
}

void box_finish(struct box *b, struct box_run *run)
{
	int rc;

	ck_assert_msg(sandbox_release(b->sandbox, run->inside, &b->e) == 0, "%s", b->e.text);
	rc = sandbox_wait(b->sandbox, run->inside, 20000, &run->status, &b->e);
	ck_assert_msg(rc >= 0, "%s", b->e.text);
	ck_assert_msg(rc == 0, "the program did not end within 20 s");
}

struct box_run box_run(struct box *b, const char *const *words)
{
	FD_SCOPED out = memfd_create("output", MFD_CLOEXEC);
	struct box_run run = b->yard ? spawn_soon(b, words, out) : box_spawn(b, words, -1, out);

	box_finish(b, &run);
	ck_assert_int_eq(lseek(out, 0, SEEK_SET), 0);
	ck_assert_int_eq(fd_read_to_end(out, &run.output, 1 << 20), 0);
	return run;
}

char *box_left(struct box *b)
{
	struct sandbox_left *list;
	struct buf text = BUF_INIT;
	size_t count;

	ck_assert_msg(sandbox_left(b->sandbox, &list, &count, &b->e) == 0, "%s", b->e.text);
	buf_puts(&text, "");
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s %s\n", list[i].kind, list[i].path);
	free(list);
	return buf_take(&text);
}

void box_own_for_ever(struct box *b, int say_to)
{
	const char *words[] = {"attacks", "wait-for-ever", b->tag, NULL};
	struct box_run run = box_spawn(b, words, -1, -1);

	if (sandbox_release(b->sandbox, run.inside, &b->e) == 0)
		fd_write_all(say_to, &run.outside, sizeof run.outside);
	for (;;)
		pause();
}

void box_kill_owner(struct box *b, void (*own)(struct box *b, int say_to))
{
	int ends[2], pidfd;
	pid_t owner, program;
	struct pollfd gone;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	owner = fork();
	if (owner == 0)
		own(b, ends[1]);
	close(ends[1]);
	ck_assert_int_eq(fd_read_full(ends[0], &program, sizeof program), sizeof program);
	pidfd = (int)syscall(SYS_pidfd_open, program, 0);
	ck_assert_int_ge(pidfd, 0);
	kill(owner, SIGKILL);
	waitpid(owner, NULL, 0);
	gone = (struct pollfd){.fd = pidfd, .events = POLLIN};
	ck_assert_int_eq(poll(&gone, 1, 20000), 1);
	close(pidfd);
	close(ends[0]);
}
