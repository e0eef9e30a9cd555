/*
 * The owner's side of a yard: what all sandboxes of one plan share, so that each is there in a
 * fraction of the time. Shared are the outer user namespace, the host's name, the root with all
 * that is read-only, and the network as long as nobody makes a socket. Each sandbox has of its own:
 * PIDs, IPC objects, the inner user namespace, the table of mounts, and whatever can be written to.
 *
 * A yard may be used by children of the process that made it, by one at a time: nothing comes back
 * over its socket, so that who was killed in the middle leaves nothing behind that the next one
 * could take for his. A sandbox of a yard ends with its own owner too: then its control socket
 * closes.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/sandbox/inside.h"
#include "lab/sandbox/reduced.h"

struct sandbox_yard {
	struct sandbox *ground; /* its first process clones the others; launch is where we ask */
	struct sandbox_plan plan;
};

struct sandbox_yard *sandbox_yard_new(const struct sandbox_plan *plan, struct lab_error *e)
{
	struct sandbox_yard *yard;
	struct sandbox *ground;

	if (sandbox_check_plan(plan, e) < 0)
		return NULL;
	for (size_t i = 0; i < plan->op_count; i++)
		if (plan->ops[i].kind == SANDBOX_COPY)
			plan = NULL; /* its source can be read once */
	if (!plan || !plan->own_root || reduced_wish() == SANDBOX_REDUCED) {
		lab_fail(e, LAB_UNSUPPORTED, "this plan is for a sandbox that stands alone");
		return NULL;
	}
	ground = sandbox_start_with(plan, SANDBOX_NEW_ALL, false, true, e);
	if (!ground)
		return NULL;
	yard = lab_xmalloc(sizeof *yard);
	yard->ground = ground;
	yard->plan = *plan;
	return yard;
}

void sandbox_yard_free(struct sandbox_yard *yard)
{
	if (!yard)
		return;
	sandbox_stop(yard->ground);
	free(yard);
}

/* Over control come the news that init was born, from the yard, or why something failed. */
static int hear_control(struct sandbox *s, struct lab_error *e)
{
	union {
		struct wire_born born;
		struct wire_setup failure;
	} said;
	size_t count = 1;
	ssize_t got = wire_receive(s->control, &said, sizeof said, &s->pidfd, &count, NULL);

	if (got == sizeof said.failure && count == 0)
		return sandbox_setup_failed(&said.failure, e);
	if (got != sizeof said.born || count != 1)
		return lab_fail(e, LAB_BROKEN, "the sandbox's first process died while setting up");
	s->serial = said.born.serial;
	return 0;
}

/* Waits for the launcher's "ready" and the yard's news, or whoever says first why there is none. */
static int await_birth(struct sandbox *s, struct lab_error *e)
{
	struct wire_setup ready = {.errnum = 0};
	bool is_ready = false;

	while (!is_ready || s->pidfd < 0) {
		struct pollfd either[2] = {{.fd = s->control, .events = POLLIN},
			{.fd = is_ready ? -1 : s->launch, .events = POLLIN}};

		if (poll(either, 2, -1) < 0 && errno != EINTR)
			return lab_fail_errno(e, LAB_BROKEN, "poll");
		if (either[0].revents) {
			if (hear_control(s, e) < 0)
				return -1;
		} else if (either[1].revents) {
			if (wire_receive(s->launch, &ready, sizeof ready, NULL, NULL, NULL) !=
				sizeof ready)
				return lab_fail(e, LAB_BROKEN,
					"the sandbox's first process died while setting up");
			is_ready = true;
		}
	}
	s->pid_namespace = (ino_t)ready.pid_namespace;
	return ready.errnum ? sandbox_setup_failed(&ready, e) : 0;
}

static int ask(const struct sandbox_yard *yard, struct sandbox *s, const struct wire_yard *wanted,
	struct lab_error *e)
{
	FD_SCOPED control = -1;
	FD_SCOPED launch = -1;
	int theirs[2];

	if (sandbox_socket_pair(&s->control, &control) < 0 ||
		sandbox_socket_pair(&s->launch, &launch) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "socketpair");
	theirs[0] = control;
	theirs[1] = launch;
	if (wire_send(yard->ground->launch, wanted, sizeof *wanted, NULL, 0, theirs, 2) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "ask for a sandbox");
	return 0;
}

struct sandbox *sandbox_yard_start(
	struct sandbox_yard *yard, int cpu, int32_t first_pid, struct lab_error *e)
{
	const struct wire_yard wanted = {.cpu = cpu, .first_pid = first_pid};
	struct sandbox *s = sandbox_new(&yard->plan);

	s->yard = yard;
	if (ask(yard, s, &wanted, e) < 0 || await_birth(s, e) < 0) {
		sandbox_stop(s);
		return NULL;
	}
	return s;
}

void sandbox_made_no_socket(struct sandbox *s)
{
	s->no_sockets = true;
}

void sandbox_left_yard(const struct sandbox *s)
{
	const struct wire_yard over = {.unchanged = s->serial};

	/* Unsaid, the next one gets another network: slower, never wrong. */
	if (s->no_sockets)
		wire_send(s->yard->ground->launch, &over, sizeof over, NULL, 0, NULL, 0);
}
