/*
 * Pseudo-terminals that the programs themselves have opened. What is written to one end reaches the
 * other by a worker of the kernel, a moment later: a ^C is no signal yet when the write returns.
 * Nobody may go on before that is done, or the run would depend on the worker's speed.
 *
 * To poll(2) an end that has nothing to read waits for the worker (tty_buffer_flush_work in
 * n_tty_poll() of the kernel); for one that has something there is only patience, before time is
 * moved or a deadlock told.
 */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/pidfd.h"
#include "lab/supervise/call.h"

#define PATIENCE_NS 20000000

enum { TTYAUX_MAJOR = 5, PTS_MAJOR = 136, PTS_MAJOR_LAST = 143 };

bool terminal_is_master(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && major(st->st_rdev) == TTYAUX_MAJOR &&
	       minor(st->st_rdev) == 2;
}

static bool is_terminal(const struct stat *st)
{
	return terminal_is_master(st) || (S_ISCHR(st->st_mode) && major(st->st_rdev) >= PTS_MAJOR &&
						 major(st->st_rdev) <= PTS_MAJOR_LAST);
}

static void flush_one(int pidfd, int number)
{
	FD_SCOPED fd = pidfd_getfd(pidfd, number, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (fd >= 0)
		poll(&p, 1, 0);
}

static void flush_process(const struct tracee *t)
{
	FD_SCOPED pidfd = pidfd_open(t->group, 0);
	char folder[64], path[336];
	const struct dirent *entry;
	struct stat st;
	DIR *dir;

	snprintf(folder, sizeof(folder), "/proc/%d/fd", (int)t->group);
	dir = opendir(folder);
	while (pidfd >= 0 && dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (isdigit((unsigned char)entry->d_name[0]) && stat(path, &st) == 0 &&
			is_terminal(&st))
			flush_one(pidfd, atoi(entry->d_name));
	}
	if (dir)
		closedir(dir);
}

void terminals_call(struct supervisor *s, struct tracee *t)
{
	const char *id;

	if (!s->terminals || !t->call)
		return;
	switch (t->call->nr) {
	case SYS_write:
	case SYS_writev:
	case SYS_ioctl:
		id = object_of_fd(s, t, (int)arch_argument(&t->entry, 0));
		s->terminal_stirred = object_is(id, "tty");
		s->terminal_restless |= s->terminal_stirred;
	}
}

void terminals_settle(struct supervisor *s)
{
	if (!s->terminal_stirred)
		return;
	s->terminal_stirred = false;
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->leader && s->tracees[i]->state != ENDED)
			flush_process(s->tracees[i]);
	s->look = LOOK_ALL;
}

bool terminals_rest(struct supervisor *s)
{
	if (!s->terminal_restless)
		return false;
	s->terminal_restless = false;
	settle_sleep(PATIENCE_NS);
	s->look = LOOK_ALL;
	return true;
}
