/*
 * A program -> an event log. The only room that joins sandbox and supervise.
 *
 * A run is made, steered and ended by one process (a judge, or trace). Every steering request is an
 * event too, so that a saved log can stand in for the run: run_replay() answers the same requests
 * from the log, and a request that differs from the saved one is an error (LAB_BROKEN).
 */
#ifndef LAB_RUN_RUN_H
#define LAB_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/event/event.h"

#define RUN_PROGRAMS_MAX 8
#define RUN_FILES_MAX    16
#define RUN_FAULTS_MAX   16
#define RUN_SECOND       INT64_C(1000000000)

struct run_program {
	const char *name;        /* a program of bin/ */
	bool helper;             /* instead, one of the lab's own (guest/: emit, nap, slurp, ...) */
	const char *const *argv; /* NULL-terminated; NULL: just NAME */
	const char *const *env;  /* "NAME=value" in the standard environment; NULL */
	bool own_stdin;          /* this one reads the input; default: the first program */
	bool closed[3];          /* start with fd 0, 1, 2 closed */
};

struct run_file {
	const char *path; /* relative to the work folder */
	const void *bytes;
	size_t len;
	unsigned mode; /* 0: 0644 */
};

enum run_fault_kind {
	RUN_FAULT_ERRNO,
	RUN_FAULT_SHORT,
	RUN_FAULT_EINTR,
	RUN_FAULT_KILL,
	/* Of a datagram, which its sender takes to be sent: it is lost; it arrives twice, the
	 * second time .delay later; it arrives .delay later, and others may overtake it. CALL is
	 * send (or sendto), sendmsg, write, writev, or "datagram" for all of them; counted are
	 * those that send a datagram, be the socket connected or not. */
	RUN_FAULT_DROP,
	RUN_FAULT_TWICE,
	RUN_FAULT_LATE,
	/* Nothing fails, but what the program takes for granted is not so. Of fork: the process
	 * that it makes ends at once, with exit status 0, and has done nothing. Of kill: its signal
	 * is not sent. Of read, from a pipe: each byte .from arrives as .to. */
	RUN_FAULT_GONE,
	RUN_FAULT_OTHER
};

/* The n-th call of a kind, counted from main() over all tasks (or one), is made to fail. */
struct run_fault {
	const char *call; /* "fork" stands for fork, vfork and clone of a process; "read", ... */
	unsigned n;       /* from 1; 0: every one */
	unsigned one_in;  /* instead of N: about one in so many, drawn from SEED */
	uint64_t seed;
	enum run_fault_kind kind;
	int errnum;    /* RUN_FAULT_ERRNO */
	size_t bytes;  /* RUN_FAULT_SHORT: at most so many are moved */
	char from, to; /* RUN_FAULT_OTHER */
	int64_t delay; /* RUN_FAULT_LATE, _TWICE: virtual ns */
	int signal;    /* RUN_FAULT_KILL: sent to the caller at the call */
	int task;      /* only this task; 0: any */
};

struct run_yard;

struct run_request {
	uint64_t build; /* names what was built, so that a saved log answers for nothing else */
	const char *bin_dir;     /* bin/ of a build, on the host */
	const char *lines_dir;   /* lines/ of the build, or NULL: no places */
	const char *helpers_dir; /* the lab's own programs for `helper`; NULL: lab_guest_dir() */
	struct run_program programs[RUN_PROGRAMS_MAX];
	size_t program_count;
	const void *input; /* what stdin gives; then end of file unless input_open */
	size_t input_len;
	bool input_open; /* the judge will write more and close it */
	struct run_file files[RUN_FILES_MAX];
	size_t file_count;
	const char *schedule; /* "natural" if NULL; see supervise/schedule.h for the names */
	uint64_t seed;        /* of the world: pids, AT_RANDOM */
	struct run_fault faults[RUN_FAULTS_MAX];
	size_t fault_count;
	int64_t time_budget;   /* virtual ns; 0: 1 h */
	uint64_t step_budget;  /* 0: 200,000 */
	uint64_t spin_steps;   /* since a task last blocked; 0: 20,000; UINT64_MAX: no limit */
	size_t output_budget;  /* bytes of stdout and stderr; 0: 8 MiB */
	bool no_tape;          /* each use of shared memory is a stop: supervise.h */
	bool linger;           /* go on when all programs have ended but others live */
	bool variables;        /* global and static ones of programs that are built to find races
				  are watched like shared memory */
	bool uses;             /* each use of shared memory is an event; nothing else changes */
	int cpu;               /* -1: lease one */
	struct run_yard *yard; /* of the same folders; NULL: the world is made from nothing */
};

/* What the runs of one build can share, so that each starts sooner: a sandbox_yard. It may be used
 * by children of this process, by one at a time. NULL where there is none. */
struct run_yard *run_yard_new(const char *bin_dir, const char *helpers_dir);
void run_yard_free(struct run_yard *yard); /* after its runs */

/* Makes what all runs of programs with line tables in LINES_DIR need, for this process and those
 * that it forks. Without it each of them makes its own. */
void run_prepare(const char *lines_dir);

/* All runs of a process take place on one processor, which it has taken at its first one. Another
 * one that is free, of those that it was given: a descriptor that holds it for whoever has it open;
 * -1: there is none. */
int run_processor_take(int *cpu);
void run_processor_move(int cpu); /* from now on they take place there */

/* One more program for a world that stands already. */
struct run_launch {
	struct run_program program;
	const void *input; /* what its stdin gives; then end of file unless input_open */
	size_t input_len;
	bool input_open;
	const struct run_fault *faults; /* besides the run's; counted from now on, and no longer
					   when the next program is launched after this one's end */
	size_t fault_count;
};

enum run_stop {
	RUN_ENDED,   /* all programs ended (or the run was ended: see the log's last events) */
	RUN_REACHED, /* what was waited for is there */
	RUN_QUIET,   /* all are blocked with no timer pending, and the judge still holds an end */
	RUN_FAILED,  /* ours: E says */
};

struct run;

struct run *run_start(const struct run_request *request, struct lab_error *e);
/* Answers from a saved log; the log is owned by the run from now on. */
struct run *run_replay(
	struct event_log *log, const struct run_request *request, struct lab_error *e);

/* Starts a program in the world of R, beside the others or after they have ended; what they were
 * still to read is dropped. Its task, or -1 (ours). Not after a deadlock, a spin or a limit. */
int run_launch(struct run *r, const struct run_launch *launch, struct lab_error *e);

/* Steering. Each goes on from where the run stands. OCCURRENCE from 1. */
enum run_stop run_until_output(struct run *r, const char *text, struct lab_error *e);
enum run_stop run_until_blocked(struct run *r, struct lab_error *e); /* all: no time passes */
enum run_stop run_until_time(struct run *r, int64_t ns, struct lab_error *e); /* since the start */
enum run_stop run_until_call(
	struct run *r, const char *call, unsigned occurrence, struct lab_error *e);
enum run_stop run_until_exit(struct run *r, int task, struct lab_error *e); /* of one program */
enum run_stop run_until_end(struct run *r, struct lab_error *e);
int run_write(struct run *r, const void *bytes, size_t len, struct lab_error *e); /* to stdin */
int run_close_input(struct run *r, struct lab_error *e);
/* From outside: to the task; SIGINT, SIGQUIT and SIGTSTP to its whole process group, as if typed.
 */
int run_signal(struct run *r, int task, int sig, struct lab_error *e);
int run_read_file(
	struct run *r, const char *path, struct buf *into, struct lab_error *e); /* errnum */

/* Ends what still runs, writes the leak report and EVENT_END. Idempotent. */
int run_finish(struct run *r, struct lab_error *e);
const struct event_log *run_log(const struct run *r);
/* stdout and stderr so far, NUL-terminated; they belong to the run. */
const struct buf *run_output(const struct run *r, int fd);
int64_t run_time(const struct run *r);
void run_free(struct run *r); /* finishes first */

/* trace: run argv with the caller's files and terminal (or in the sandbox). Status as
 * design.md says: the program's own, 128+N, 120 when the supervisor ended it. */
struct run_trace {
	const char *const *argv;
	const char *schedule;
	uint64_t seed;
	bool sandbox;
	void (*on_event)(
		void *context, const struct event *event); /* as they are logged, or NULL */
	void *context;
};
/* LOG may be NULL. Where nobody reads what happens, here or in ON_EVENT, it is not kept either. */
int run_trace(
	const struct run_trace *request, struct event_log **log, int *status, struct lab_error *e);

/* "full" or "reduced": what runs get on this machine, found out by trying. NULL and E: no run is
 * possible here. Where it is reduced E says which call was refused, and how to mend it. Reduced
 * isolation does not keep two students' programs apart as namespaces do: whoever grades the work of
 * others should ask first. */
const char *run_isolation(struct lab_error *e);
/* What that means, and how to get full isolation: lines for doctor. */
void run_isolation_advice(struct buf *into);

/* doctor: one supervised run of a small program, and what of the supervisor works here. */
struct run_probe_result {
	const char *what;
	bool ok, required;
	char found[256];
	const char *meaning, *mend;
};
size_t run_probe(struct run_probe_result *list, size_t most);

#endif
