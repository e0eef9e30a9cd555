/*
 * What of the sandbox works on this machine, one capability a row. The rows that matter are not
 * guessed from settings but tried: namespaces one by one, then the whole set-up with a program in
 * it that is seized, let go and waited for.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/sandbox/calls.h"
#include "lab/sandbox/inside.h"
#include "lab/sandbox/reduced.h"

#define CGROUP2_MAGIC 0x63677270 /* linux/magic.h */
#define FIRST_PID     5000

/* Returns whether it works and says in FOUND what was seen. */
typedef bool probe_fn(char *found, size_t size);

#define SAY(...) snprintf(found, size, __VA_ARGS__)

static bool say_errno(char *found, size_t size, const char *call)
{
	SAY("%s: %s, %s", call, lab_errno_name(errno), strerror(errno));
	return false;
}

static bool kernel(char *found, size_t size)
{
	struct utsname name;
	int major = 0, minor = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &major, &minor);
	SAY("Linux %s on %s", name.release, name.machine);
	return (major > 5 || (major == 5 && minor >= 12)) && strcmp(name.machine, "x86_64") == 0;
}

/* ---- namespaces one by one ----------------------------------------------------------------- */

static bool try_clone(unsigned flags, char *found, size_t size)
{
	pid_t pid = inside_fork(CLONE_NEWUSER | flags);
	int status;

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return say_errno(found, size, "clone");
	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	SAY("clone works");
	return true;
}

#define NAMESPACE(name, flags)                        \
	static bool name(char *found, size_t size)    \
	{                                             \
		return try_clone(flags, found, size); \
	}

NAMESPACE(ns_user, 0)
NAMESPACE(ns_pid, CLONE_NEWPID)
NAMESPACE(ns_ipc, CLONE_NEWIPC)
NAMESPACE(ns_mount, CLONE_NEWNS)
NAMESPACE(ns_net, CLONE_NEWNET)
NAMESPACE(ns_uts, CLONE_NEWUTS)
NAMESPACE(ns_cgroup, CLONE_NEWCGROUP)

/* ---- the whole set-up ---------------------------------------------------------------------- */

/* One sandbox with `true` in it, waiting to be let go. */
struct trial {
	struct sandbox_plan_storage storage;
	struct sandbox *sandbox;
	struct sock_fprog filter;
	pid_t outside, inside;
	double ms; /* how long sandbox_start() took */
};

static void trial_done(struct trial *t)
{
	sandbox_stop(t->sandbox);
	free(t->filter.filter);
	free(t);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct trial *trial_start(enum sandbox_isolation isolation, char *found, size_t size)
{
	struct trial *t = lab_xmalloc(sizeof *t);
	const char *const argv[] = {"true", NULL};
	struct sandbox_command command = {
		.path = "true", .argv = argv, .fds = {-1, -1, -1}, .filter = &t->filter};
	struct sandbox_plan plan;
	struct lab_error e = {.kind = LAB_OK};
	double start = now_ms();

	sandbox_plan_program(&plan, &t->storage, "/usr/bin");
	plan.first_pid = FIRST_PID;
	plan.supervised = true;
	t->sandbox = sandbox_start_as(&plan, isolation, &e);
	t->ms = now_ms() - start;
	if (t->sandbox && sandbox_filter_new(&t->filter, &e) == 0 &&
		sandbox_spawn(t->sandbox, &command, &t->outside, &t->inside, &e) == 0)
		return t;
	SAY("%s", e.text);
	trial_done(t);
	return NULL;
}

static bool runs_as(enum sandbox_isolation isolation, char *found, size_t size)
{
	struct trial *t = trial_start(isolation, found, size);
	struct lab_error e = {.kind = LAB_OK};
	int status = -1, rc;

	if (!t)
		return false;
	rc = sandbox_release(t->sandbox, t->inside, &e);
	if (rc == 0)
		rc = sandbox_wait(t->sandbox, t->inside, 10000, &status, &e);
	if (rc < 0)
		SAY("%s", e.text);
	else if (rc > 0 || status)
		SAY("a program that should exit 0 ended with wait status 0x%x", status);
	else
		SAY("ready in %.1f ms", t->ms);
	trial_done(t);
	return rc == 0 && status == 0;
}

static bool whole(char *found, size_t size)
{
	return runs_as(SANDBOX_FULL, found, size);
}

static bool reduced(char *found, size_t size)
{
	return runs_as(SANDBOX_REDUCED, found, size);
}

static bool unprivileged(char *found, size_t size)
{
	struct trial *t = trial_start(SANDBOX_ANY, found, size);
	char path[64], line[128];
	unsigned uid = 0;
	FILE *f;

	if (!t)
		return false;
	snprintf(path, sizeof path, "/proc/%d/status", (int)t->outside);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "Uid: %u", &uid) == 1)
			break;
	}
	if (f)
		fclose(f);
	trial_done(t);
	SAY("students' processes run as uid %u of this machine", uid);
	return uid != 0;
}

static bool pids(char *found, size_t size)
{
	struct trial *t = trial_start(SANDBOX_ANY, found, size);
	pid_t inside;

	if (!t)
		return false;
	inside = t->inside;
	trial_done(t);
	SAY("asked for %d, got %d", FIRST_PID + 1, (int)inside);
	return inside == FIRST_PID + 1;
}

static bool queues(char *found, size_t size)
{
	struct trial *t = trial_start(SANDBOX_ANY, found, size);
	struct lab_error e = {.kind = LAB_OK};
	struct statfs fs = {.f_type = 0};
	FD_SCOPED fd = -1;
	bool ok;

	if (!t)
		return false;
	if (sandbox_world(t->sandbox)) {
		ok = sandbox_world(t->sandbox)->queues != NULL;
		trial_done(t);
		SAY(ok ? "/dev/mqueue is mounted" : "/dev/mqueue is not mounted");
		return ok;
	}
	fd = sandbox_open(t->sandbox, "/dev/mqueue", O_RDONLY | O_DIRECTORY, &e);
	ok = fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == 0x19800202; /* linux/magic.h */
	trial_done(t);
	SAY(ok ? "mounted in the sandbox" : "this kernel was built without them");
	return ok;
}

static bool system_v(char *found, size_t size)
{
	bool ok = access("/proc/sysvipc/shm", F_OK) == 0;

	SAY(ok ? "there" : "this kernel was built without them");
	return ok;
}

/* The name of what Yama allows, or "no Yama". */
static const char *yama(void)
{
	static const char *const levels[] = {"Yama off", "Yama 1, children only",
		"Yama 2, administrators only", "Yama 3, nobody"};
	FD_SCOPED fd = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);
	char digit;

	if (fd < 0 || read(fd, &digit, 1) != 1 || digit < '0' || digit > '3')
		return "no Yama";
	return levels[digit - '0'];
}

/* Lets the seized program go and follows it to its exec. */
static bool reaches_exec(struct trial *t)
{
	struct lab_error e;
	int status;

	return sandbox_release(t->sandbox, t->inside, &e) == 0 &&
	       waitpid(t->outside, &status, __WALL) == t->outside && WIFSTOPPED(status) &&
	       status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8);
}

static bool tracing(char *found, size_t size)
{
	struct trial *t = trial_start(SANDBOX_ANY, found, size);
	bool ok;

	if (!t)
		return false;
	ok = ptrace(PTRACE_SEIZE, t->outside, 0, PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) == 0;
	if (!ok)
		say_errno(found, size, "ptrace(PTRACE_SEIZE)");
	else if (!(ok = reaches_exec(t)))
		SAY("a seized program did not stop at its exec");
	else
		SAY("a program was seized and stopped at its exec; %s", yama());
	trial_done(t);
	return ok;
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

static bool seccomp(char *found, size_t size)
{
	struct sock_fprog filter;
	struct lab_error e;
	int status = 0;
	pid_t pid;

	if (sandbox_filter_new(&filter, &e) < 0) {
		SAY("%s", e.text);
		return false;
	}
	pid = inside_fork(0);
	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) < 0)
			_exit(1);
		/* Refused by the table alone: any process may ask for its keyring's id. */
		_exit(syscall(SYS_keyctl, 0, -3, 0) < 0 && errno == EPERM ? 0 : 2);
	}
	free(filter.filter);
	if (pid < 0)
		return say_errno(found, size, "clone");
	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	SAY(status ? "a filter could not be installed, or did not refuse"
		   : "%zu rules installed, and they refuse",
		sandbox_rule_count);
	return status == 0;
}

static bool cpus(char *found, size_t size)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) < 0)
		return say_errno(found, size, "sched_getaffinity");
	SAY("%d", CPU_COUNT(&set));
	return true;
}

static bool landlock(char *found, size_t size)
{
	/* landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION): linux/landlock.h */
	long abi = syscall(444, NULL, 0, 1);

	if (abi < 0)
		return say_errno(found, size, "landlock_create_ruleset");
	SAY("ABI %ld", abi);
	return true;
}

static bool cgroup(char *found, size_t size)
{
	struct statfs fs;

	if (statfs("/sys/fs/cgroup", &fs) < 0 || fs.f_type != CGROUP2_MAGIC) {
		SAY("no unified hierarchy at /sys/fs/cgroup");
		return false;
	}
	if (access("/sys/fs/cgroup/cgroup.subtree_control", W_OK) < 0)
		return say_errno(found, size, "no write access");
	SAY("writable");
	return true;
}

#define MEND_USERNS                                                                               \
	"Ubuntu 23.10 and later: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, " \
	"or the profile below. Docker, Podman: --security-opt seccomp=unconfined --security-opt " \
	"apparmor=unconfined --security-opt systempaths=unconfined. Else: sudo sysctl -w "        \
	"user.max_user_namespaces=10000"

/* Who needs it: without what no program can be graded, in full isolation, in reduced isolation. */
enum need { NOBODY, ALL, FULL, REDUCED };

static const struct {
	const char *what;
	probe_fn *probe;
	enum need need;
	const char *meaning, *mend;
} probes[] = {
	{"kernel", kernel, ALL,
		"The mount calls of Linux 5.12 and a processor the supervisor knows.",
		"Linux 5.12 or later on x86-64; other processors are not supported yet."},
	{"user namespaces", ns_user, FULL,
		"Without them programs cannot be kept apart as they should; see reduced isolation.",
		MEND_USERNS},
	{"pid namespaces", ns_pid, FULL, "Programs see and signal only each other.", MEND_USERNS},
	{"ipc namespaces", ns_ipc, FULL, "Queues, semaphores and shared memory of their own.",
		MEND_USERNS},
	{"mount namespaces", ns_mount, FULL, "A file system of their own.", MEND_USERNS},
	{"net namespaces", ns_net, FULL, "A loopback of their own, and no network.", MEND_USERNS},
	{"uts namespaces", ns_uts, FULL, "The host name of a run is always the same.", MEND_USERNS},
	{"cgroup namespaces", ns_cgroup, FULL, "The machine's groups are not seen.", MEND_USERNS},
	{"seccomp", seccomp, ALL, "Calls that namespaces leave open are refused.",
		"A kernel with CONFIG_SECCOMP_FILTER."},
	{"sandbox", whole, FULL, "Full isolation: the whole set-up, with a program run in it.",
		MEND_USERNS},
	{"Landlock", landlock, REDUCED, "Closes files where there are no namespaces.",
		"Linux 5.13 or later, with landlock among the modules of the boot option lsm=."},
	{"reduced isolation", reduced, REDUCED,
		"The whole set-up without namespaces. Used only where these are refused.",
		"See Landlock. As root in a container: --cap-add=SYS_PTRACE."},
	{"unprivileged uid", unprivileged, ALL, "Students' code never runs as root.",
		"Start the lab as an ordinary user, or map uid 65533 into this container."},
	{"tracing", tracing, ALL, "The supervisor attaches to programs before they start.",
		"sudo sysctl -w kernel.yama.ptrace_scope=1, or --cap-add=SYS_PTRACE for a "
		"container."},
	{"chosen pids", pids, NOBODY,
		"Pids of a run come from its seed; else they are as they come.",
		"A kernel with CONFIG_CHECKPOINT_RESTORE, and namespaces."},
	{"POSIX queues", queues, FULL,
		"The exercises of mq_overview(7); where they cannot be used, these end with exit "
		"code 4.",
		"A kernel with CONFIG_POSIX_MQUEUE. With reduced isolation: sudo mkdir -p "
		"/dev/mqueue && sudo mount -t mqueue mqueue /dev/mqueue"},
	{"System V objects", system_v, ALL, "The exercises of sysvipc(7).",
		"A kernel with CONFIG_SYSVIPC."},
	{"processors", cpus, ALL, "A run is pinned to one; more of them grade more at a time.", ""},
	{"cgroup", cgroup, NOBODY,
		"Not used: memory of all processes of a run together is bounded by their number "
		"and "
		"their limits only.",
		""},
};

#define PROBES (sizeof probes / sizeof *probes)

/* Either isolation is enough. */
static bool is_required(enum need need, bool full_works, bool reduced_works)
{
	switch (need) {
	case ALL:
		return true;
	case FULL:
		return reduced_wish() == SANDBOX_FULL ||
		       (reduced_wish() == SANDBOX_ANY && (full_works || !reduced_works));
	case REDUCED:
		return reduced_wish() == SANDBOX_REDUCED || (!full_works && reduced_works);
	default:
		return false;
	}
}

size_t sandbox_probe(struct sandbox_probe *list, size_t most)
{
	size_t count = PROBES < most ? PROBES : most;
	bool full_works = false, reduced_works = false;

	for (size_t i = 0; i < count; i++) {
		list[i] = (struct sandbox_probe){
			.what = probes[i].what,
			.meaning = probes[i].meaning,
			.mend = probes[i].mend,
		};
		list[i].ok = probes[i].probe(list[i].found, sizeof list[i].found);
		full_works = full_works || (probes[i].probe == whole && list[i].ok);
		reduced_works = reduced_works || (probes[i].probe == reduced && list[i].ok);
	}
	/* Who is asked for full isolation must have it; who has it needs the other only if he is
	 * asked for that. */
	for (size_t i = 0; i < count; i++)
		list[i].required = is_required(probes[i].need, full_works, reduced_works);
	return count;
}
