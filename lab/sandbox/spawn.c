/*
 * The owner's side of programs: have the launcher fork one, let it go, hear how it ended.
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
#include <time.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/sandbox/inside.h"
#include "lab/sandbox/reduced.h"

static const char *const standard_env[] = {
	"PATH=/lab/bin:/usr/bin:/bin",
	"HOME=/home/student",
	"USER=student",
	"LOGNAME=student",
	"LANG=C.UTF-8",
	"TERM=dumb",
	NULL,
};

static const char gone[] = "the programs' parent inside the sandbox is gone (killed by a program, "
			   "or for lack of memory)";

/* ---- spawn ----------------------------------------------------------------------------------- */

static size_t add_words(const struct sandbox *s, struct buf *body, const char *const *words)
{
	size_t n = 0;

	for (; words && words[n]; n++) {
		if (s->reduced)
			reduced_word(s->reduced, words[n], body);
		else
			buf_puts(body, words[n]);
		buf_putc(body, '\0');
	}
	return n;
}

/* Does one of MORE, which are "NAME=value", set the variable of WORD? */
static bool is_set_anew(const char *word, const char *const *more)
{
	size_t len = strcspn(word, "=") + 1;

	for (; more && *more; more++)
		if (strncmp(word, *more, len) == 0)
			return true;
	return false;
}

/* ENV but for what MORE sets, and MORE: of two PATHs a program would find the first. */
static size_t add_env(
	const struct sandbox *s, struct buf *body, const char *const *env, const char *const *more)
{
	size_t n = 0;

	for (; *env; env++) {
		const char *const one[] = {*env, NULL};

		n += is_set_anew(*env, more) ? 0 : add_words(s, body, one);
	}
	return n + add_words(s, body, more);
}

static int pack(const struct sandbox *s, const struct sandbox_command *c, struct wire_spawn *head,
	struct buf *body, struct lab_error *e)
{
	const char *const *env = c->envp;
	const char *path = c->path;
	char room[4096], pwd_word[sizeof s->work_dir + 8];

	if (!env)
		env = s->own_root ? standard_env : (const char *const *)environ;
	if (s->reduced)
		path = reduced_outside(s->reduced, path, room, sizeof room);
	if (strlen(path) >= sizeof head->path)
		return lab_fail(
			e, LAB_USAGE, "the name of the program is too long: %.60s...", path);
	strcpy(head->path, path);
	head->argc = (uint32_t)add_words(s, body, c->argv);
	head->envc = (uint32_t)add_env(s, body, env, c->env_more);
	if (!c->envp && s->own_root) {
		const char *const pwd[] = {pwd_word, NULL};

		snprintf(pwd_word, sizeof pwd_word, "PWD=%s", s->work_dir);
		head->envc += (uint32_t)add_words(s, body, pwd);
	}
	while (body->len % 4)
		buf_putc(body, '\0');
	head->word_bytes = (uint32_t)body->len;
	if (body->len > SANDBOX_WORDS_MAX || head->argc + head->envc > SANDBOX_ARGS_MAX)
		return lab_fail(e, LAB_USAGE,
			"arguments and environment of \"%s\" are too long (%zu bytes, %u words; at "
			"most "
			"%d and %d)",
			c->path, body->len, head->argc + head->envc, SANDBOX_WORDS_MAX,
			SANDBOX_ARGS_MAX);
	if (c->filter) {
		head->filter_len = c->filter->len;
		buf_add(body, c->filter->filter, c->filter->len * sizeof *c->filter->filter);
	}
	return 0;
}

/* The gate: the child says over it that it is ready; we say go; it says why exec failed. */
static int make_gate(int *ours, int *theirs)
{
	int pair[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	*ours = pair[0];
	*theirs = pair[1];
	return setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
}

static void note_terminal(struct sandbox *s, const struct sandbox_command *c)
{
	if (!c->foreground_terminal || s->terminal >= 0 || c->fds[0] < 0)
		return;
	s->terminal = fcntl(c->fds[0], F_DUPFD_CLOEXEC, 3);
	s->terminal_group = tcgetpgrp(s->terminal);
	if (s->terminal_group < 0)
		fd_close(&s->terminal);
}

static int send_spawn(
	struct sandbox *s, const struct sandbox_command *c, int gate, struct lab_error *e)
{
	BUF_SCOPED body = BUF_INIT;
	struct wire_spawn head = {.foreground = false};
	int fds[4] = {gate};
	size_t count = 1;

	if (pack(s, c, &head, &body, e) < 0)
		return -1;
	for (int i = 0; i < 3; i++) {
		head.fd_given[i] = (int8_t)(c->fds[i] >= 0                ? 1
					    : c->fds[i] == SANDBOX_CLOSED ? -1
									  : 0);
		if (c->fds[i] >= 0)
			fds[count++] = c->fds[i];
	}
	note_terminal(s, c);
	head.foreground = s->terminal >= 0 && c->foreground_terminal;
	head.soon = c->soon;
	if (wire_send(s->launch, &head, sizeof head, body.data, body.len, fds, count) < 0) {
		if (errno == EPIPE || errno == ECONNRESET)
			return lab_fail(e, LAB_BROKEN, "%s", gone);
		return lab_fail_errno(e, LAB_BROKEN, "send a program to the sandbox");
	}
	return 0;
}

static int hear_ready(int gate, struct wire_child *child, pid_t *outside, struct lab_error *e)
{
	ssize_t got = wire_receive(gate, child, sizeof *child, NULL, NULL, outside);

	if (got == 0)
		return lab_fail(e, LAB_BROKEN,
			"the process for the program died before it was ready, or %s", gone);
	if (got != sizeof *child)
		return lab_fail_errno(e, LAB_BROKEN, "receive from the sandbox");
	if (!child->errnum)
		return 0;
	child->step[sizeof child->step - 1] = '\0';
	errno = child->errnum;
	return lab_fail_errno(e, LAB_BROKEN, "prepare a program in the sandbox: %s", child->step);
}

static int next_pid(struct sandbox *s, int32_t pid)
{
	struct wire_request request = {.kind = WIRE_NEXT_PID, .number = pid};

	/* Not every kernel can; then the pid is as it comes. */
	if (sandbox_request(s, &request, NULL, NULL) < 0 && errno == EPIPE)
		return -1;
	return 0;
}

int sandbox_spawn(struct sandbox *s, const struct sandbox_command *command, pid_t *outside,
	pid_t *inside, struct lab_error *e)
{
	FD_SCOPED ours = -1;
	FD_SCOPED theirs = -1;
	struct wire_child child;
	struct sandbox_program *program;

	if (s->program_count == SANDBOX_PROGRAMS_MAX)
		return lab_fail(e, LAB_BROKEN, "more than %d programs in one sandbox",
			SANDBOX_PROGRAMS_MAX);
	if (command->pid && next_pid(s, command->pid) < 0)
		return lab_fail(e, LAB_BROKEN, "the sandbox's first process is gone");
	if (make_gate(&ours, &theirs) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "socketpair");
	if (send_spawn(s, command, theirs, e) < 0)
		return -1;
	fd_close(&theirs);
	if (hear_ready(ours, &child, outside, e) < 0)
		return -1;
	*inside = child.pid;
	program = &s->programs[s->program_count++];
	*program = (struct sandbox_program){
		.inside = child.pid, .outside = *outside, .gate = fd_keep(&ours)};
	return 0;
}

static struct sandbox_program *find(struct sandbox *s, pid_t inside)
{
	for (size_t i = s->program_count; i-- > 0;) {
		if (s->programs[i].inside == inside)
			return &s->programs[i];
	}
	return NULL;
}

int sandbox_release(struct sandbox *s, pid_t inside, struct lab_error *e)
{
	struct sandbox_program *program = find(s, inside);

	if (!program)
		return lab_fail(e, LAB_BROKEN, "no program with pid %d waits", (int)inside);
	s->released = (int)(program - s->programs);
	/* A child that is dead already is not an error here: how it ended will be seen. */
	if (wire_send(program->gate, "g", 1, NULL, 0, NULL, 0) < 0 && errno != EPIPE)
		return lab_fail_errno(e, LAB_BROKEN, "let a program go");
	return 0;
}

int sandbox_exec_errno(struct sandbox *s)
{
	struct sandbox_program *program;
	struct wire_child child;

	if (s->released < 0)
		return 0;
	program = &s->programs[s->released];
	if (program->gate >= 0 &&
		recv(program->gate, &child, sizeof child, MSG_DONTWAIT) == sizeof child)
		program->exec_errno = child.errnum;
	fd_close(&program->gate);
	return program->exec_errno;
}

/* ---- the end of a program ----------------------------------------------------------------------
 */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1: an answer is there; 0: DEADLINE is over (-1: there is none); -1: errno. */
static int answered(int sock, int64_t deadline)
{
	struct pollfd p = {.fd = sock, .events = POLLIN};

	for (;;) {
		int64_t left = deadline < 0 ? -1 : deadline - now_ms();
		int n = poll(&p, 1, deadline < 0 ? -1 : left < 0 ? 0 : (int)left);

		if (n >= 0 || errno != EINTR)
			return n;
	}
}

/* Asks the one behind SOCK. 1 answered, 0 too late, -1 it is gone. */
static int ask(int sock, int kind, pid_t pid, int64_t deadline, struct wire_reply *reply)
{
	const struct wire_request request = {.kind = kind, .number = pid};
	int n;

	if (wire_send(sock, &request, sizeof request, NULL, 0, NULL, 0) < 0)
		return -1;
	n = answered(sock, deadline);
	if (n == 1 && wire_receive(sock, reply, sizeof *reply, NULL, NULL, NULL) != sizeof *reply)
		return -1;
	return n;
}

int sandbox_wait(struct sandbox *s, pid_t inside, int timeout_ms, int *status, struct lab_error *e)
{
	int64_t deadline = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
	const struct sandbox_program *program = find(s, inside);
	struct wire_reply reply;
	int n = ask(s->launch, WIRE_WAIT, inside, deadline, &reply);

	if (program) /* sandbox_exec_errno() now tells of this one */
		s->released = (int)(program - s->programs);
	/* The launcher killed: init adopted the program, or knows already how it ended. */
	if (n < 0)
		n = ask(s->control, WIRE_STATUS, inside, deadline, &reply);
	if (n < 0)
		return lab_fail(e, LAB_BROKEN, "the sandbox's first process is gone");
	if (n == 0) {
		sandbox_kill(s);
		*status = SIGKILL;
		return 1;
	}
	if (reply.errnum == ECHILD && s->own_root) {
		/* Reaped by a launcher that was killed before it could say: one SIGKILL for all. */
		*status = SIGKILL;
		return 0;
	}
	if (reply.errnum) {
		errno = reply.errnum;
		return lab_fail_errno(e, LAB_BROKEN, "wait for process %d", (int)inside);
	}
	*status = reply.value;
	return 0;
}
