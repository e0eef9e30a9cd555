/*
 * Attacks on the processes that are ours: PID 1, the programs' parent, a program that waits to be
 * let go (its memory is a copy of the judge's), and on the kernel's larger entrances.
 */
#include "config.h"

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lab/sandbox/sandbox.h"

static int cripple(char **argv)
{
	struct rlimit few = {3, 3};

	(void)argv;
	tried("prlimit init", prlimit(1, RLIMIT_NOFILE, &few, NULL));
	tried("prlimit parent", prlimit(getppid(), RLIMIT_NOFILE, &few, NULL));
	/* The report of what is left is what prlimit would have emptied. */
	tried("leave a file", open("/dev/shm/here", O_CREAT | O_WRONLY, 0600));
	return 0;
}

static void read_proc(const char *pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	tried(name, open(path, O_RDONLY));
}

static int look(char **argv)
{
	static const char *const names[] = {
		"cmdline", "environ", "mem", "exe", "maps", "fd", "root", "cwd", "status"};
	char parent[16];

	snprintf(parent, sizeof parent, "%d", (int)getppid());
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		read_proc("1", names[i]);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		read_proc(parent, names[i]);
	/* A program that waits to be let go. */
	for (size_t i = 0; *argv && i < sizeof names / sizeof *names; i++)
		read_proc(*argv, names[i]);
	return 0;
}

static int touch_memory(char **argv)
{
	static char bytes[16];
	const pid_t pids[] = {1, getppid(), *argv ? atoi(*argv) : 1};
	struct iovec here = {bytes, sizeof bytes}, there = {bytes, sizeof bytes};

	for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
		int pidfd = (int)syscall(SYS_pidfd_open, pids[i], 0);

		tried("ptrace attach", ptrace(PTRACE_ATTACH, pids[i], 0, 0));
		tried("ptrace seize", ptrace(PTRACE_SEIZE, pids[i], 0, 0));
		tried("process_vm_readv", process_vm_readv(pids[i], &here, 1, &there, 1, 0));
		tried("process_vm_writev", process_vm_writev(pids[i], &here, 1, &there, 1, 0));
		tried("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, 3, 0));
		tried("setns", setns(pidfd, CLONE_NEWNS));
	}
	return 0;
}

static int write_sys(char **argv)
{
	static const char *const names[] = {"kernel/shmall", "kernel/msgmni", "kernel/sem",
		"kernel/ns_last_pid", "user/max_user_namespaces", "fs/mqueue/queues_max",
		"net/ipv4/ip_forward"};
	char path[96];

	(void)argv;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "/proc/sys/%s", names[i]);
		int fd = open(path, O_WRONLY);

		tried(names[i], fd < 0 ? -1 : write(fd, "9", 1));
	}
	return 0;
}

static int new_namespaces(char **argv)
{
	(void)argv;
	tried("unshare user", unshare(CLONE_NEWUSER));
	tried("unshare mount", unshare(CLONE_NEWNS));
	tried("clone user", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	tried("clone pid", syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0));
	tried("clone3", syscall(SYS_clone3, NULL, 0));
	tried("remount /", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL));
	tried("bind", mount("/usr", "/tmp", NULL, MS_BIND, NULL));
	tried("umount /proc/sys", umount("/proc/sys"));
	tried("chroot", chroot("/tmp"));
	return 0;
}

/* A call that breaks RULE, the upper half of the argument filled with what the kernel ignores. */
static long break_rule(const struct sandbox_rule *rule)
{
	unsigned long args[6] = {0};

	switch (rule->op) {
	case 0:
		break;
	case SCMP_CMP_MASKED_EQ:
		args[rule->arg] = rule->value | ~(rule->mask | 0xffffffffUL);
		break;
	default: /* NE, GT */
		args[rule->arg] = rule->value + 1;
	}
	return syscall(rule->nr, args[0], args[1], args[2], args[3], args[4], args[5]);
}

static int every_rule(char **argv)
{
	int wrong = 0;

	(void)argv;
	for (size_t i = 0; i < sandbox_rule_count; i++) {
		const struct sandbox_rule *rule = &sandbox_rules[i];
		long rc;

		if (rule->nr < 0)
			continue;
		rc = break_rule(rule);
		if (rc >= 0 || errno != rule->errnum) {
			tried(rule->name, rc);
			wrong++;
		}
	}
	printf("%d rules do not hold\n", wrong);
	return 0;
}

/* What the rules must leave alone. */
static int not_refused(char **argv)
{
	struct rlimit limit;

	(void)argv;
	tried("getrlimit", getrlimit(RLIMIT_NOFILE, &limit));
	tried("lower a limit", setrlimit(RLIMIT_NOFILE, &(struct rlimit){50, 50}));
	tried("fork", vfork() == 0 ? (_exit(0), 0) : 0);
	tried("personality query", syscall(SYS_personality, 0xffffffff));
	tried("sched_getaffinity", sched_getaffinity(0, sizeof(cpu_set_t), &(cpu_set_t){{0}}));
	return 0;
}

static int foreign_call(char **argv)
{
	(void)argv;
#if defined(__x86_64__)
	/* getpid of the 32-bit table. */
	int rc;

	__asm__ volatile("int $0x80" : "=a"(rc) : "a"(20) : "memory");
	printf("int 0x80: %d\n", rc > 0);
#else
	raise(SIGSYS);
#endif
	return 0;
}

static int x32_call(char **argv)
{
	(void)argv;
#if defined(__x86_64__)
	printf("x32: %ld\n", syscall(0x40000000 + SYS_getpid));
#else
	raise(SIGSYS);
#endif
	return 0;
}

static int become_root(char **argv)
{
	(void)argv;
	tried("setuid 0", setuid(0));
	tried("setgid 0", setgid(0));
	tried("setgroups", syscall(SYS_setgroups, 0, NULL));
	tried("mknod", syscall(SYS_mknod, "/tmp/disk", 0060600, 0x0801));
	tried("write uid_map", open("/proc/self/uid_map", O_WRONLY) < 0
				       ? -1
				       : write(open("/proc/self/uid_map", O_WRONLY), "0 0 1", 5));
	return 0;
}

const struct attack attacks_on_init[] = {
	{"cripple", cripple},
	{"look", look},
	{"touch-memory", touch_memory},
	{"write-sys", write_sys},
	{"new-namespaces", new_namespaces},
	{"every-rule", every_rule},
	{"not-refused", not_refused},
	{"foreign-call", foreign_call},
	{"x32-call", x32_call},
	{"become-root", become_root},
	{NULL, NULL},
};
