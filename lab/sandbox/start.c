/*
 * The owner's side of a sandbox's life: clone init into new namespaces, give it its uid, hear that
 * it is ready (ids.c, stop.c). See sandbox.h for the theory of operation.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/pidfd.h"
#include "lab/sandbox/calls.h"
#include "lab/sandbox/inside.h"
#include "lab/sandbox/reduced.h"

/* What init may not be able to open: it is never root. */
static int open_sources(struct inside *in, struct lab_error *e)
{
	for (size_t i = 0; i < in->plan->op_count; i++) {
		const struct sandbox_op *op = &in->plan->ops[i];
		int *fd = &in->sources[i];

		*fd = -1;
		if (op->kind == SANDBOX_COPY)
			*fd = open(op->source, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		else if ((op->kind == SANDBOX_RO_BIND || op->kind == SANDBOX_RW_BIND) &&
			 geteuid() == 0)
			*fd = calls_open_tree(AT_FDCWD, op->source,
				CALLS_OPEN_TREE_CLONE | AT_RECURSIVE | O_CLOEXEC);
		else
			continue;
		/* Root without privileges over mounts, or no such call: init tries, and tells. */
		if (*fd < 0 && !(op->optional && errno == ENOENT) &&
			!(op->kind != SANDBOX_COPY && (errno == EPERM || errno == ENOSYS)))
			return lab_fail_errno(
				e, LAB_BROKEN, "open \"%s\" for the sandbox", op->source);
	}
	return 0;
}

static void close_sources(struct inside *in)
{
	for (size_t i = 0; i < in->plan->op_count; i++)
		fd_close(&in->sources[i]);
}

/* Never 0, 1 or 2, also where the owner has closed those: inside they are the standard ones. */
static int above_standard(int fd)
{
	int high = fd > 2 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (fd <= 2)
		fd_close(&fd);
	return high;
}

int sandbox_socket_pair(int *ours, int *theirs)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	*ours = above_standard(pair[0]);
	*theirs = above_standard(pair[1]);
	return *ours < 0 || *theirs < 0 ? -1 : 0;
}

/* Does this errno say that the kernel, or who guards it, does not let us? Anything else is a fault
 * of this moment, and no reason to go on with less. */
static bool is_refusal(int errnum)
{
	return errnum == EPERM || errnum == EACCES || errnum == ENOSYS || errnum == EINVAL ||
	       errnum == ENODEV || errnum == EOPNOTSUPP || errnum == EUSERS || errnum == EROFS;
}

int sandbox_setup_failed(struct wire_setup *said, struct lab_error *e)
{
	said->what[sizeof said->what - 1] = said->operand[sizeof said->operand - 1] = '\0';
	errno = said->errnum;
	if (!is_refusal(errno))
		return lab_fail_errno(
			e, LAB_BROKEN, "sandbox: %s \"%s\"", said->what, said->operand);
	return lab_fail_errno(e, LAB_UNSUPPORTED, "sandbox: %s \"%s\" (%s)", said->what,
		said->operand, sandbox_mend(errno));
}

/* Waits for the launcher's "ready", or whoever says first why there is none. */
static int wait_ready(struct sandbox *s, struct lab_error *e)
{
	struct pollfd either[2] = {
		{.fd = s->launch, .events = POLLIN}, {.fd = s->control, .events = POLLIN}};
	struct wire_setup said;

	while (poll(either, 2, -1) < 0) {
		if (errno != EINTR)
			return lab_fail_errno(e, LAB_BROKEN, "poll");
	}
	/* When init fails both ends close, and only its own has the reason. */
	if (wire_receive(either[1].revents ? s->control : s->launch, &said, sizeof said, NULL, NULL,
		    NULL) != sizeof said)
		return lab_fail(e, LAB_BROKEN, "the sandbox's first process died while setting up");
	return said.errnum ? sandbox_setup_failed(&said, e) : 0;
}

static bool has_message(int sock)
{
	struct pollfd p = {.fd = sock, .events = POLLIN};

	return poll(&p, 1, 0) == 1 && p.revents & POLLIN;
}

static pid_t clone_init(struct inside *in, struct sandbox *s)
{
	pid_t pid = (pid_t)syscall(
		SYS_clone, (unsigned long)in->flags | CLONE_PIDFD | SIGCHLD, 0, &s->pidfd, 0, 0);

	if (pid == 0) {
		close(s->control);
		close(s->launch);
		inside_init(in);
	}
	return pid;
}

ino_t sandbox_pid_namespace(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)pid);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static int bring_up(struct sandbox *s, struct inside *in, struct lab_error *e)
{
	char go = SANDBOX_GO;

	if (!in->reduced && open_sources(in, e) < 0)
		return -1;
	if (sandbox_socket_pair(&s->control, &in->control) < 0 ||
		sandbox_socket_pair(&s->launch, &in->launch) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "socketpair");
	s->init = clone_init(in, s);
	if (s->init < 0) {
		s->init = 0;
		return lab_fail_errno(e,
			errno == EAGAIN || errno == ENOMEM ? LAB_BROKEN : LAB_UNSUPPORTED,
			"clone into new namespaces (%s)", sandbox_mend(errno));
	}
	if (s->reduced)
		s->reduced->world.reaper = s->init;
	fd_close(&in->control);
	fd_close(&in->launch);
	if (in->flags & CLONE_NEWPID)
		s->pid_namespace = sandbox_pid_namespace(s->init); /* later it is closed to us */
	if (in->flags & CLONE_NEWUSER && sandbox_map_ids(s->init, s->own_root, &go, e) < 0)
		/* Init may have failed and died before that; then it said why. */
		return has_message(s->control) ? wait_ready(s, e) : -1;
	if (wire_send(s->control, &go, 1, NULL, 0, NULL, 0) < 0 && errno != EPIPE)
		return lab_fail_errno(e, LAB_BROKEN, "send");
	return wait_ready(s, e);
}

struct sandbox *sandbox_new(const struct sandbox_plan *plan)
{
	struct sandbox *s = lab_xmalloc(sizeof *s);

	s->pidfd = s->control = s->launch = s->terminal = s->released = -1;
	s->own_root = plan->own_root;
	snprintf(s->work_dir, sizeof s->work_dir, "%s", plan->work_dir ? plan->work_dir : "");
	return s;
}

/* POSIX queues are counted again in each user namespace above (ucounts, in kernel/ucount.c), where
 * all sandboxes of a user come together, those too whose end the kernel has not got to: one run's
 * queues would be another's EMFILE. The limit there is that of whoever makes the namespace; a
 * program's own is in the plan. Root can raise it, unless it is a container's without
 * CAP_SYS_RESOURCE. */
static void let_queues_be(void)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	struct rlimit now;

	if (setrlimit(RLIMIT_MSGQUEUE, &none) == 0 || getrlimit(RLIMIT_MSGQUEUE, &now) < 0)
		return;
	now.rlim_cur = now.rlim_max;
	setrlimit(RLIMIT_MSGQUEUE, &now);
}

/* What a yard becomes; -1 where it is not to be had, which costs time and nothing else. */
static int open_yard_program(void)
{
	LAB_FREE char *path = path_join(lab_guest_dir(), "yard");

	return above_standard(open(path, O_PATH | O_CLOEXEC));
}

struct sandbox *sandbox_start_with(const struct sandbox_plan *plan, unsigned flags, bool reduced,
	bool is_yard, struct lab_error *e)
{
	struct sandbox *s = sandbox_new(plan);
	struct sandbox_plan whole = *plan;
	struct inside in = {.plan = &whole,
		.is_yard = is_yard,
		.flags = flags,
		.control = -1,
		.launch = -1,
		.ruleset = -1,
		.last_pid = -1,
		.sys_user = -1,
		.program = -1};
	int rc = 0;

	if (plan->own_root)
		let_queues_be();
	sandbox_limits_fill(&whole.limits);
	for (size_t i = 0; i < SANDBOX_OPS_MAX; i++)
		in.sources[i] = -1;
	if (reduced) {
		s->reduced = in.reduced = reduced_new(&whole, e);
		rc = s->reduced ? 0 : -1;
		in.ruleset = s->reduced ? s->reduced->ruleset : -1;
	}
	if (is_yard)
		in.program = open_yard_program();
	if (rc == 0)
		rc = bring_up(s, &in, e);
	close_sources(&in);
	fd_close(&in.program);
	fd_close(&in.control);
	fd_close(&in.launch);
	if (rc < 0) {
		sandbox_stop(s);
		return NULL;
	}
	return s;
}

int sandbox_check_plan(const struct sandbox_plan *plan, struct lab_error *e)
{
	if (plan->op_count > SANDBOX_OPS_MAX)
		return lab_fail(e, LAB_BROKEN, "a sandbox plan of more than %d operations",
			SANDBOX_OPS_MAX);
	for (size_t i = 0; i < plan->op_count; i++) {
		const struct sandbox_op *op = &plan->ops[i];

		if ((op->kind <= SANDBOX_RW_BIND || op->kind == SANDBOX_COPY) && !op->source)
			return lab_fail(e, LAB_USAGE,
				"the path of what the sandbox should show as \"%s\" is too long",
				op->target);
	}
	return 0;
}

/* With what this machine gives. A machine that has refused once is not asked again. */
static struct sandbox *start_isolated(const struct sandbox_plan *plan, struct lab_error *e)
{
	static bool refuses;
	enum sandbox_isolation wish = reduced_wish();
	struct lab_error full = {.kind = LAB_OK}, reduced = {.kind = LAB_OK};
	struct sandbox *s;

	if (wish == SANDBOX_FULL)
		return sandbox_start_with(plan, SANDBOX_NEW_ALL, false, false, e);
	if (wish == SANDBOX_REDUCED)
		return sandbox_start_with(plan, 0, true, false, e);
	if (!refuses) {
		s = sandbox_start_with(plan, SANDBOX_NEW_ALL, false, false, &full);
		if (s || full.kind != LAB_UNSUPPORTED) {
			if (!s && e)
				*e = full;
			return s;
		}
	}
	s = sandbox_start_with(plan, 0, true, false, &reduced);
	refuses = s != NULL;
	if (!s && (full.kind == LAB_OK || reduced.kind != LAB_UNSUPPORTED))
		lab_fail(e, reduced.kind, "%s", reduced.text);
	else if (!s)
		lab_fail(e, LAB_UNSUPPORTED, "%s; and without namespaces: %s", full.text,
			reduced.text);
	return s;
}

struct sandbox *sandbox_start(const struct sandbox_plan *plan, struct lab_error *e)
{
	return sandbox_start_as(plan, SANDBOX_ANY, e);
}

struct sandbox *sandbox_start_as(
	const struct sandbox_plan *plan, enum sandbox_isolation isolation, struct lab_error *e)
{
	unsigned user = geteuid() == 0 ? 0 : CLONE_NEWUSER;
	struct sandbox *s;

	if (sandbox_check_plan(plan, e) < 0)
		return NULL;
	if (plan->own_root && isolation == SANDBOX_ANY)
		return start_isolated(plan, e);
	if (plan->own_root)
		return sandbox_start_with(plan, isolation == SANDBOX_FULL ? SANDBOX_NEW_ALL : 0,
			isolation == SANDBOX_REDUCED, false, e);
	/* trace: with namespaces where they are to be had. */
	s = sandbox_start_with(plan, SANDBOX_NEW_TRACE | user, false, false, e);
	return s ? s : sandbox_start_with(plan, 0, false, false, e);
}

enum sandbox_isolation sandbox_isolation_of(const struct sandbox *s)
{
	return s->reduced ? SANDBOX_REDUCED : SANDBOX_FULL;
}

const struct sandbox_world *sandbox_world(const struct sandbox *s)
{
	return s->reduced && s->reduced->supervised ? &s->reduced->world : NULL;
}

enum sandbox_isolation sandbox_isolation(struct lab_error *e)
{
	LAB_FREE struct sandbox_plan_storage *storage = lab_xmalloc(sizeof *storage);
	struct lab_error why = {.kind = LAB_OK};
	enum sandbox_isolation got = SANDBOX_ANY;
	struct sandbox_plan plan;
	struct sandbox *s;

	sandbox_plan_program(&plan, storage, "/usr/bin");
	plan.supervised = true;
	s = sandbox_start(&plan, e);
	if (s)
		got = sandbox_isolation_of(s);
	sandbox_stop(s);
	if (got != SANDBOX_REDUCED || !e)
		return got;
	if (reduced_wish() == SANDBOX_REDUCED) {
		lab_fail(e, LAB_UNSUPPORTED, "IPCLAB_ISOLATION=reduced asks for it");
		return got;
	}
	s = sandbox_start_as(&plan, SANDBOX_FULL, &why);
	sandbox_stop(s);
	*e = why;
	return got;
}
