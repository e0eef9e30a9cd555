/*
 * The end of a sandbox: all inside is killed and reaped, the terminal goes back to who had it, and
 * what the owner held of it is given up.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/pidfd.h"
#include "lab/sandbox/inside.h"
#include "lab/sandbox/reduced.h"

void sandbox_kill(struct sandbox *s)
{
	if (s->killed || (s->init <= 0 && s->pidfd < 0))
		return;
	s->killed = true;
	if (s->reduced) { /* the first process kills the rest, and removes what was made */
		shutdown(s->control, SHUT_RDWR);
		shutdown(s->launch, SHUT_RDWR);
		return;
	}
	/* Without a PID namespace the kernel does not end the rest for us. */
	for (size_t i = 0; i < s->program_count && !s->own_root; i++)
		kill(-s->programs[i].outside, SIGKILL);
	if (s->yard)
		pidfd_send_signal(s->pidfd, SIGKILL, NULL, 0);
	else
		kill(s->init, SIGKILL); /* our unreaped child: the number is its own */
}

/* Whose child PID really is. */
static pid_t parent_of(pid_t pid)
{
	char path[64], text[256];
	const char *after;
	int parent = 0;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	after = strrchr(text, ')');
	if (after)
		sscanf(after, ") %*c %d", &parent);
	return parent;
}

static bool ran_inside(const struct sandbox *s, pid_t pid)
{
	if (s->reduced)
		return parent_of(pid) != getpid(); /* a tracee: no other sandbox is stopped now */
	return s->pid_namespace && sandbox_pid_namespace(pid) == s->pid_namespace;
}

/* Init is no child of ours: we hear of its end by the pidfd alone. But whom we trace we reap. */
static void await_init(const struct sandbox *s)
{
	struct pollfd end = {.fd = s->pidfd, .events = POLLIN};
	siginfo_t info;
	int wait_ms = 0;

	while (poll(&end, 1, wait_ms) == 0) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG | __WALL | __WNOTHREAD) < 0)
			wait_ms = -1; /* nobody is left to be reaped */
		else if (info.si_pid && ran_inside(s, info.si_pid))
			waitpid(info.si_pid, NULL, __WALL | WNOHANG);
		else
			wait_ms = 1; /* a tracee that is dying, or another sandbox's */
	}
}

/*
 * Init ends only when all in its PID namespace are reaped, and of a process that we trace we are
 * the one who must reap: waiting for init alone could wait for ever.
 */
static void reap_init(const struct sandbox *s)
{
	struct pollfd end = {.fd = s->pidfd, .events = POLLIN};
	siginfo_t info;

	while (poll(&end, 1, 0) == 0) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | __WALL | __WNOTHREAD) < 0)
			break;
		if (info.si_pid == s->init)
			break;
		if (ran_inside(s, info.si_pid))
			waitpid(info.si_pid, NULL, __WALL | WNOHANG);
		else
			poll(&end, 1, 1); /* another child of the caller's, who will reap it */
	}
	while (waitpid(s->init, NULL, __WALL) < 0 && errno == EINTR)
		;
}

static void give_terminal_back(struct sandbox *s)
{
	sigset_t ttou, old;

	if (s->terminal < 0)
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &ttou, &old);
	tcsetpgrp(s->terminal, s->terminal_group);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	fd_close(&s->terminal);
}

void sandbox_stop(struct sandbox *s)
{
	if (!s)
		return;
	if (s->init > 0 || s->pidfd >= 0) {
		sandbox_kill(s);
		if (s->yard)
			await_init(s);
		else
			reap_init(s);
		if (s->yard)
			sandbox_left_yard(s);
	}
	give_terminal_back(s);
	for (size_t i = 0; i < s->program_count; i++)
		fd_close(&s->programs[i].gate);
	fd_close(&s->control);
	fd_close(&s->launch);
	fd_close(&s->pidfd);
	for (size_t i = 0; i < s->put_count; i++)
		free(s->put[i]);
	free(s->put);
	reduced_free(s->reduced);
	free(s);
}
