/*
 * Signals stay in the run. Without a pid namespace kill(2) reaches every process of the same user;
 * here it reaches the tasks of the run and their stand-in parent, and all else is not there
 * (ESRCH), as in a pid namespace. The reaper ignores what it gets, as a PID 1 does.
 *
 * A tracee that has not been reaped keeps its number, so no check is overtaken by a new process.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/supervise/call.h"

static bool is_group(struct supervisor *s, pid_t group)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct tracee *t = s->tracees[i];

		if (t->state != ENDED && t->leader && getpgid(t->tid) == group)
			return true;
	}
	return false;
}

/* 0: it may be sent; else the errno. IGNORED is set where nothing is to be done at all. */
static int confine(struct supervisor *s, struct tracee *t, pid_t pid, bool *ignored)
{
	const struct supervise_world *w = s->config.world;

	(void)t;
	if (pid == 1) {
		*ignored = true;
		return 0;
	}
	if (pid > 0)
		return tracee_by_inside(s, pid) || pid == s->stand_in ? 0 : ESRCH;
	if (pid == 0) /* its own group, which lies in the stand-in's session */
		return 0;
	if (pid == -1) /* all that it may: on an older kernel that is too much */
		return w->signals_stay ? 0 : EPERM;
	return is_group(s, -pid) ? 0 : ESRCH;
}

/* A directory of /proc is a pidfd, too; anything but a real one is refused. */
static bool is_pidfd(struct tracee *t, int fd)
{
	char path[64], link[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid, fd);
	n = readlink(path, link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	return strcmp(link, "anon_inode:[pidfd]") == 0 || strcmp(link, "pidfd:[pidfd]") == 0 ||
	       strncmp(link, "pidfd:", 6) == 0;
}

/* Whom SIGIO goes to: the pid that the caller wants, 0 for what is no owner's matter. */
static pid_t wanted_owner(struct tracee *t, int64_t nr)
{
	uint64_t command = arch_argument(&t->entry, 1), value = arch_argument(&t->entry, 2);
	struct f_owner_ex owner;
	int pid;

	if (nr == SYS_fcntl && (int)command == F_SETOWN)
		return (pid_t)value;
	if (nr == SYS_fcntl && (int)command == F_SETOWN_EX)
		return !tracee_read(t, value, &owner, sizeof(owner)) ? 0
		       : owner.type == F_OWNER_PGRP                  ? -owner.pid
								     : owner.pid;
	if (nr == SYS_ioctl && ((unsigned)command == FIOSETOWN || (unsigned)command == SIOCSPGRP))
		return tracee_read(t, value, &pid, sizeof(pid)) ? pid : 0;
	return 0;
}

static pid_t target_of(struct tracee *t, int64_t nr)
{
	switch (nr) {
	case SYS_tgkill:
	case SYS_rt_tgsigqueueinfo:
		return (pid_t)arch_argument(&t->entry, 1);
	case SYS_fcntl:
	case SYS_ioctl:
		return wanted_owner(t, nr);
	default:
		return (pid_t)arch_argument(&t->entry, 0);
	}
}

enum enter world_confine_signal(struct supervisor *s, struct tracee *t)
{
	int64_t nr = arch_number(&t->entry);
	bool ignored = false;
	int errnum;

	if (nr == SYS_pidfd_send_signal)
		return is_pidfd(t, (int)arch_argument(&t->entry, 0)) ? ENTER_MAKE
								     : world_refuse(t, EBADF);
	errnum = confine(s, t, target_of(t, nr), &ignored);
	if (errnum)
		return world_refuse(t, errnum);
	if (ignored && nr != SYS_kill && nr != SYS_rt_sigqueueinfo)
		return world_refuse(t, ESRCH);
	if (ignored) {
		arch_skip(&t->regs, 0);
		return ENTER_SKIP;
	}
	return ENTER_MAKE;
}
