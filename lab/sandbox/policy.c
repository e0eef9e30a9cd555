/*
 * The syscall policy: what students' programs and the compiler may not call, and why. One row a
 * rule; what has no row is allowed. The namespaces hold without it: the rows close what namespaces
 * leave open (a process of the same uid, the kernel's larger and rarely used entrances), and most
 * refuse with the errno that an unprivileged process gets anyway.
 *
 * A rule's condition looks at one argument. Arguments that the kernel takes as 32 bits are compared
 * as such: a program may leave anything in the upper half.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "lab/sandbox/calls.h"

#define LOW32 UINT64_C(0xffffffff)
#define DENY(call, e, r)                                                          \
	{                                                                         \
		.nr = SCMP_SYS(call), .name = #call, .errnum = (e), .reason = (r) \
	}
#define DENY_IF(call, e, a, o, m, v, r)                                                    \
	{                                                                                  \
		.nr = SCMP_SYS(call), .name = #call, .errnum = (e), .arg = (a), .op = (o), \
		.mask = (m), .value = (v), .reason = (r)                                   \
	}
/* The argument, 32 bits of it, is V. */
#define DENY_IS(call, e, a, v, r) DENY_IF(call, e, a, SCMP_CMP_MASKED_EQ, LOW32, v, r)
/* ... is not 0: nothing but oneself. */
#define DENY_OTHERS(call, r)                                                             \
	{                                                                                \
		.nr = SCMP_SYS(call), .name = #call, .errnum = EPERM, .op = SCMP_CMP_NE, \
		.others = true, .reason = (r)                                            \
	}
/* What the lab cannot have, and nobody means any harm by. */
#define DENY_QUIETLY(call, e, r)                                                                 \
	{                                                                                        \
		.nr = SCMP_SYS(call), .name = #call, .errnum = (e), .quiet = true, .reason = (r) \
	}
/* clone(2) has the flags in argument 0 on all but s390 and cris, which are not supported. */
#define DENY_NEW(flag, r) DENY_IF(clone, EPERM, 0, SCMP_CMP_MASKED_EQ, flag, flag, r)

const struct sandbox_rule sandbox_rules[] = {
	/* Other processes' memory and descriptors. */
	DENY(ptrace, EPERM, "reads and steers other processes"),
	DENY(process_vm_readv, EPERM, "another process's memory"),
	DENY(process_vm_writev, EPERM, "another process's memory"),
	DENY(process_madvise, EPERM, "another process's memory"),
	DENY(pidfd_getfd, EPERM, "another process's descriptors"),
	DENY(kcmp, EPERM, "compares kernel objects of other processes"),
	/* init has the same host uid: prlimit(1, ...) would cripple it */
	DENY_OTHERS(prlimit64, "another process's limits"),
	DENY_QUIETLY(sched_setaffinity, EPERM,
		"all processes of a run share one CPU; off it nothing is exact"),
	/* could starve init or the programs' parent */
	DENY_OTHERS(sched_setscheduler, "another process's priority"),
	DENY_OTHERS(sched_setattr, "another process's priority"),
	DENY_OTHERS(sched_setparam, "another process's priority"),
	DENY_OTHERS(migrate_pages, "another process's memory"),
	DENY_OTHERS(move_pages, "another process's memory"),

	/* Namespaces and mounts: the view that init built stays as it is. */
	DENY(unshare, EPERM, "new namespaces bring new capabilities"),
	DENY(setns, EPERM, "another namespace's view"),
	DENY_QUIETLY(clone3, ENOSYS,
		"its flags are in memory, out of a filter's sight; libc falls back"),
	DENY_NEW(CLONE_NEWUSER, "a user namespace brings capabilities"),
	DENY_NEW(CLONE_NEWNS, "a mount namespace"),
	DENY_NEW(CLONE_NEWPID, "a pid namespace: pids that the log cannot tell apart"),
	DENY_NEW(CLONE_NEWNET, "a network namespace"),
	DENY_NEW(CLONE_NEWIPC, "an ipc namespace: objects that the leak report cannot see"),
	DENY_NEW(CLONE_NEWUTS, "a uts namespace"),
	DENY_NEW(CLONE_NEWCGROUP, "a cgroup namespace"),
	DENY(mount, EPERM, "changes the view of files"),
	DENY(umount2, EPERM, "uncovers what is hidden"),
	DENY(pivot_root, EPERM, "changes the view of files"),
	DENY(chroot, EPERM, "changes the view of files"),
	DENY(open_tree, EPERM, "mounts by descriptor"),
	DENY(move_mount, EPERM, "mounts by descriptor"),
	DENY(fsopen, EPERM, "mounts by descriptor"),
	DENY(fsconfig, EPERM, "mounts by descriptor"),
	DENY(fsmount, EPERM, "mounts by descriptor"),
	DENY(fspick, EPERM, "mounts by descriptor"),
	DENY(mount_setattr, EPERM, "makes a read-only mount writable"),
	DENY(name_to_handle_at, EPERM, "handles go round path permissions"),
	DENY(open_by_handle_at, EPERM, "opens files outside of the view"),
	DENY(fanotify_init, EPERM, "watches whole mounts"),
	DENY(quotactl, EPERM, "disks"),
	DENY(quotactl_fd, EPERM, "disks"),
	DENY(swapon, EPERM, "disks"),
	DENY(swapoff, EPERM, "disks"),
	DENY(acct, EPERM, "process accounting"),

	/* Large entrances to the kernel that no exercise needs. */
	DENY(io_uring_setup, ENOSYS, "calls made through it pass no filter and no tracer"),
	DENY(io_uring_enter, ENOSYS, "calls made through it pass no filter and no tracer"),
	DENY(io_uring_register, ENOSYS, "calls made through it pass no filter and no tracer"),
	DENY(perf_event_open, EACCES, "measures other processes; a rich source of kernel bugs"),
	DENY(bpf, EPERM, "code in the kernel"),
	DENY(userfaultfd, EPERM, "holds the kernel up at a page of one's choice"),
	DENY(keyctl, EPERM, "keyrings belong to the host's user, not to a namespace"),
	DENY(add_key, EPERM, "keyrings belong to the host's user, not to a namespace"),
	DENY(request_key, EPERM, "keyrings belong to the host's user, not to a namespace"),
	DENY(kexec_load, EPERM, "another kernel"),
	DENY(kexec_file_load, EPERM, "another kernel"),
	DENY(init_module, EPERM, "kernel modules"),
	DENY(finit_module, EPERM, "kernel modules"),
	DENY(delete_module, EPERM, "kernel modules"),
	DENY(syslog, EPERM, "the kernel's messages"),
	DENY(lookup_dcookie, EPERM, "the kernel's profiler"),
	DENY(iopl, EPERM, "hardware"),
	DENY(ioperm, EPERM, "hardware"),
	DENY(modify_ldt, EPERM, "segments: a rich source of kernel bugs"),

	/* The machine. */
	DENY(reboot, EPERM, "the machine"),
	DENY(sethostname, EPERM, "the run's host name is set"),
	DENY(setdomainname, EPERM, "the run's host name is set"),
	DENY(settimeofday, EPERM, "the machine's clock"),
	DENY_IS(clock_settime, EPERM, 0, CLOCK_REALTIME, "the machine's clock"),
	DENY(vhangup, EPERM, "the caller's terminal"),
	{.nr = SCMP_SYS(personality),
		.name = "personality",
		.errnum = EPERM,
		.op = SCMP_CMP_NE,
		.value = LOW32,
		.quiet = true,
		.reason = "addresses would differ from run to run"},
	DENY_IS(ioctl, EPERM, 1, TIOCSTI, "types into the terminal for its owner"),
	DENY_IS(ioctl, EPERM, 1, 0x541C /* TIOCLINUX */, "pastes into the console for its owner"),

	/* Sockets that no network namespace holds, or that reach drivers. Families of
	 * linux/socket.h: up to AF_NETLINK (16) all are needed or harmless. */
	DENY_IF(socket, EAFNOSUPPORT, 0, SCMP_CMP_GT, 0, AF_NETLINK,
		"packet, vsock (reaches the hypervisor), bluetooth, crypto and the like"),
};

const size_t sandbox_rule_count = sizeof sandbox_rules / sizeof *sandbox_rules;

/* What a namespace would have closed. Calls that name processes, paths or objects are the
 * supervisor's: a filter cannot see what they mean. */
const struct sandbox_rule sandbox_reduced_rules[] = {
	/* glibc's mq_notify and getaddrinfo ask for it, and do without. */
	{.nr = SCMP_SYS(socket),
		.name = "socket",
		.errnum = EAFNOSUPPORT,
		.op = SCMP_CMP_EQ,
		.value = AF_NETLINK,
		.quiet = true,
		.reason = "the machine's network"},
	DENY_IF(socket, EAFNOSUPPORT, 0, SCMP_CMP_NE, 0, AF_UNIX,
		"the machine's network; only local sockets have names that Landlock can confine"),
	DENY_IF(setpriority, EPERM, 0, SCMP_CMP_NE, 0, PRIO_PROCESS,
		"all processes of the user, or a group of them"),
	DENY_IF(setpriority, EPERM, 1, SCMP_CMP_NE, 0, 0,
		"a process by its number; here a program can only name itself, as 0"),
	DENY_IF(ioprio_set, EPERM, 0, SCMP_CMP_NE, 0, 1 /* IOPRIO_WHO_PROCESS */,
		"all processes of the user, or a group of them"),
	DENY_IF(ioprio_set, EPERM, 1, SCMP_CMP_NE, 0, 0,
		"a process by its number; here a program can only name itself, as 0"),
	DENY(setxattr, EPERM, "changes files by name, which Landlock does not control"),
	DENY(lsetxattr, EPERM, "changes files by name, which Landlock does not control"),
	DENY(removexattr, EPERM, "changes files by name, which Landlock does not control"),
	DENY(lremovexattr, EPERM, "changes files by name, which Landlock does not control"),
	DENY(process_mrelease, EPERM, "another process's memory"),
};

const size_t sandbox_reduced_rule_count =
	sizeof sandbox_reduced_rules / sizeof *sandbox_reduced_rules;
