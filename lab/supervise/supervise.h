/*
 * The supervisor: ptrace stops -> events. One tracee runs at a time; the schedule picks who goes
 * next; time is virtual. Knows nothing of the sandbox: run gives it processes that wait to be let
 * go, and a log to write.
 *
 * The loop, until something that was asked for is reached:
 *	settle: every tracee is stopped, or truly asleep in the kernel (settle.c)
 *	flush:  the events of this step, in order of task
 *	if nobody can run: ask the quiet hook, else move the clock to the next timer, else deadlock
 *	pick:   by the schedule; perform the action of its stop; resume it
 * A tracee that stands before a call which may sleep, and gets a signal there that it handles, goes
 * through the handler first: that is where a wake-up is lost (signals.c).
 *
 * Blocking is the kernel's own. Registers are rewritten, memory only where the kernel would write a
 * result. What the processor decides is behind arch.h.
 */
#ifndef LAB_SUPERVISE_SUPERVISE_H
#define LAB_SUPERVISE_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/base/error.h"
#include "lab/event/event.h"

struct supervisor;

/* A planned failure; run_fault of run.h in the supervisor's words. */
struct supervise_fault {
	const char *call;
	unsigned n;      /* 0: every */
	unsigned one_in; /* not 0: about one in so many instead, drawn from SEED */
	uint64_t seed;
	enum {
		SUPERVISE_ERRNO,
		SUPERVISE_SHORT,
		SUPERVISE_EINTR,
		SUPERVISE_KILL,
		SUPERVISE_DROP,
		SUPERVISE_TWICE,
		SUPERVISE_LATE,
		SUPERVISE_GONE,
		SUPERVISE_OTHER
	} kind;
	int errnum;
	size_t bytes;
	char from, to;
	int64_t delay; /* virtual ns */
	int signal;
	int task;
	unsigned seen; /* how many calls matched so far */
};

/*
 * A world that no namespace holds: the programs live among the machine's own files and objects, and
 * the supervisor keeps up the appearance of another. It translates names at the entry of a call and
 * back at its end, and refuses what is not of this run. Only one task runs at a time and all others
 * are stopped or asleep, so nobody changes a name between our look and the kernel's.
 */
struct supervise_world {
	struct supervise_folder {
		const char *inside, *outside;
	} folders[16]; /* longest INSIDE first */
	size_t folder_count;
	const char *root;          /* what programs may change lies below */
	const char *queues;        /* before the names of POSIX message queues, */
	const char *queues_folder; /* which lie here */
	const char
		*no_queues; /* or why there can be none: to open one ends the run (unsupported) */
	uint32_t key;       /* XORed into keys of System V objects */
	unsigned processes; /* tasks at most; then EAGAIN */
	uint64_t shared_bytes; /* of System V segments at most; then ENOSPC */
	pid_t reaper;          /* shown as 1 */
	bool signals_stay;     /* the kernel lets no signal out */
	/* A System V object was made; CALL is the number of the call that made it. */
	void (*made)(void *context, int call, int id, int shown, int32_t key);
};

/* How a call is refused, and why, in a few words. */
struct supervise_refusal {
	const char *name;
	int errnum;
	bool others; /* argument 0 is a pid: of the run's own tasks it is no refusal */
	const char *why;
};

struct supervise_config {
	const char *schedule;
	uint64_t seed;
	struct supervise_fault *faults; /* the supervisor counts in them */
	size_t fault_count;
	int64_t time_budget;  /* virtual ns; 0: none */
	uint64_t step_budget; /* 0: none */
	uint64_t spin_steps;  /* 0: none */
	bool count_from_exec; /* programs without our runtime: there is no MARK_MAIN */
	const struct supervise_world *world; /* NULL: namespaces; lives as long as the supervisor */
	bool external;  /* someone outside may wake a task (terminal): never a deadlock while
			   one waits for it; time keeps pace with real time then */
	bool variables; /* global and static ones of programs that are built to find races are
			   watched like shared memory */
	bool uses;      /* each use of shared memory is an event, as one of variables is */
	bool attended;  /* ... and a person, who may connect to a socket of the run */
	bool no_tape;   /* each use of shared memory is a stop: the same log, at more cost */
	bool unread;    /* nobody reads the log: what only it would tell is not found out, and it is
			   emptied as the run goes on */

	/* Hooks, all optional, with CONTEXT. */
	void *context;
	void (*on_event)(void *context, struct event *event); /* right after it was appended */
	/* Nobody can run: drain or feed pipes. true: something changed, look again. */
	bool (*on_quiet)(void *context);
	/* Someone outside still holds an end and may write or close it: what would be a deadlock is
	 * SUPERVISE_QUIET then. */
	bool (*held)(void *context);
	/* After each step: true ends supervise_go() with SUPERVISE_REACHED. */
	bool (*reached)(void *context);
	/* An event of a library call may make the hook above say so; without this hook any may. */
	bool (*waits_for_calls)(void *context);
	/* ADDR (unrelocated) of executable PATH -> a place in the student's own files. Strings live
	 * as long as the supervisor. */
	bool (*place)(void *context, const char *path, uint64_t addr, const char **file, int *line,
		const char **function);
	/* Our runtime's part of executable PATH, unrelocated; false: it has none. */
	bool (*runtime)(void *context, const char *path, uint64_t *begin, uint64_t *end);
	/* The I-th global or static variable of executable PATH, unrelocated; false: no more. The
	 * name lives as long as the supervisor. */
	bool (*variable)(void *context, const char *path, size_t i, uint64_t *addr, uint64_t *size,
		const char **name);
	/* The filter has refused the call NR with these arguments: words for the log. */
	void (*refuses)(int nr, const uint64_t args[6], struct supervise_refusal *refusal);
	/* A call failed with ERRNUM for PATH (absolute; relative ones begin in FOLDER). Why the
	 * sandbox hides it; NULL: it does not. Without this hook nothing is looked at. */
	const char *(*hides)(void *context, const char *path, int errnum);
	const char *folder;
	uint64_t memory; /* bytes of address space that a process may have; 0: any */
	/* A name for an object that run itself made ("stdin"), by device and inode; NULL: none. */
	const char *(*object)(void *context, uint64_t device, uint64_t inode);
};

enum supervise_stop {
	SUPERVISE_ENDED,   /* no task lives */
	SUPERVISE_REACHED, /* the reached hook said so */
	SUPERVISE_BLOCKED, /* asked for: all blocked, no virtual time passed */
	SUPERVISE_QUIET,   /* all blocked, no timer pending, but the held hook says someone can help
			    */
	SUPERVISE_TIME,    /* asked for: UNTIL is now */
	SUPERVISE_DEADLOCK, /* an event says so */
	SUPERVISE_SPIN,     /* likewise */
	SUPERVISE_LIMIT,    /* likewise */
	SUPERVISE_FAILED,   /* ours: a lost tracee, a ptrace call that fails */
};

struct supervisor *supervise_new(
	const struct supervise_config *config, struct event_log *log, struct lab_error *e);
/* Kills what lives, forgets all. The log stays. */
void supervise_free(struct supervisor *s);

/* Attach to a process that waits to be released (pid as we see it, as it sees itself). Its index
 * (1 for t1) or -1. Then let it go and call supervise_wait_exec(): 0 once its exec is done, 1 if it
 * ended before (the exec failed), -1 ours. NAME is for EVENT_START, with ARGV. */
int supervise_attach(struct supervisor *s, pid_t outside, pid_t inside, const char *name,
	const char *const *argv, struct lab_error *e);
int supervise_wait_exec(struct supervisor *s, int task, struct lab_error *e);

/* FAULTS in place of those of the configuration; they may hold the same ones, grown. */
void supervise_set_faults(struct supervisor *s, struct supervise_fault *faults, size_t count);

/* Goes on. UNTIL: stop when virtual time gets there (INT64_MAX: no). BLOCKED: stop when all are
 * blocked, before time moves or a deadlock is declared. */
enum supervise_stop supervise_go(
	struct supervisor *s, int64_t until, bool blocked, struct lab_error *e);

/* SIGINT, SIGQUIT and SIGTSTP go to the task's whole process group, as if typed. */
int supervise_signal(struct supervisor *s, int task, int sig, struct lab_error *e);
int64_t supervise_now(const struct supervisor *s);
uint64_t supervise_steps(const struct supervisor *s);
bool supervise_alive(const struct supervisor *s, int task);
size_t supervise_alive_count(const struct supervisor *s);
/* Wait status of an ended task, as wait(2) gives it. */
int supervise_status(const struct supervisor *s, int task);
/* Some task has called socket or socketpair, be it before main or in vain: the only ways to change
 * anything of the network. */
bool supervise_saw_socket(const struct supervisor *s);
/* From a hook: the caller has read from or written to what tasks may wait at. */
void supervise_stir(struct supervisor *s);
/* An event by the caller at the present time; for steering, output, leaks. */
struct event *supervise_event(
	struct supervisor *s, enum event_kind kind, int task, const char *name);
void supervise_append(struct supervisor *s, struct event *event);
/* One EVENT_SURVIVOR for each task that lives. */
void supervise_report_survivors(struct supervisor *s);
/* Kills all that lives and waits for it; no events. */
void supervise_kill_all(struct supervisor *s);

/* The calls that must stop: for the filter that run makes. MASK != 0: only if (argument ARG & MASK)
 * == VALUE. */
struct supervise_traced {
	int nr;
	bool may_be_refused;
	unsigned arg;
	uint64_t mask, value;
};
size_t supervise_traced_calls(struct supervise_traced *list, size_t most);
/* Those that stop besides in a world without namespaces. */
size_t supervise_world_calls(struct supervise_traced *list, size_t most);

/* What the filter says, in the lower half of its answer, where it has a call stop that the sandbox
 * refuses. A call of supervise_traced_calls() may only if it says so. */
#define SUPERVISE_REFUSED 1

/* Errnos for calls that can only be answered, not supervised: clone3 and friends. */
struct supervise_answer {
	int nr, errnum;
};
size_t supervise_answered_calls(struct supervise_answer *list, size_t most);

#endif
