/*
 * The first process of a yard (yard.c): it stands in the root and the network that the yard's
 * sandboxes share, and clones the init of each. It runs nothing of a student's and cannot be seen
 * by one: it is PID 1 of a namespace around theirs. When the owner of the yard dies, so does it,
 * and all sandboxes with it.
 *
 * A network is lent again only if the one who had it last is known to have made no socket. Who was
 * killed before he could say so is taken to have made one. A check that keeps several sandboxes at
 * a time has as many networks, and the next check has them after it: to make one is dear, and so is
 * its end, which no process's account shows.
 *
 * Cloned side: see inside.h for what is forbidden here.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define YARD_NEW (CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS)

static int32_t serial; /* of the latest sandbox */

/* The networks that can be had again, one of which we stand in. */
#define NETWORKS_MOST 8

static struct network {
	int fd;           /* 0: there is none here */
	int32_t borrower; /* a sandbox's number; 0: nobody, or he left it as it was */
} networks[NETWORKS_MOST];
static size_t current;   /* where we stand; NETWORKS_MOST: in none of them */
static size_t to_forget; /* when there is no room */

/* We stand in a new one, which SERIAL has. */
static void keep_network(void)
{
	size_t at = 0;

	while (at < NETWORKS_MOST && networks[at].fd > 0)
		at++;
	if (at == NETWORKS_MOST) {
		at = to_forget++ % NETWORKS_MOST;
		close(networks[at].fd);
	}
	networks[at].fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	networks[at].borrower = serial;
	current = at;
}

static int new_network(struct wire_setup *failure)
{
	if (syscall(SYS_unshare, CLONE_NEWNET) < 0)
		return inside_fail(failure, "unshare", "network");
	current = NETWORKS_MOST;
	if (inside_loopback_up(failure) < 0)
		return -1;
	keep_network();
	return 0;
}

/* The one that we stand in, if it is free: to go elsewhere is dearer than to stay. */
static int give_network(struct wire_setup *failure)
{
	for (size_t i = 0; i < NETWORKS_MOST; i++) {
		size_t at = (current + i) % NETWORKS_MOST;

		if (networks[at].fd <= 0 || networks[at].borrower)
			continue;
		if (at != current && syscall(SYS_setns, networks[at].fd, CLONE_NEWNET) < 0)
			return inside_fail(failure, "setns", "network");
		current = at;
		networks[at].borrower = serial;
		return 0;
	}
	return new_network(failure);
}

static void take_network_back(int32_t borrower)
{
	for (size_t i = 0; i < NETWORKS_MOST; i++)
		if (networks[i].borrower == borrower)
			networks[i].borrower = 0;
}

/* The sandbox's init keeps what is in IN. -1: FAILURE. */
static pid_t clone_own_init(struct inside *in, int *pidfd, struct wire_setup *failure)
{
	pid_t pid = (pid_t)syscall(SYS_clone, YARD_NEW | CLONE_PIDFD | SIGCHLD, 0, pidfd, 0, 0);

	if (pid == 0)
		inside_own_init(in);
	if (pid < 0)
		return inside_fail(failure, "clone", "a sandbox's first process");
	return pid;
}

static void start(const struct inside *yard, const struct wire_yard *asked, const int fds[2])
{
	struct sandbox_plan plan = *yard->plan;
	struct inside own = {.plan = &plan,
		.flags = yard->flags,
		.control = fds[0],
		.launch = fds[1],
		.ruleset = -1,
		.last_pid = -1,
		.sys_user = -1,
		.program = -1};
	struct wire_setup failure = {.errnum = 0};
	struct wire_born born = {.serial = ++serial};
	int pidfd = -1;

	for (size_t i = 0; i < SANDBOX_OPS_MAX; i++)
		own.sources[i] = -1;
	plan.cpu = asked->cpu;
	plan.first_pid = asked->first_pid;
	sandbox_pin(asked->cpu); /* whoever asks waits there: to wake another processor is dear */
	if (give_network(&failure) < 0 || clone_own_init(&own, &pidfd, &failure) < 0) {
		wire_send(own.control, &failure, sizeof failure, NULL, 0, NULL, 0);
		return;
	}
	wire_send(own.control, &born, sizeof born, NULL, 0, &pidfd, 1);
	close(pidfd);
}

void inside_yard(struct inside *in)
{
	/* SIG_IGN in the kernel's struct: our children are then reaped by it. */
	const uint64_t ignore[4] = {1};
	struct wire_setup ready = {.errnum = 0};

	syscall(SYS_rt_sigaction, SIGCHLD, ignore, NULL, 8);
	keep_network(); /* the one that the yard was made with: nobody has it yet */
	wire_send(in->launch, &ready, sizeof ready, NULL, 0, NULL, 0);
	for (;;) {
		struct wire_yard asked;
		int fds[2];
		size_t count = 2;
		ssize_t got = wire_receive(in->launch, &asked, sizeof asked, fds, &count, NULL);

		if (got <= 0)
			_exit(0);
		if (got == sizeof asked && asked.unchanged)
			take_network_back(asked.unchanged);
		else if (got == sizeof asked && count == 2)
			start(in, &asked, fds);
		while (count)
			close(fds[--count]);
	}
}
