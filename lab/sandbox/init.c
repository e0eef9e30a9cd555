/*
 * The process that is PID 1 inside: sets the sandbox up, starts the launcher, then serves
 * (serve.c). When the owner closes its end of the socket or dies,
 * init exits and the kernel kills everything else in the PID namespace.
 *
 * Who holds which privilege. Init: all capabilities in the outer user namespace, which owns the
 * mounts, the network, the IPC objects and the PIDs; there it is uid 0, which stands for one
 * unprivileged uid of the host. Launcher and students' programs: an inner user namespace where the
 * same host uid is called 1000; it owns nothing. Students' programs lose the inner capabilities at
 * exec; until then these keep other students' processes from reading their memory (ptrace needs
 * the target's capabilities), which is a copy of the owner's.
 *
 * Cloned side: see inside.h for what is forbidden here.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "lab/sandbox/calls.h"
#include "lab/sandbox/reduced.h"

int inside_fail(struct wire_setup *failure, const char *what, const char *operand)
{
	failure->errnum = errno;
	strncpy(failure->what, what, sizeof failure->what - 1);
	strncpy(failure->operand, operand, sizeof failure->operand - 1);
	return -1;
}

pid_t inside_fork(unsigned long flags)
{
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

int inside_write_file(const char *path, const char *text)
{
	size_t len = strlen(text);
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc = 0, saved;

	if (fd < 0)
		return -1;
	if (write(fd, text, len) != (ssize_t)len)
		rc = -1;
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

/* The raw call: the C library never blocks its own two signals, and a student can send those. */
void inside_block_signals(bool on)
{
	uint64_t mask = on ? ~UINT64_C(0) : 0;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

int inside_keep_fds(int **list, size_t count)
{
	/* First out of the way of each other, then down to 3, 4, ... */
	for (size_t i = 0; i < count; i++) {
		int fd = *list[i] < 0 ? -1 : fcntl(*list[i], F_DUPFD_CLOEXEC, 3 + (int)count);

		if (*list[i] >= 0 && fd < 0)
			return -1;
		*list[i] = fd;
	}
	for (size_t i = 0; i < count; i++) {
		if (*list[i] < 0)
			close(3 + (int)i);
		else if (dup3(*list[i], 3 + (int)i, O_CLOEXEC) < 0)
			return -1;
		else
			*list[i] = 3 + (int)i;
	}
	return calls_close_range(3 + (unsigned)count, ~0u);
}

void sandbox_pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return;
	CPU_ZERO(&set);
	CPU_SET((unsigned)cpu, &set);
	sched_setaffinity(0, sizeof set, &set);
}

/* ---- set-up --------------------------------------------------------------------------------- */

/* Raw calls: the C library's wrappers would signal the owner's other threads, absent here. */
static int become_root_inside(const struct inside *in, struct wire_setup *failure)
{
	if (in->drop_groups && syscall(SYS_setgroups, 0, NULL) < 0)
		return inside_fail(failure, "setgroups", "");
	if (syscall(SYS_setresgid, 0, 0, 0) < 0 || syscall(SYS_setresuid, 0, 0, 0) < 0)
		return inside_fail(failure, "setresuid", "0");
	return 0;
}

int inside_loopback_up(struct wire_setup *failure)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* A kernel without IPv4 has no loopback to bring up. */
	if (sock < 0)
		return errno == EAFNOSUPPORT ? 0 : inside_fail(failure, "socket", "AF_INET");
	if (ioctl(sock, SIOCSIFFLAGS, &lo) < 0)
		return inside_fail(failure, "bring up", "lo");
	close(sock);
	return 0;
}

static int set_up_own_root(struct inside *in, struct wire_setup *failure)
{
	const char *name = in->plan->host_name ? in->plan->host_name : "lab";

	if (become_root_inside(in, failure) < 0)
		return -1;
	if (sethostname(name, strlen(name)) < 0)
		return inside_fail(failure, "sethostname", name);
	if (inside_loopback_up(failure) < 0)
		return -1;
	return ops_execute(in, in->is_yard ? OPS_SHARED : OPS_ALL, failure);
}

/* trace: the caller's own files, seen from new PID and IPC namespaces. */
static int set_up_caller(struct inside *in, struct wire_setup *failure)
{
	struct stat st;

	if (!(in->flags & CLONE_NEWPID)) {
		if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
			return inside_fail(failure, "prctl", "PR_SET_CHILD_SUBREAPER");
		return 0;
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return inside_fail(failure, "make private", "/");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return inside_fail(failure, "mount proc", "/proc");
	/* Only where the caller sees queues in a folder should he see the new namespace's. */
	if (stat("/dev/mqueue/.", &st) == 0)
		mount("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	in->last_pid = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	return 0;
}

int inside_next_pid(const struct inside *in, int32_t pid)
{
	char text[16];
	int len = snprintf(text, sizeof text, "%d", pid - 1);

	if (in->last_pid < 0 || pid < 2)
		return -1;
	/* At the beginning: sysctl ignores what is written behind it (proc(5),
	 * sysctl_writes_strict). */
	return pwrite(in->last_pid, text, (size_t)len, 0) == len ? 0 : -1;
}

int inside_start_launcher(struct inside *in, struct wire_setup *failure)
{
	if (in->plan->first_pid)
		inside_next_pid(in, in->plan->first_pid);
	in->launcher = inside_fork(in->plan->own_root && !in->reduced ? CLONE_NEWUSER : 0);
	if (in->launcher < 0)
		return inside_fail(failure, "clone", "the programs' parent");
	if (in->launcher == 0)
		inside_launcher(in);
	/* As the machine's init, no member of the programs' session: a group of which only we are
	 * left to be a parent is an orphaned one (setpgid(2)). */
	if (!in->plan->own_root && !in->reduced && setsid() < 0)
		return inside_fail(failure, "setsid", "");
	close(in->launch);
	in->launch = -1;
	if (in->sys_user >= 0)
		close(in->sys_user);
	in->sys_user = -1;
	return 0;
}

/* Our own standard descriptors: /dev/null; with the caller's files his, where he has them. */
static int standard_fds(bool keep)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++) {
		if (fd == null)
			fcntl(fd, F_SETFD, 0);
		else if (!keep || fcntl(fd, F_GETFD) < 0)
			dup2(null, fd);
	}
	if (null > 2)
		close(null);
	return 0;
}

int inside_own_fds(struct inside *in, struct wire_setup *failure)
{
	int *kept[] = {&in->control, &in->launch, &in->last_pid, &in->ruleset, &in->sys_user,
		&in->program};

	if (inside_keep_fds(kept, sizeof kept / sizeof *kept) < 0)
		return inside_fail(failure, "close", "the owner's descriptors");
	if (standard_fds(!in->plan->own_root) < 0)
		return inside_fail(failure, "open", "/dev/null");
	return 0;
}

static int set_up(struct inside *in, struct wire_setup *failure)
{
	char go;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_PDEATHSIG");
	if (in->plan->own_root && ops_open_sources(in, failure) < 0)
		return -1;
	/* The owner has written our uid map. Or died before PR_SET_PDEATHSIG: then nothing comes.
	 */
	if (read(in->control, &go, 1) != 1)
		_exit(0);
	in->drop_groups = go == SANDBOX_GO_DROP_GROUPS;
	if ((in->plan->own_root ? set_up_own_root : set_up_caller)(in, failure) < 0)
		return -1;
	if (inside_own_fds(in, failure) < 0)
		return -1;
	prctl(PR_SET_NAME, in->is_yard ? "ipclab-yard" : "ipclab-init", 0, 0, 0);
	/* A change of uid resets this; here because the last of them was above. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_PDEATHSIG");
	return in->is_yard ? 0 : inside_start_launcher(in, failure);
}

static void default_disposition(int sig)
{
	/* The kernel's struct, all zero: SIG_DFL, no flags, empty mask. */
	const uint64_t by_default[4] = {0};

	syscall(SYS_rt_sigaction, sig, by_default, NULL, 8);
}

/* For ourselves: children of a process that ignores SIGCHLD leave no status. For the programs: an
 * ignored signal would stay ignored across exec. */
void inside_default_dispositions(void)
{
	for (int sig = 1; sig <= 64; sig++) {
		if (sig != SIGKILL && sig != SIGSTOP)
			default_disposition(sig);
	}
}

void inside_init(struct inside *in)
{
	struct wire_setup failure = {.errnum = 0};

	inside_block_signals(true);
	inside_default_dispositions();
	if (in->plan->own_root)
		umask(022); /* modes of the plan are meant as they are */
	sandbox_pin(in->plan->cpu);
	if (in->reduced)
		reduced_init(in);
	if (set_up(in, &failure) < 0) {
		wire_send(in->control, &failure, sizeof failure, NULL, 0, NULL, 0);
		_exit(1);
	}
	if (in->is_yard) {
		inside_yard_exec(in);
		inside_yard(in);
	}
	inside_serve(in);
}

/* Our owner is not our parent, and cannot look. */
static int know_namespace(struct inside *in, struct wire_setup *failure)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) < 0)
		return inside_fail(failure, "stat", "/proc/self/ns/pid");
	in->pid_namespace = st.st_ino;
	return 0;
}

void inside_own_init(struct inside *in)
{
	struct wire_setup failure = {.errnum = 0};

	default_disposition(SIGCHLD); /* which alone the yard has changed */
	sandbox_pin(in->plan->cpu);
	prctl(PR_SET_NAME, "ipclab-init", 0, 0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		inside_fail(&failure, "prctl", "PR_SET_PDEATHSIG");
	else if (ops_execute(in, OPS_OWN, &failure) == 0 && know_namespace(in, &failure) == 0 &&
		 inside_own_fds(in, &failure) == 0 && inside_start_launcher(in, &failure) == 0)
		inside_serve(in);
	wire_send(in->control, &failure, sizeof failure, NULL, 0, NULL, 0);
	_exit(1);
}
