/*
 * The two plans of the lab, as data: what students' programs see, and what the compiler sees. Looks
 * at the host's layout (is /lib a link?) but changes nothing; ops.c executes.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/path.h"
#include "lab/sandbox/inside.h"

#define MIB (UINT64_C(1) << 20)

/* Measured in use: an exercise of the course needs a few dozen processes and descriptors at most,
 * and no program of it more than 100 MiB. */
static const struct sandbox_limits program_limits = {
	.address_space = 512 * MIB,
	.file_size = 16 * MIB,
	.cpu_seconds = 10,
	.processes = 64,
	.open_files = 256,
	.mqueue_bytes = 819200, /* Linux's own default: mq exercises quote it */
	.stack = 8 * MIB,
};

/* gcc needs 200 MiB for the largest of our sources; what bombs it is stopped in a second or two. */
static const struct sandbox_limits compiler_limits = {
	.address_space = 1024 * MIB,
	.file_size = 32 * MIB,
	.cpu_seconds = 10,
	.processes = 16,
	.open_files = 256,
	.mqueue_bytes = 1,
	.stack = 8 * MIB,
};

void sandbox_limits_fill(struct sandbox_limits *limits)
{
	const struct sandbox_limits *d = &program_limits;

#define FILL(field) limits->field = limits->field ? limits->field : d->field
	FILL(address_space);
	FILL(file_size);
	FILL(cpu_seconds);
	FILL(processes);
	FILL(open_files);
	FILL(mqueue_bytes);
	FILL(stack);
#undef FILL
}

static const char *keep(struct sandbox_plan_storage *storage, const char *text)
{
	size_t slots = sizeof storage->text / sizeof *storage->text;
	char *slot;

	if (storage->used == slots || strlen(text) >= sizeof *storage->text)
		return NULL; /* the operation then fails, and says which */
	slot = storage->text[storage->used++];
	strcpy(slot, text);
	return slot;
}

void sandbox_plan_add(
	struct sandbox_plan *plan, struct sandbox_plan_storage *storage, struct sandbox_op op)
{
	if (plan->op_count < sizeof storage->ops / sizeof *storage->ops)
		storage->ops[plan->op_count++] = op;
	plan->ops = storage->ops;
}

/* The folders of the host that hold programs and libraries. Where one is a link (/lib -> usr/lib),
 * it is one inside. */
static void add_system(struct sandbox_plan *plan, struct sandbox_plan_storage *storage)
{
	static const char *const folders[] = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
		"/libx32", "/nix/store", "/gnu/store"};
	char link[200];
	struct stat st;

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		struct sandbox_op op = {
			.kind = SANDBOX_RO_BIND, .source = folders[i], .target = folders[i]};
		ssize_t len = readlink(folders[i], link, sizeof link - 1);

		if (len > 0) {
			link[len] = '\0';
			op.kind = SANDBOX_SYMLINK;
			op.source = keep(storage, link);
		} else if (stat(folders[i], &st) < 0) {
			continue;
		}
		sandbox_plan_add(plan, storage, op);
	}
}

static const struct sandbox_op common[] = {
	{.kind = SANDBOX_RO_BIND,
		.source = "/etc/ld.so.cache",
		.target = "/etc/ld.so.cache",
		.optional = true},
	{.kind = SANDBOX_RO_BIND,
		.source = "/etc/alternatives",
		.target = "/etc/alternatives",
		.optional = true},
	{.kind = SANDBOX_PROC},
	{.kind = SANDBOX_RO_SYS}, /* after proc; sets the IPC namespace's limits first */
	{.kind = SANDBOX_DEV, .size = 16 * MIB, .inodes = 4096},
};

static const struct sandbox_op program_files[] = {
	{.kind = SANDBOX_FILE,
		.target = "/etc/passwd",
		.mode = 0444,
		.source = "student:x:1000:1000:Student:/home/student:/bin/sh\n"
			  "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"},
	{.kind = SANDBOX_FILE,
		.target = "/etc/group",
		.mode = 0444,
		.source = "student:x:1000:\nnogroup:x:65534:\n"},
	{.kind = SANDBOX_FILE,
		.target = "/etc/hosts",
		.mode = 0444,
		.source = "127.0.0.1 localhost lab\n::1 localhost\n"},
};

static void start_plan(struct sandbox_plan *plan, struct sandbox_plan_storage *storage,
	const struct sandbox_limits *limits, const char *work_dir)
{
	storage->used = 0;
	*plan = (struct sandbox_plan){
		.limits = *limits,
		.host_name = "lab",
		.work_dir = work_dir,
		.cpu = -1,
		.own_root = true,
	};
	add_system(plan, storage);
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		sandbox_plan_add(plan, storage, common[i]);
	sandbox_plan_hide(plan, storage, lab_judges_dir());
	sandbox_plan_hide(plan, storage, lab_course_dir());
}

void sandbox_plan_hide(
	struct sandbox_plan *plan, struct sandbox_plan_storage *storage, const char *dir)
{
	char real[PATH_MAX];

	if (!dir || !realpath(dir, real))
		return;
	for (size_t i = 0; i < plan->op_count; i++) {
		const struct sandbox_op *op = &plan->ops[i];
		size_t len;

		if (op->kind != SANDBOX_RO_BIND && op->kind != SANDBOX_RW_BIND)
			continue;
		/* Only what is seen under its own name: binds elsewhere are chosen with care. */
		len = strlen(op->source);
		if (strcmp(op->source, op->target) != 0 || strncmp(real, op->source, len) != 0 ||
			real[len] != '/')
			continue;
		sandbox_plan_add(plan, storage,
			(struct sandbox_op){.kind = SANDBOX_HIDE, .target = keep(storage, real)});
		return;
	}
}

static void add_tmpfs(struct sandbox_plan *plan, struct sandbox_plan_storage *storage,
	const char *target, mode_t mode, uint64_t size)
{
	sandbox_plan_add(plan, storage,
		(struct sandbox_op){.kind = SANDBOX_TMPFS,
			.target = target,
			.mode = mode,
			.size = size,
			.inodes = 4096});
}

void sandbox_plan_program(
	struct sandbox_plan *plan, struct sandbox_plan_storage *storage, const char *bin_dir)
{
	start_plan(plan, storage, &program_limits, "/home/student");
	for (size_t i = 0; i < sizeof program_files / sizeof *program_files; i++)
		sandbox_plan_add(plan, storage, program_files[i]);
	sandbox_plan_add(plan, storage,
		(struct sandbox_op){.kind = SANDBOX_RO_BIND,
			.source = keep(storage, bin_dir),
			.target = "/lab/bin"});
	add_tmpfs(plan, storage, "/tmp", 01777, 16 * MIB);
	add_tmpfs(plan, storage, "/home/student", 0755, 16 * MIB);
}

void sandbox_plan_compiler(struct sandbox_plan *plan, struct sandbox_plan_storage *storage,
	const char *src_dir, const char *guest_dir)
{
	start_plan(plan, storage, &compiler_limits, "/src");
	sandbox_plan_add(plan, storage,
		(struct sandbox_op){.kind = SANDBOX_RO_BIND,
			.source = keep(storage, src_dir),
			.target = "/src"});
	if (guest_dir)
		sandbox_plan_add(plan, storage,
			(struct sandbox_op){.kind = SANDBOX_RO_BIND,
				.source = keep(storage, guest_dir),
				.target = "/lab/guest"});
	add_tmpfs(plan, storage, "/tmp", 01777, 64 * MIB);
	add_tmpfs(plan, storage, "/out", 0755, 64 * MIB);
	/* A source that includes a terminal's master would wait for ever, using no time. */
	add_tmpfs(plan, storage, "/dev/pts", 0755, MIB);
}

void sandbox_plan_caller(struct sandbox_plan *plan)
{
	*plan = (struct sandbox_plan){.cpu = -1, .own_root = false};
}
