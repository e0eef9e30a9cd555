/*
 * What the two sides of a sandbox share: the owner (start.c, ids.c, stop.c, spawn.c, files.c,
 * left.c) and what was cloned from it (init.c, ops.c, launch.c). Private to this room.
 *
 * Everything below "the cloned side" runs in a copy of the owner's memory, and the owner may have
 * had other threads: no malloc, no stdio, no lock of the C library, and set*id only as raw system
 * calls (the C library's would wait for threads that do not exist in the copy).
 */
#ifndef LAB_SANDBOX_INSIDE_H
#define LAB_SANDBOX_INSIDE_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/sandbox/sandbox.h"

#define INSIDE_UID           1000
#define SANDBOX_OPS_MAX      64
#define SANDBOX_ARGS_MAX     1024        /* words of argv and envp together */
#define SANDBOX_WORDS_MAX    (96 * 1024) /* their bytes */
#define SANDBOX_FILTER_MAX   4096        /* BPF_MAXINSNS of linux/bpf_common.h */
#define SANDBOX_PROGRAMS_MAX 64

/* Which namespaces, from strongest to none. */
#define SANDBOX_NEW_ALL                                                                            \
	(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | \
		CLONE_NEWCGROUP)
#define SANDBOX_NEW_TRACE (CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS)

/* ---- messages ------------------------------------------------------------------------------- */

/* Set-up ended: errnum 0, or what went wrong where. Sent by init (on control) when it fails, by the
 * launcher (on launch) when all is ready or its own part failed. */
struct wire_setup {
	int32_t errnum;
	uint64_t pid_namespace; /* inode, 0: the owner can see for himself */
	char what[48];          /* "mount tmpfs" */
	char operand[208];      /* "/tmp" */
};

/* The owner to init, one byte: the uid map is written, go on. */
#define SANDBOX_GO             'g'
#define SANDBOX_GO_DROP_GROUPS 'd'

/* The owner to a yard. With a sandbox come its ends of control and launch. */
struct wire_yard {
	int32_t unchanged; /* not 0: nothing is wanted, but the sandbox of this number is over and
			      left the network as it was */
	int32_t cpu;
	int32_t first_pid;
};

/* The yard to the owner over control, with init's pidfd: it was born. Or a struct wire_setup. */
struct wire_born {
	int32_t serial; /* from 1 */
};

/* What the first process of a yard knows, for the program that it becomes (yard_exec.c). */
struct wire_ground {
	uint32_t size;           /* of this struct: both were built together */
	int32_t control, launch; /* the same descriptors */
	unsigned flags;
	struct sandbox_limits limits;
	char work_dir[256];
	uint32_t op_count; /* those of the plan that each sandbox has of its own */
	struct wire_op {
		int32_t kind;
		uint32_t mode;
		uint64_t size, inodes;
		char target[256];
	} ops[SANDBOX_OPS_MAX];
};

enum wire_request_kind {
	WIRE_OPEN,      /* control: number = flags, path; the reply brings the descriptor */
	WIRE_OPEN_LEFT, /* control: sandbox_left_places; struct wire_left brings descriptors */
	WIRE_PUT,       /* control: mode, path; folders are made; the reply brings the descriptor */
	WIRE_NEXT_PID,  /* control: number = the pid that the next process shall get */
	WIRE_STATUS,    /* control: number = pid; how a process that init reaped has ended */
	WIRE_SPAWN,     /* launch: struct wire_spawn follows, and the gate and the descriptors */
	WIRE_WAIT,      /* launch: number = pid */
};

struct wire_request {
	int32_t kind;
	int32_t number;
	uint32_t mode;
	char path[256];
};

struct wire_reply {
	int32_t errnum;
	int32_t value;
};

/* Where something may be left; the empty one is the work folder. */
#define LEFT_PLACES 7
extern const char *const sandbox_left_places[LEFT_PLACES];

struct wire_left {
	int32_t errnums[LEFT_PLACES]; /* 0: a descriptor came along, in this order */
};

/* The words of argv, then of envp, each NUL-terminated, then the filter's instructions. */
struct wire_spawn {
	uint32_t argc, envc;
	uint32_t word_bytes;
	uint32_t filter_len; /* 0: none */
	int8_t fd_given[3];  /* 1: a descriptor is passed; 0: /dev/null; -1: closed */
	bool foreground;
	bool soon;
	char path[256];
};

/* Over the gate: the child to the owner. step is 0 when it is ready and waits. */
struct wire_child {
	int32_t pid; /* as it sees itself */
	int32_t errnum;
	char step[48];
};

/* One message with up to COUNT descriptors. 0, or -1 with errno. */
int wire_send(int sock, const void *head, size_t head_len, const void *body, size_t body_len,
	const int *fds, size_t count);
/* Bytes received, 0 at the end, -1 with errno. *COUNT descriptors arrived (room for COUNT on
 * entry). *SENDER, unless NULL, gets the sender's pid as the receiver sees it (SO_PASSCRED). */
ssize_t wire_receive(int sock, void *bytes, size_t len, int *fds, size_t *count, pid_t *sender);

/* ---- the cloned side ------------------------------------------------------------------------ */

struct reduced;

struct inside {
	const struct sandbox_plan *plan;
	struct reduced *reduced; /* NULL: with namespaces */
	bool is_yard;            /* no sandbox, but what many will share */
	unsigned flags;          /* CLONE_NEW* in force */
	bool drop_groups;        /* the owner is root: his supplementary groups can and must go */
	int control;             /* ours of the socketpairs */
	int launch;
	int sources[SANDBOX_OPS_MAX]; /* opened by the owner, or -1 */
	int ruleset;                  /* Landlock's, where the isolation is reduced; else -1 */
	int last_pid;                 /* /proc/sys/kernel/ns_last_pid, -1 where there is none */
	int sys_user;                 /* /proc/sys/user, as long as it can be written; or -1 */
	int program;                  /* what a yard becomes, or -1 */
	pid_t launcher;
	uint64_t pid_namespace; /* inode of init's; 0: the owner sees it */
};

void inside_init(struct inside *in) __attribute__((noreturn));
/* What inside_init() is made of. */
void inside_default_dispositions(void);
int inside_own_fds(struct inside *in, struct wire_setup *failure);
int inside_start_launcher(struct inside *in, struct wire_setup *failure);
void inside_serve(struct inside *in) __attribute__((noreturn));
/* The loop of init and of the launcher: REAP as children end, SERVE when something comes by FD. */
void inside_attend(struct inside *in, int fd, void (*reap)(struct inside *),
	void (*serve)(struct inside *)) __attribute__((noreturn));
/* yard_inside.c: the first process of a yard, when that stands. */
void inside_yard(struct inside *in) __attribute__((noreturn));
/* yard_exec.c: becomes the small program that goes on with it; returns where it cannot. */
void inside_yard_exec(struct inside *in);
/* Init of one of its sandboxes: sets up what is its own, then serves. */
void inside_own_init(struct inside *in) __attribute__((noreturn));
/* A network with nothing but the loopback. */
int inside_loopback_up(struct wire_setup *failure);
void inside_launcher(struct inside *in) __attribute__((noreturn));
/* GATE and FDS are the child's own descriptors; ENVP follows ARGV. */
void inside_program(const struct inside *in, const struct wire_spawn *head, int gate,
	const int fds[3], char **argv, char **envp, const struct sock_filter *code)
	__attribute__((noreturn));
/* To the owner, over the gate. */
void inside_say(int gate, int errnum, const char *step);
/* The next process gets PID, where the kernel can; else -1. */
int inside_next_pid(const struct inside *in, int32_t pid);

/* Opens what the owner could not open for init. */
int ops_open_sources(struct inside *in, struct wire_setup *failure);
/* Builds the new root and goes there; OPS_OWN: adds to the one that stands. */
enum ops_part { OPS_ALL, OPS_SHARED, OPS_OWN };
int ops_execute(struct inside *in, enum ops_part part, struct wire_setup *failure);
/* Is this what PART of a plan is made of? */
bool ops_belong(enum sandbox_op_kind kind, enum ops_part part);

/* -1, with FAILURE filled from errno. */
int inside_fail(struct wire_setup *failure, const char *what, const char *operand);
/* fork, without what the C library does around it. */
pid_t inside_fork(unsigned long flags);
int inside_write_file(const char *path, const char *text);
void inside_block_signals(bool on);
/* The lowest descriptors become LIST, close-on-exec, from 3 on; all others are closed. */
int inside_keep_fds(int **list, size_t count);

/* ---- the owner's side ------------------------------------------------------------------------ */

struct sandbox_program {
	pid_t inside, outside;
	int gate;
	int exec_errno;
};

struct sandbox {
	pid_t init;
	ino_t pid_namespace;       /* 0: none of its own */
	struct sandbox_yard *yard; /* NULL: it stands alone, and init is our child */
	int32_t serial;            /* in the yard */
	bool no_sockets;
	int pidfd;
	int control, launch;
	bool own_root;
	struct reduced *reduced; /* NULL: with namespaces */
	bool killed;
	struct sandbox_program programs[SANDBOX_PROGRAMS_MAX];
	size_t program_count;
	int released; /* index of the last program let go or waited for, -1 */
	int terminal; /* a terminal whose foreground group we changed, -1 */
	pid_t terminal_group;
	char work_dir[256];
	char **put; /* paths of sandbox_put_file */
	size_t put_count;
};

/* One request to init and its answer; *FD gets the descriptor that came along, or -1. 0, or -1 with
 * errno: ours (EPIPE: init is gone) or what init's call said. */
int sandbox_request(struct sandbox *s, const struct wire_request *request, int *value, int *fd);

/* start.c, for yard.c too. A sandbox, or what stands in for one as a yard's ground. */
struct sandbox *sandbox_start_with(const struct sandbox_plan *plan, unsigned flags, bool reduced,
	bool is_yard, struct lab_error *e);
/* Nothing but what is known before there is a process. */
struct sandbox *sandbox_new(const struct sandbox_plan *plan);
int sandbox_socket_pair(int *ours, int *theirs);
/* What init said of its failure. */
int sandbox_setup_failed(struct wire_setup *said, struct lab_error *e);
int sandbox_check_plan(const struct sandbox_plan *plan, struct lab_error *e);
ino_t sandbox_pid_namespace(pid_t pid); /* 0: it cannot be told */
/* ids.c: writes the maps of init, which is PID. *GO changes if init has to give up its groups. */
int sandbox_map_ids(pid_t pid, bool own_root, char *go, struct lab_error *e);
/* yard.c: S is over, all inside is gone. */
void sandbox_left_yard(const struct sandbox *s);

/* What to do about a namespace or mount call that failed with ERRNUM. */
const char *sandbox_mend(int errnum);
/* Sets CPU only; a failure is no failure. */
void sandbox_pin(int cpu);

#endif
