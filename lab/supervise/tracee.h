/*
 * The records of the supervisor, for its own files only.
 *
 * A tracee is one kernel task (thread). A process is what its threads share: descriptors,
 * dispositions, timers, the program image. Who owns what: the supervisor owns tracees, each tracee
 * holds one reference of its process.
 */
#ifndef LAB_SUPERVISE_TRACEE_H
#define LAB_SUPERVISE_TRACEE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/guest/markers.h"
#include "lab/supervise/arch.h"
#include "lab/supervise/schedule.h"
#include "lab/supervise/supervise.h"

#define NO_DEADLINE   INT64_MAX
#define SIGNAL_COUNT  65
#define FD_CACHE      256
#define ADDRESS_CACHE 64
#define TRACEES_MAX   4096
#define STEP_NS       1000 /* how much virtual time a step takes */
#define TICK_STEPS    100  /* a MARK_TICK counts as so many steps */
#define SPIN_LOOPS    4
#define POSIX_TIMERS  4096
/* 2026-01-01 00:00:00 UTC: where CLOCK_REALTIME stands when a run begins. */
#define EPOCH_NS (INT64_C(1767225600) * 1000000000)

enum tracee_state {
	STOPPED,   /* in a ptrace stop; it can be picked */
	MOVING,    /* resumed; may be on the processor */
	ASLEEP,    /* resumed; the kernel has put it to sleep */
	LISTENING, /* stopped by job control */
	DYING,     /* resumed from its exit event */
	ENDED,
};

/* After a step: who may have moved through it besides the one that was resumed (wakes.c). */
enum look {
	LOOK_DATA = 1,     /* who sleeps for data, room, a lock */
	LOOK_CHILDREN = 2, /* who waits for a child */
	LOOK_SIGNALS = 4,  /* all that sleep: a signal wakes everybody */
	LOOK_ASLEEP = 7,
	LOOK_STOPPED = 8, /* whom ptrace has stopped: only SIGKILL and SIGCONT move those */
	LOOK_ALL = 15,
};

enum stop_kind { STOP_START, STOP_ENTRY, STOP_EXIT, STOP_SIGNAL, STOP_EVENT, STOP_DEATH };

struct timer {
	int64_t deadline, interval; /* NO_DEADLINE: not armed */
};

struct posix_timer {
	bool used, by_cpu; /* by_cpu: its times are processor time of OWNER */
	int owner;         /* index of the task; its process, unless PER_THREAD */
	bool per_thread;
	struct timer timer;
	int clock, notify, signo;
	uint64_t value;
	pid_t thread; /* inside, SIGEV_THREAD_ID */
	bool queued;  /* its signal, not taken yet as far as we know */
	int missed;   /* expirations since it was queued */
	int overrun;  /* of the signal that was taken last */
};

struct module {                    /* a mapping of a file with code */
	uint64_t begin, end, bias; /* bias: address - unrelocated address */
	const char *path;
	bool program; /* the executable itself */
};

struct known_address { /* of a futex, semaphore, mutex */
	uint64_t addr;
	const char *kind, *id; /* ID NULL: look again */
	bool shared;           /* its object is the same in a child */
};

struct shared_range { /* memory that others see, and that the race detector watches */
	uint64_t begin, end;
	uint64_t object, offset; /* of its first byte */
};

struct process {
	unsigned references;
	const char *fds[FD_CACHE]; /* object ids; NULL: look again */
	uint32_t files[FD_CACHE];  /* open file descriptions by number (races_lock.c); 0: unknown */
	struct known_address addresses[ADDRESS_CACHE];
	uintptr_t handlers[SIGNAL_COUNT]; /* SIG_DFL, SIG_IGN or a handler */
	uint64_t handler_flags[SIGNAL_COUNT];
	uint64_t restorer; /* where handlers return to */
	uint64_t flag_at;  /* the runtime's flag (guest/handler.c); 0: none */
	int flag;          /* as it stands there */
	struct timer real; /* alarm, ITIMER_REAL */
	struct posix_timer *timers;
	size_t timer_count;
	struct module *modules;
	size_t module_count;
	bool modules_known;
	char *path;                  /* of the executable, as the program sees it */
	uint64_t entry, interpreter; /* AT_ENTRY, AT_BASE */
	bool subreaper;
	int64_t cpu;                   /* virtual processor time, ns */
	int64_t children_cpu;          /* of those that were waited for */
	struct timer virtual, profile; /* ITIMER_VIRTUAL, ITIMER_PROF: by CPU */
	int64_t used;       /* real processor time when the watch last rang; 0: not known */
	uint64_t shared_at; /* the race runtime's table (guest/race.c); 0: none */
	struct shared_range *shared;
	size_t shared_count;
	uint64_t tape_at, peek_at;     /* the runtime's tape (guest/tape.h); 0: none */
	uint32_t tapes;                /* how often it was set */
	bool taping;                   /* it is in use */
	struct shared_range variables; /* global and static ones, if they are watched; END 0 */
};

struct call;
struct race_task;
struct races;

struct tracee {
	int index;
	pid_t tid, inside;      /* as we see it, as it sees itself */
	bool leader;            /* of its thread group */
	pid_t group;            /* thread group, as we see it */
	struct tracee *parent;  /* NULL: the stand-in parent or the reaper */
	struct tracee *creator; /* a thread's; NULL */
	struct process *process;
	enum tracee_state state;
	enum stop_kind stop;
	struct arch_regs regs;   /* at the stop */
	struct arch_regs entry;  /* of the call it is in, as the program made it */
	const struct call *call; /* the call it is in, or whose entry it stands at */
	bool in_call;
	uint64_t entered; /* supervisor.resumed when it came to the entry of its call */
	bool signalled;   /* by us, since then */
	bool silent;      /* a call that the log does not know is being translated */
	bool rewritten;   /* entry differs from what the kernel was given */
	bool restarting;  /* the call will be made again by the kernel, silently */
	struct { /* the kernel makes a call again once handlers have returned (SA_RESTART) */
		bool armed;
		unsigned handlers; /* that have not */
		struct arch_regs entry;
	} redo;
	bool undisturbed;  /* ... after signals that natively would not have woken it */
	bool expired;      /* its deadline ended the call */
	bool held;         /* out of its wait while several things happen (hold.c) */
	bool trap_pending; /* PTRACE_INTERRUPT: one more stop will come, not a choice */
	bool suspect;      /* it may have been woken, whatever it waits for */
	bool looked_at;    /* interrupted because it ran a second without a stop */
	bool preempted;    /* ... because it computes while a timer is due, or others could run */
	bool yields;       /* it has had its turn */
	uint64_t turn;     /* POLLS when that was last so */
	uint64_t polls;    /* how often it asked in vain since it last slept */
	int64_t cpu;       /* virtual processor time of the thread, ns */
	bool wait_for_death;
	int64_t otherwise; /* its result if a signal does more than pass by; 0: the kernel's to say
			    */
	struct {           /* datagrams of a recvmmsg with a time-out: receive_many.c */
		bool armed, stepped;
		unsigned done;
		int64_t end;
	} many;
	int64_t moved;           /* bytes before it was broken off and made again */
	struct arch_regs whole;  /* ... which was this call */
	bool childless;          /* the process that its call makes ends at once */
	struct other_bytes {     /* what its call reads from a pipe is changed: by fault NUMBER */
		unsigned number; /* 0: none */
		char from, to;
	} other;
	int failure;               /* errno with which its call ends although it was made; 0 */
	int64_t deadline;          /* of the call it sleeps in */
	int64_t kept_deadline;     /* for a restart */
	int signal;                /* to inject at resume, 0 none */
	struct event *event;       /* of the call it is in */
	struct event *interrupted; /* a call whose end a signal decides */
	bool block_logged;
	struct event *block;  /* the last EVENT_BLOCK */
	struct event **queue; /* events of this step, appended at the flush */
	size_t queued, queue_size;
	int library;          /* guest_library_call it is in, -1 none */
	struct {              /* the calls around it: what a handler makes is no part of them */
		bool handler; /* a handler runs inside of it, or (ID -1) where no call was */
		int id;
		struct event *event;
	} outer[8];
	unsigned depth;
	struct event *library_event;
	struct { /* that have begun, and not returned as far as we know */
		int signal;
		uint64_t function, sp; /* of what it interrupted */
	} handlers[16];
	unsigned handler_count;
	bool main_reached;
	bool out_of_time;   /* the kernel has sent it SIGXCPU, nobody else */
	int64_t idle_since; /* when it began to count them */
	struct spin_lines { /* where it is meanwhile */
		const char *file, *function;
		int first, last;
	} loops[SPIN_LOOPS];
	uint64_t idle_steps;     /* since it last slept or did something useful */
	int stat_fd, syscall_fd; /* of its files in /proc, -1: not opened yet */
	int wait_status;
	struct tracee *took; /* the child whose status the call that ends now took */
	bool reaped;
	bool stopped_reported;
	uint32_t exit_message;
	char spin_names[4][24];
	uint64_t spin_counts[4];
	struct race_task *race; /* races.c; NULL: it has used no shared memory yet */
};

struct object_key {
	char *key;
	const char *id;
	unsigned size; /* of a System V set of semaphores; 0: not told */
};

struct world_object { /* System V, made by this run */
	int kind, id, shown;
	int32_t key;
	uint64_t bytes;
};

struct timer_descriptor { /* timerfd */
	const char *id;
	int tracee, fd; /* who set it last, and its descriptor there */
	int clock;
	struct timer timer;
};

struct socket_times { /* SO_RCVTIMEO, SO_SNDTIMEO; ns, 0: none */
	const char *id;
	int64_t receive, send;
};

struct supervisor {
	struct supervise_config config;
	struct timer_descriptor *descriptors;
	size_t descriptor_count;
	struct socket_times *sockets;
	size_t socket_count;
	struct datagram *late; /* datagrams.c: on their way */
	size_t late_count;
	struct event_log *log;
	struct schedule schedule;
	struct rng rng;
	int64_t now;
	uint64_t steps;
	uint64_t accesses;    /* to shared memory, as the race runtime tells them */
	uint64_t resumed;     /* how often anyone was */
	unsigned vain_yields; /* so many yields of the processor will be taken to be: settle.c */
	int64_t until;        /* how far the caller lets time go */
	struct tracee **all;  /* all[i]->index == i + 1 */
	size_t total;
	struct tracee **tracees; /* those that live, or were not waited for, by index */
	size_t count;
	struct tracee *current;                   /* resumed last */
	struct tracee *picked;                    /* by the schedule last */
	unsigned look;                            /* enum look: whom the last step may have moved */
	bool terminals;                           /* a pseudo-terminal was opened */
	bool terminal_stirred, terminal_restless; /* one was written to: terminals.c */
	bool saw_socket;                          /* some task, at any time, wanted a socket */
	bool surprises; /* signals may be sent by what does not look like it (wakes.c) */
	struct object_key *objects;
	size_t object_count;
	size_t *object_slots;     /* by hash of the key: 1 + index into objects, 0: free */
	size_t object_slot_count; /* a power of two, or 0 */
	struct event_log *names;  /* an empty log: its arena holds our strings */
	struct {
		char kind[16];
		unsigned next;
	} counters[24];
	size_t counter_count;
	pid_t stand_in; /* the programs' parent, as they see it */
	struct world_object *made;
	size_t made_count;
	unsigned queues_made; /* POSIX queues that were opened */
	unsigned denied;      /* what programs were kept from, so often */
	struct races *races;  /* NULL: no program is built to find races */
	pid_t early[64];      /* children whose first stop came before their parent's event */
	size_t early_count;
	enum supervise_stop ended_by; /* spin, limit */
	bool cpu_timers;              /* some timer goes by processor time */
	bool burning;                 /* the watch rings often: see watch.c */
	int watched; /* the task that ran when the watch last rang, at which step, its ticks */
	uint64_t watched_steps;
	long watched_ticks;
	bool failed;
	struct lab_error *error;
};

/* tracee.c: records and the tracee's memory */
struct tracee *tracee_new(struct supervisor *s, pid_t tid);
void tracee_free(struct tracee *t);
struct tracee *tracee_by_index(const struct supervisor *s, int index); /* NULL: none */
struct tracee *tracee_by_tid(struct supervisor *s, pid_t tid);
struct tracee *tracee_by_inside(struct supervisor *s, pid_t inside); /* living or unreaped */
struct process *process_new(void);
struct process *process_copy(const struct process *p);
void process_release(struct process *p);
void process_exec(struct process *p);
/* The first LEN bytes of /proc/TID/stat or syscall; -1: it is gone. */
ssize_t tracee_read_stat(struct tracee *t, char *into, size_t len);
ssize_t tracee_read_syscall(struct tracee *t, char *into, size_t len);
#define STATUS_SIZE 4096
/* /proc/TID/status; the empty text if there is none. */
void tracee_read_status(pid_t tid, char text[static STATUS_SIZE]);
/* What stands behind a field's name ("\nSigIgn:"); NULL if it is not there. */
const char *tracee_status_field(const char *status, const char *name);
pid_t tracee_read_inside_pid(pid_t tid);
/* The program's descriptor FD as one of ours, which the caller closes; -1. */
int tracee_take_descriptor(const struct tracee *t, int fd);
bool tracee_read(const struct tracee *t, uint64_t addr, void *into, size_t len);
/* Up to LEN bytes: less where the memory ends before. */
size_t tracee_read_some(const struct tracee *t, uint64_t addr, void *into, size_t len);
bool tracee_write(const struct tracee *t, uint64_t addr, const void *from, size_t len);
/* A string of at most MOST bytes; NULL if it cannot be read. Caller frees. */
char *tracee_read_string(const struct tracee *t, uint64_t addr, size_t most);
void tracee_queue(struct tracee *t, struct event *e);
const char *supervisor_intern(struct supervisor *s, const char *text);
void supervisor_copy_event(struct supervisor *s, struct event *to, const struct event *from);
/* The machine cannot do what the run needs. */
void supervisor_cannot(struct supervisor *s, const char *why);
int supervisor_fail(struct supervisor *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
