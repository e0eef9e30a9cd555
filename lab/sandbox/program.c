/*
 * The child that becomes a program: takes its descriptors, group, folder and limits, says over the
 * gate that it is ready, waits to be let go, installs the filter, execs. Nothing of ours is left in
 * it afterwards; the gate closes with exec, or says why there was none.
 *
 * Cloned side: see inside.h for what is forbidden here.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/sandbox/reduced.h"

/* ---- the child that becomes the program -------------------------------------------------------
 */

void inside_say(int gate, int errnum, const char *step)
{
	struct wire_child child = {.pid = getpid(), .errnum = errnum};

	strncpy(child.step, step, sizeof child.step - 1);
	wire_send(gate, &child, sizeof child, NULL, 0, NULL, 0);
}

static void give_up(int gate, const char *step)
{
	inside_say(gate, errno, step);
	_exit(127);
}

static int place_standard_fds(const struct wire_spawn *head, const int fds[3])
{
	for (int i = 0; i < 3; i++) {
		if (head->fd_given[i] < 0)
			close(i);
		else if (head->fd_given[i] > 0 && dup2(fds[i], i) < 0)
			return -1;
	}
	return 0;
}

/* The file that execve gets: PATH with a slash as it is, else the first of the environment's PATH.
 * Searched before the filter is on and a tracer counts calls. */
static int find_program(const char *name, char *const *envp, char *found, size_t room)
{
	const char *dirs = "/lab/bin:/usr/bin:/bin";
	struct stat st;

	if (strchr(name, '/')) {
		snprintf(found, room, "%s", name);
		return 0;
	}
	for (; *envp; envp++) {
		if (strncmp(*envp, "PATH=", 5) == 0)
			dirs = *envp + 5;
	}
	for (const char *dir = dirs; *dir; dir += *dir == ':') {
		size_t len = strcspn(dir, ":");

		if (len && len + strlen(name) + 2 <= room) {
			memcpy(found, dir, len);
			snprintf(found + len, room - len, "/%s", name);
			if (stat(found, &st) == 0 && S_ISREG(st.st_mode) &&
				faccessat(AT_FDCWD, found, X_OK, 0) == 0)
				return 0;
		}
		dir += len;
	}
	errno = ENOENT;
	return -1;
}

static int set_limit(int resource, uint64_t value)
{
	struct rlimit now, want = {value, value};

	if (getrlimit(resource, &now) < 0)
		return -1;
	/* Never more than the machine's owner allows. */
	if (now.rlim_max < value)
		want.rlim_cur = want.rlim_max = now.rlim_max;
	/* At the soft limit comes SIGXCPU, which says what happened; a second later SIGKILL. */
	if (resource == RLIMIT_CPU && want.rlim_max < now.rlim_max)
		want.rlim_max++;
	return setrlimit(resource, &want);
}

static int set_limits(const struct sandbox_limits *limits)
{
	const struct {
		int resource;
		uint64_t value;
	} table[] = {
		{RLIMIT_FSIZE, limits->file_size},
		{RLIMIT_CPU, limits->cpu_seconds},
		{RLIMIT_NPROC, limits->processes},
		{RLIMIT_NOFILE, limits->open_files},
		{RLIMIT_MSGQUEUE, limits->mqueue_bytes},
		{RLIMIT_STACK, limits->stack},
		{RLIMIT_CORE, 0},
		{RLIMIT_RTPRIO, 0},
		{RLIMIT_NICE, 0},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (set_limit(table[i].resource, table[i].value) < 0)
			return -1;
	}
	return 0;
}

/* As a shell starts a job: a group of its own, and the terminal if it is to have it. */
static int own_group(const struct wire_spawn *head)
{
	if (setpgid(0, 0) < 0)
		return -1;
	/* SIGTTOU is blocked, so a background group may do this. */
	return head->foreground ? tcsetpgrp(0, getpid()) : 0;
}

static void prepare(
	const struct inside *in, const struct wire_spawn *head, int *gate, const int fds[3])
{
	int *kept[] = {gate};

	if (place_standard_fds(head, fds) < 0)
		give_up(*gate, "dup2");
	if (own_group(head) < 0)
		give_up(*gate, "setpgid");
	if (inside_keep_fds(kept, 1) < 0)
		give_up(*gate, "close_range");
	/* Docker refuses it: addresses then differ from run to run, which no log says. */
	if (personality(ADDR_NO_RANDOMIZE) < 0 && in->plan->own_root && !in->reduced)
		give_up(*gate, "personality");
	if (!in->plan->own_root)
		return;
	umask(022);
	if (chdir(in->reduced ? in->reduced->work_dir : in->plan->work_dir) < 0)
		give_up(*gate, "chdir");
	if (set_limits(&in->plan->limits) < 0)
		give_up(*gate, "setrlimit");
}

static int install_filter(
	const struct inside *in, const struct wire_spawn *head, const struct sock_filter *code)
{
	struct sock_fprog program = {
		.len = (unsigned short)head->filter_len,
		.filter = (struct sock_filter *)(uintptr_t)code,
	};

	if (!in->plan->own_root && !head->filter_len)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	/* the filter of a supervised program has these rules, too, and tells who comes to them */
	if (in->reduced && !(in->reduced->supervised && head->filter_len) &&
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &in->reduced->filter, 0, 0) < 0)
		return -1;
	if (!head->filter_len)
		return 0;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

void inside_program(const struct inside *in, const struct wire_spawn *head, int gate,
	const int fds[3], char **argv, char **envp, const struct sock_filter *code)
{
	char path[4096], go;
	bool missing;

	prepare(in, head, &gate, fds);
	missing = find_program(head->path, envp, path, sizeof path) < 0;
	/* From here on a tracer may attach; other students' processes still may not (init.c). */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		give_up(gate, "prctl");
	inside_say(gate, 0, "");
	if (read(gate, &go, 1) != 1)
		_exit(127);
	if (missing) {
		errno = ENOENT;
		give_up(gate, "execve");
	}
	/* The last but one: the owner, whose copy we are, may be larger than that, and then even
	 * our stack could not grow. */
	if (in->plan->own_root && set_limit(RLIMIT_AS, in->plan->limits.address_space) < 0)
		give_up(gate, "setrlimit");
	if (install_filter(in, head, code) < 0)
		give_up(gate, "seccomp");
	inside_block_signals(false);
	execve(path, argv, envp);
	give_up(gate, "execve");
	_exit(127);
}
