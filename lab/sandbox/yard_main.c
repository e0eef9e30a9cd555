/*
 * The program that the first process of a yard becomes (yard_exec.c): the cloned side of a sandbox
 * and nothing else, with no library but the C library's. It takes over what the copy of the owner
 * knew, and goes on where that stopped: in the yard's root and namespaces, all its signals blocked.
 *
 * Started by anybody else it finds nothing on its standard input, and ends.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lab/sandbox/inside.h"

static struct wire_ground ground;
static struct sandbox_op ops[SANDBOX_OPS_MAX];

static void make_plan(struct sandbox_plan *plan)
{
	for (uint32_t i = 0; i < ground.op_count; i++) {
		const struct wire_op *op = &ground.ops[i];

		ops[i] = (struct sandbox_op){.kind = (enum sandbox_op_kind)op->kind,
			.target = op->target,
			.mode = (mode_t)op->mode,
			.size = op->size,
			.inodes = op->inodes};
	}
	*plan = (struct sandbox_plan){.ops = ops,
		.op_count = ground.op_count,
		.limits = ground.limits,
		.work_dir = ground.work_dir,
		.cpu = -1,
		.own_root = true};
}

int main(void)
{
	struct sandbox_plan plan;
	struct inside in = {.plan = &plan,
		.is_yard = true,
		.ruleset = -1,
		.last_pid = -1,
		.sys_user = -1,
		.program = -1};

	/* As in the copy, whose change of uid had done it: exec has undone that. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
		read(STDIN_FILENO, &ground, sizeof ground) != (ssize_t)sizeof ground ||
		ground.size != sizeof ground || ground.op_count > SANDBOX_OPS_MAX ||
		dup2(STDOUT_FILENO, STDIN_FILENO) < 0)
		return 1;
	prctl(PR_SET_NAME, "ipclab-yard", 0, 0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return 1;
	make_plan(&plan);
	in.flags = ground.flags;
	in.control = ground.control;
	in.launch = ground.launch;
	for (size_t i = 0; i < SANDBOX_OPS_MAX; i++)
		in.sources[i] = -1;
	fcntl(in.control, F_SETFD, FD_CLOEXEC);
	fcntl(in.launch, F_SETFD, FD_CLOEXEC);
	inside_yard(&in);
}
