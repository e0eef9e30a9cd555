/*
 * The sandbox: a plan (what is mounted, which limits, which calls) and its execution. It knows
 * nothing of ptrace, events or exercises.
 *
 * Theory of operation. sandbox_start() clones one init process into new user, pid, ipc, mount, net,
 * uts and cgroup namespaces. Init executes the plan's operations in order, then serves requests of
 * the one process that started it over a socketpair; it is PID 1 and reaps what is adopted. When
 * the owner closes the sandbox or dies (PR_SET_PDEATHSIG), init dies and the kernel kills the rest.
 *
 * A program is started in two steps, so that a tracer can attach between them: sandbox_spawn()
 * makes init's stand-in parent ("launcher", an ordinary process of the student's uid, leader of its
 * own session, never init) fork a child that prepares everything but the seccomp filter and then
 * waits; sandbox_release() lets it install the filter and exec. A failure to exec is reported by
 * sandbox_release() as errno.
 *
 * Students' processes live in an inner user namespace that owns nothing: the mounts, IPC objects
 * and PIDs belong to the outer one, where init is. So the limits that init set on the IPC namespace
 * hold.
 *
 * Where many sandboxes of one plan follow one another, a yard (yard.c) holds what they can share,
 * and clones the init of each: that is five times as fast, because the costly parts are the network
 * and the taking down of the host's mounts.
 *
 * Init dies with the thread that called sandbox_start() (PR_SET_PDEATHSIG counts threads): a
 * sandbox belongs to one thread, which lives as long, traces and stops it.
 *
 * As root the student's processes run under a kernel uid that is not 0 and owns nothing on the
 * host. As an ordinary user, under the caller's own uid inside the user namespace (as uid 1000).
 *
 * Where user namespaces are refused, the same plan is executed with less: reduced.h tells how, and
 * sandbox_world() what the caller has to do then.
 */
#ifndef LAB_SANDBOX_SANDBOX_H
#define LAB_SANDBOX_SANDBOX_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"

enum sandbox_op_kind {
	SANDBOX_RO_BIND, /* source (host path, file or folder) at target, read-only */
	SANDBOX_RW_BIND,
	SANDBOX_TMPFS,   /* target; size bytes, inodes */
	SANDBOX_DIR,     /* target; mode */
	SANDBOX_FILE,    /* target; contents = source text; mode */
	SANDBOX_SYMLINK, /* source = what the link at target says */
	SANDBOX_PROC,
	SANDBOX_DEV,    /* /dev: null zero full random urandom fd std* ptmx pts shm mqueue */
	SANDBOX_RO_SYS, /* /proc/sys read-only */
	SANDBOX_COPY,   /* host file SOURCE copied to target in a tmpfs; mode */
	SANDBOX_HIDE,   /* nothing of the folder at target is to be seen */
};

struct sandbox_op {
	enum sandbox_op_kind kind;
	const char *source;
	const char *target;
	mode_t mode;
	uint64_t size;
	uint64_t inodes;
	bool optional; /* a missing SOURCE is no failure */
};

struct sandbox_limits { /* 0 = the plan's default for students' programs */
	uint64_t address_space, file_size, cpu_seconds, processes, open_files, mqueue_bytes, stack;
};

/* Fields that are 0 get the default for students' programs. */
void sandbox_limits_fill(struct sandbox_limits *limits);

struct sandbox_plan {
	const struct sandbox_op *ops;
	size_t op_count;
	struct sandbox_limits limits;
	const char *host_name; /* "lab" */
	const char *work_dir;  /* the programs' folder inside, "/home/student" */
	int cpu;               /* pin init and all below to this one; -1: do not */
	int32_t first_pid;     /* of the launcher inside; the next ones follow. 0: as it comes */
	bool own_root;   /* false (trace): namespaces, but the caller's files, uid and terminal */
	bool supervised; /* a tracer sees each call: it can do what sandbox_world() asks for */
};

/* The plan for students' programs: the root of facts/sandbox.md, BIN_DIR (host) read-only at
 * /lab/bin, a tmpfs /home/student. The plan for the compiler: SRC_DIR at /src, GUEST_DIR
 * (may be NULL) at /lab/guest, a tmpfs /out, the compiler's own files. As root the folders and
 * what is in them must be readable by others: programs run under another uid. Static storage per
 * call in PLAN_STORAGE, which outlives the plan. */
struct sandbox_plan_storage {
	struct sandbox_op ops[64];
	char text[20][4096]; /* paths, as long as the kernel takes them */
	size_t used;
};
void sandbox_plan_program(
	struct sandbox_plan *plan, struct sandbox_plan_storage *storage, const char *bin_dir);
void sandbox_plan_compiler(struct sandbox_plan *plan, struct sandbox_plan_storage *storage,
	const char *src_dir, const char *guest_dir);
/* Nothing of the host folder DIR may be seen inside, should a bind bring it in. Both plans above
 * hide the course and the judges of this installation already. */
void sandbox_plan_hide(
	struct sandbox_plan *plan, struct sandbox_plan_storage *storage, const char *dir);
void sandbox_plan_add(
	struct sandbox_plan *plan, struct sandbox_plan_storage *storage, struct sandbox_op op);
void sandbox_plan_caller(struct sandbox_plan *plan); /* trace without --sandbox */

/* The syscall policy: a table, the reason beside each row (policy.c). What is not in it is allowed.
 * deny errno; nr is the native architecture's. Foreign architectures end the process. */
struct sandbox_rule {
	int nr;
	const char *name;
	int errnum;   /* what the caller gets */
	unsigned arg; /* compare only if op != 0 */
	int op;       /* 0 always; else enum scmp_compare of libseccomp */
	uint64_t mask, value;
	const char *reason; /* also what students and staff read who came to it */
	bool others;        /* argument 0 is a pid; where the caller's own processes are known, it
			       does not hold for them */
	bool quiet; /* honest programs make this call, too, and do without it: it is told nowhere */
};
extern const struct sandbox_rule sandbox_rules[];
extern const size_t sandbox_rule_count;
/* Besides these, where the isolation is reduced: sandbox_spawn() sees to it, but for a supervised
 * program that brings a filter of its own, which must have them. */
extern const struct sandbox_rule sandbox_reduced_rules[];
extern const size_t sandbox_reduced_rule_count;

/* The rules as a filter by themselves (compiling, programs that nobody supervises). The caller
 * frees filter->filter. */
int sandbox_filter_new(struct sock_fprog *filter, struct lab_error *e);

struct sandbox;

/* With namespaces, and where the machine refuses them with reduced isolation. NULL and E:
 * LAB_UNSUPPORTED where it has neither (the text says which call, and how to mend it). */
struct sandbox *sandbox_start(const struct sandbox_plan *plan, struct lab_error *e);

/*
 * A yard: what the sandboxes of one plan can share, made once. They are as separate as others: what
 * one can change, another never sees. Its sandboxes may be started by the process that made it or a
 * child of it, by one at a time. NULL and E where it cannot be had: then take sandbox_start(),
 * which tells why. The plan's cpu and first_pid do not count.
 */
struct sandbox_yard;
struct sandbox_yard *sandbox_yard_new(const struct sandbox_plan *plan, struct lab_error *e);
struct sandbox *sandbox_yard_start(
	struct sandbox_yard *yard, int cpu, int32_t first_pid, struct lab_error *e);
/* To be said before it is stopped, if no process of S ever made a socket: then the next one gets
 * the same network. */
void sandbox_made_no_socket(struct sandbox *s);
void sandbox_yard_free(struct sandbox_yard *yard); /* after its sandboxes; NULL is fine */

/* The environment variable IPCLAB_ISOLATION, "full" or "reduced", asks for one of them (tests). */
enum sandbox_isolation { SANDBOX_ANY, SANDBOX_FULL, SANDBOX_REDUCED };
struct sandbox *sandbox_start_as(
	const struct sandbox_plan *plan, enum sandbox_isolation isolation, struct lab_error *e);
enum sandbox_isolation sandbox_isolation_of(const struct sandbox *s);
/* What sandbox_start() gives on this machine, found out by trying. SANDBOX_ANY and E: nothing; else
 * E, where it is reduced, says which call was refused and how to mend it. */
enum sandbox_isolation sandbox_isolation(struct lab_error *e);

/*
 * Where the isolation is reduced the programs of a supervised plan live among the machine's own
 * files and objects, and the supervisor keeps up the appearance of the plan: it translates names
 * and refuses what is not of this run. NULL: nothing is to be done.
 */
struct sandbox_world {
	struct sandbox_folder {
		const char *inside, *outside;
	} folders[16]; /* what the plan shows, and where it lies; longest INSIDE first */
	size_t folder_count;
	const char *root;          /* all that a program of this world may change lies below */
	const char *queues;        /* goes before the names of POSIX message queues, */
	const char *queues_folder; /* which lie here; /dev/mqueue to programs */
	const char *no_queues;     /* or why there can be none */
	uint32_t key;              /* to be XORed into the keys of System V objects */
	unsigned processes;        /* at most */
	uint64_t shared_bytes;     /* of System V segments together, at most */
	pid_t reaper;              /* who adopts: what is PID 1 in full isolation */
	bool signals_stay;         /* the kernel lets no signal out of this world */
};
const struct sandbox_world *sandbox_world(const struct sandbox *s);
/* The supervisor has seen a System V object being made: KIND and the kernel's ID, and number and
 * key as the program knows them. It is removed at the end. */
enum sandbox_object { SANDBOX_SHM, SANDBOX_SEM, SANDBOX_MSG };
void sandbox_note_object(
	struct sandbox *s, enum sandbox_object kind, int id, int shown, int32_t key);
/* TEXT that a program of an unsupervised plan wrote, with the names that the plan gave. */
void sandbox_plain_names(const struct sandbox *s, struct buf *text);
/* Kills all that is inside; does not wait. A tracer reaps its tracees between this and _stop. */
void sandbox_kill(struct sandbox *s);
/* Kills all that is inside and waits until it is gone: reaps init, and those children or tracees of
 * this thread that ran inside. NULL is fine. */
void sandbox_stop(struct sandbox *s);

struct sandbox_command {
	const char *path;                /* inside; searched in PATH if it has no '/' */
	const char *const *argv;         /* NULL-terminated */
	const char *const *envp;         /* NULL: the standard environment */
	const char *const *env_more;     /* added to it, or instead of its own; NULL */
	int fds[3];                      /* become 0, 1, 2; -1: /dev/null; SANDBOX_CLOSED: closed */
	const struct sock_fprog *filter; /* installed right before exec; NULL: none */
	bool foreground_terminal;        /* trace: fd 0 is a terminal, make it the group's */
	int32_t pid; /* wanted pid inside, 0: any (ignored where the kernel cannot) */
	bool soon; /* will be released before the sandbox is asked for anything else: costs less */
};
#define SANDBOX_CLOSED (-2)

/* The waiting child's pid as the caller sees it (to PTRACE_SEIZE) and as it sees itself. */
int sandbox_spawn(struct sandbox *s, const struct sandbox_command *command, pid_t *outside,
	pid_t *inside, struct lab_error *e);
/* Lets it go. Under a tracer the caller must then wait for the exec itself: this does not wait. */
int sandbox_release(struct sandbox *s, pid_t inside, struct lab_error *e);
/* The errno with which exec failed, 0 if it did not, of the program last released or waited for
 * (valid once it has exec'd or died). */
int sandbox_exec_errno(struct sandbox *s);
/* Waits for a child that nobody traces. *STATUS as wait(2) gives it. TIMEOUT_MS of wall time, after
 * which everything inside is killed and the result is 1. */
int sandbox_wait(struct sandbox *s, pid_t inside, int timeout_ms, int *status, struct lab_error *e);

/* Opens PATH inside (no links followed at the end) and passes the descriptor out; -1 and E
 * (errnum says why). Only while nothing untrusted is running or it is harmless if it is. */
int sandbox_open(struct sandbox *s, const char *path, int flags, struct lab_error *e);
/* Writes a file of the student's uid inside. */
int sandbox_put_file(struct sandbox *s, const char *path, mode_t mode, const void *bytes,
	size_t len, struct lab_error *e);

/* What is left inside when all programs have ended, in a fixed order: POSIX and System V objects,
 * and what lies in the work folder and /tmp beyond what was put there. POSIX queues are removed. */
struct sandbox_left {
	const char *kind; /* as EVENT_LEFT: shm sem mqueue sysv-shm sysv-sem sysv-msg fifo socket
			     file */
	char path[256];
};
int sandbox_left(struct sandbox *s, struct sandbox_left **list, size_t *count, struct lab_error *e);

/* doctor: does the whole set-up once, step by step. */
struct sandbox_probe {
	const char *what; /* "user namespaces" */
	bool ok, required;
	char found[256];     /* what was seen */
	const char *meaning; /* what it means for grading */
	const char *mend;    /* how to mend it */
};
/* What reduced isolation means, and how to get the other: lines. */
void sandbox_advice(struct buf *into);
size_t sandbox_probe(struct sandbox_probe *list, size_t most);

#endif
