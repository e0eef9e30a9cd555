/*
 * The first process of a yard becomes a small program of its own (yard_main.c) as soon as the root
 * stands that its sandboxes share. It is a copy of its owner until then, a judge with a dozen
 * libraries; and each sandbox has two more copies, init and launcher, whose memory would have to be
 * copied, taken down and faulted in for nothing: half of what a sandbox of a yard costs. What is
 * left in them to be read by anybody is less, too.
 *
 * Where the program is not there, or is not let start, the copy goes on by itself.
 *
 * Cloned side: see inside.h for what is forbidden here.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct wire_ground ground; /* only ever used in the clone */

/* False: some name is too long. */
static bool describe(const struct inside *in)
{
	const struct sandbox_plan *plan = in->plan;

	ground = (struct wire_ground){.size = sizeof ground,
		.control = in->control,
		.launch = in->launch,
		.flags = in->flags,
		.limits = plan->limits};
	if (strlen(plan->work_dir) >= sizeof ground.work_dir)
		return false;
	strcpy(ground.work_dir, plan->work_dir);
	for (size_t i = 0; i < plan->op_count; i++) {
		const struct sandbox_op *op = &plan->ops[i];
		struct wire_op *to = &ground.ops[ground.op_count];

		if (!ops_belong(op->kind, OPS_OWN))
			continue;
		ground.op_count++;
		*to = (struct wire_op){.kind = (int32_t)op->kind,
			.mode = op->mode,
			.size = op->size,
			.inodes = op->inodes};
		if (op->target && strlen(op->target) >= sizeof to->target)
			return false;
		if (op->target)
			strcpy(to->target, op->target);
	}
	return true;
}

/* A file in memory that says it, as standard input. */
static int hand_over(void)
{
	int fd = memfd_create("yard", MFD_CLOEXEC);
	bool done = fd >= 0 && write(fd, &ground, sizeof ground) == (ssize_t)sizeof ground &&
		    lseek(fd, 0, SEEK_SET) == 0 && dup2(fd, STDIN_FILENO) >= 0;

	if (fd >= 0)
		close(fd);
	return done ? 0 : -1;
}

void inside_yard_exec(struct inside *in)
{
	char name[] = "ipclab-yard";
	char *const argv[] = {name, NULL}, *const envp[] = {NULL};

	if (in->program >= 0 && describe(in) && hand_over() == 0 &&
		fcntl(in->control, F_SETFD, 0) == 0 && fcntl(in->launch, F_SETFD, 0) == 0)
		syscall(SYS_execveat, in->program, "", argv, envp, AT_EMPTY_PATH);
	/* It is the copy, after all. */
	dup2(STDOUT_FILENO, STDIN_FILENO);
	fcntl(in->control, F_SETFD, FD_CLOEXEC);
	fcntl(in->launch, F_SETFD, FD_CLOEXEC);
	if (in->program >= 0)
		close(in->program);
	in->program = -1;
}
