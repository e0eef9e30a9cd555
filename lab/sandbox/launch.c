/*
 * The launcher: the parent of a sandbox's programs, where a shell would be. It is an ordinary
 * process of the students' uid, leader of its own session; each program gets a process group of its
 * own in that session, like a shell's job. It forks on request, reaps, and reports.
 *
 * A student's program may kill it (kill(-1, SIGKILL) does): then its socket closes, which the owner
 * sees, and init adopts its children. It cannot be made to do anything else: all its signals are
 * blocked, and capabilities of the inner user namespace keep its memory from being read or written.
 *
 * Cloned side: see inside.h for what is forbidden here.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/sandbox/calls.h"
#include "lab/sandbox/reduced.h"

#define ENDED_MAX 256

/* The request that is being served. Only ever used in the clone, one at a time. */
static struct {
	struct wire_spawn head;
	char rest[SANDBOX_WORDS_MAX + SANDBOX_FILTER_MAX * sizeof(struct sock_filter)];
} packet;
static char *words[SANDBOX_ARGS_MAX + 2]; /* argv, NULL, envp, NULL */

static struct {
	pid_t pid;
	int status;
} ended[ENDED_MAX];
static size_t ended_count;
static pid_t asked_for;

/* ---- requests ---------------------------------------------------------------------------------
 */

/* Splits the packet: argv and envp into WORDS. NULL if the packet is not whole. */
static const struct sock_filter *take_apart(ssize_t len)
{
	const struct wire_spawn *head = &packet.head;
	char *at = packet.rest, *end = packet.rest + head->word_bytes;
	size_t w = 0;

	if ((size_t)len != sizeof *head + head->word_bytes +
				   head->filter_len * sizeof(struct sock_filter) ||
		head->argc + head->envc > SANDBOX_ARGS_MAX)
		return NULL;
	for (uint32_t i = 0; i < head->argc + head->envc; i++, at += strlen(at) + 1) {
		if (at >= end)
			return NULL;
		if (i == head->argc)
			words[w++] = NULL;
		words[w++] = at;
	}
	if (!head->envc)
		words[w++] = NULL;
	words[w] = NULL;
	return (const struct sock_filter *)(const void *)end;
}

/* What a child needs to become a program. */
struct child {
	const struct inside *in;
	int gate;
	int fds[3];
	const struct sock_filter *code;
};

static void become(const struct child *c)
{
	inside_program(
		c->in, &packet.head, c->gate, c->fds, words, words + packet.head.argc + 1, c->code);
}

/* The sanitizers want to see a stack unwound that the child leaves by exec. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_BORROW false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CAN_BORROW false
#endif
#endif
#ifndef CAN_BORROW
#define CAN_BORROW true
#endif

static _Alignas(64) char borrowed_stack[64 * 1024];

static int become_borrowed(void *child)
{
	become(child);
	return 127;
}

/* A child that borrows our memory until it execs, while we sleep: nothing is copied for it and
 * thrown away. What it does there stays its own but for errno, PACKET that it reads, and that our
 * memory may be looked at, which no student's process has the capabilities for while we sleep. */
static pid_t lend(struct child *c)
{
	pid_t pid = clone(become_borrowed, borrowed_stack + sizeof borrowed_stack,
		CLONE_VM | CLONE_VFORK | SIGCHLD, c);
	int saved = errno;

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	errno = saved;
	return pid;
}

static pid_t start(struct child *c)
{
	pid_t pid;

	if (CAN_BORROW && packet.head.soon && c->in->plan->own_root && !c->in->reduced)
		return lend(c);
	pid = inside_fork(0);
	if (pid == 0)
		become(c);
	return pid;
}

static void spawn(const struct inside *in, ssize_t len, int *given, size_t count)
{
	const struct sock_filter *code = take_apart(len);
	struct child child = {in, given[0], {-1, -1, -1}, code};
	size_t next = 1;
	pid_t pid;

	for (int i = 0; i < 3; i++) {
		if (packet.head.fd_given[i] > 0 && next < count)
			child.fds[i] = given[next++];
	}
	if (!code) {
		errno = EMSGSIZE;
		inside_say(child.gate, errno, "request");
		return;
	}
	pid = start(&child);
	if (pid < 0)
		inside_say(child.gate, errno, "fork");
	/* Pids can be asked for, so an old number may come again. */
	for (size_t i = 0; i < ENDED_MAX; i++) {
		if (ended[i].pid == pid)
			ended[i].pid = 0;
	}
}

static void answer(const struct inside *in, int errnum, int value)
{
	struct wire_reply reply = {.errnum = errnum, .value = value};

	if (wire_send(in->launch, &reply, sizeof reply, NULL, 0, NULL, 0) < 0)
		_exit(0);
}

static void reap(struct inside *in)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		ended[ended_count % ENDED_MAX].pid = pid;
		ended[ended_count % ENDED_MAX].status = status;
		ended_count++;
		if (pid == asked_for) {
			asked_for = 0;
			answer(in, 0, status);
		}
	}
}

static void asked_to_wait(const struct inside *in, pid_t pid)
{
	siginfo_t info;

	for (size_t i = 0; i < ENDED_MAX; i++) {
		if (ended[i].pid == pid) {
			answer(in, 0, ended[i].status);
			return;
		}
	}
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG | __WALL) < 0)
		answer(in, errno, 0);
	else
		asked_for = pid;
}

static void serve(struct inside *in)
{
	int fds[4];
	size_t count = sizeof fds / sizeof *fds;
	ssize_t got = wire_receive(in->launch, &packet, sizeof packet, fds, &count, NULL);
	struct wire_request request;

	if (got <= 0)
		_exit(0);
	if (count) {
		spawn(in, got, fds, count);
	} else if (got == sizeof request) {
		memcpy(&request, &packet, sizeof request);
		if (request.kind == WIRE_WAIT)
			asked_to_wait(in, request.number);
		else
			answer(in, EINVAL, 0);
	}
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
}

/* ---- set-up -----------------------------------------------------------------------------------
 */

/* No exec from here on gives a capability back, not even one of a file. */
static int close_capabilities(struct wire_setup *failure)
{
	for (int cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0) {
			if (errno == EINVAL)
				break;
			return inside_fail(failure, "drop", "capabilities");
		}
	}
	if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0) < 0)
		return inside_fail(failure, "set", "securebits");
	return 0;
}

/* None below this one: a namespace brings capabilities. The limit is the one of the namespace that
 * its writer is in. */
static int close_user(const struct inside *in, struct wire_setup *failure)
{
	int fd, rc;

	if (in->sys_user < 0)
		return 0; /* a kernel without user namespaces' limits */
	fd = openat(in->sys_user, "max_user_namespaces", O_WRONLY | O_CLOEXEC);
	rc = fd < 0 || write(fd, "0", 1) != 1 ? -1 : 0;
	if (rc < 0)
		inside_fail(failure, "write", "/proc/sys/user/max_user_namespaces");
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Uid 1000 of a user namespace that owns nothing. Capabilities in it, until exec. */
static int enter_user(const struct inside *in, struct wire_setup *failure)
{
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0) /* else /proc/self belongs to another uid */
		return inside_fail(failure, "prctl", "PR_SET_DUMPABLE");
	if (inside_write_file("/proc/self/setgroups", "deny") < 0)
		return inside_fail(failure, "write", "/proc/self/setgroups");
	if (inside_write_file("/proc/self/gid_map", "1000 0 1") < 0)
		return inside_fail(failure, "write", "/proc/self/gid_map");
	if (inside_write_file("/proc/self/uid_map", "1000 0 1") < 0)
		return inside_fail(failure, "write", "/proc/self/uid_map");
	/* When memory runs out, the kernel shall take a student's process, not the grader. */
	inside_write_file("/proc/self/oom_score_adj", "1000");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_DUMPABLE");
	if (setsid() < 0)
		return inside_fail(failure, "setsid", "");
	if (close_user(in, failure) < 0)
		return -1;
	return close_capabilities(failure);
}

void inside_launcher(struct inside *in)
{
	struct wire_setup ready = {.errnum = 0, .pid_namespace = in->pid_namespace};
	int rc = in->reduced          ? reduced_enter(in, &ready)
		 : in->plan->own_root ? enter_user(in, &ready)
				      : 0;

	close(in->control);
	if (in->last_pid >= 0)
		close(in->last_pid);
	if (in->ruleset >= 0)
		close(in->ruleset);
	if (in->sys_user >= 0)
		close(in->sys_user);
	prctl(PR_SET_NAME, "lab", 0, 0, 0);
	wire_send(in->launch, &ready, sizeof ready, NULL, 0, NULL, 0);
	if (rc < 0)
		_exit(1);
	inside_attend(in, in->launch, reap, serve);
	_exit(0);
}
