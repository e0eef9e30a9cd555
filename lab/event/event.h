/*
 * The event log: what one supervised run really did, in the order in which it did it. It is the
 * narrow waist of the house: supervise and run write it, everything else only reads it.
 *
 * An event is a kind, a name (the call, the signal, ...), and a few named values. All of it is
 * normalised: tasks are t1, t2, ... in order of creation; kernel objects are ids such as "pipe:1",
 * numbered by first sighting; no raw pid, address, inode or key appears. Two runs of the same
 * program under the same schedule give the same bytes.
 *
 * As text, one event a line:
 *
 *	STEP TIME TASK KIND NAME KEY=VALUE ... [@FILE:LINE:FUNCTION]
 *
 *	12 1000002000 t2 call read fd=3 obj=pipe:1 len=4096 ret=5 data="three" @count.c:21:main
 *
 * STEP counts from 0, TIME is virtual nanoseconds since the run began, TASK is tN or "-" for the
 * supervisor itself. VALUE is a decimal number, a task tN, or a string: bare where it consists of
 * [A-Za-z0-9_:./|+-] and could not be read as a number or a task, otherwise in double quotes with
 * the escapes of buf_put_escaped(). The first line is "ipclab-log 1".
 *
 * Ownership: a log owns its events and all their strings, until event_log_free().
 */
#ifndef LAB_EVENT_EVENT_H
#define LAB_EVENT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/base/sha256.h"

/* What each kind carries; [x] = optional. "task" is the event's own task. */
enum event_kind {
	EVENT_RUN,    /* first event: the request, as run_request writes it (see run/run.h) */
	EVENT_STEER,  /* the judge steers: name = until-output|until-blocked|until-time|until-exit|
			 until-end|launch|write|close|signal|kill|advance|file; its operands; [why] =
			 how it ended */
	EVENT_START,  /* a program of the request is started: prog, argv0, argv1, ...; pid=N and
			 ppid=N are what it sees itself (drawn from the seed, hence reproducible) */
	EVENT_FORK,   /* child=tN pid=N, thread=1 for a thread; name = fork|vfork|clone */
	EVENT_EXEC,   /* path, argv0...; setid=0: its set-user-ID or set-group-ID bit did nothing */
	EVENT_MAIN,   /* the program reached main(): logs are hashed, faults counted from here */
	EVENT_CALL,   /* a call returned: name, decoded arguments, ret=N or ret=-1 err=ENAME.
			 fd=N comes with obj=ID; data="..." the bytes moved (at most EVENT_DATA_MAX),
			 n=N their number; child=tN status=... of a wait; lib=1 for a library call
			 (sem_wait, pthread_mutex_lock, ...) seen through markers */
	EVENT_BLOCK,  /* the call of NAME has not returned and sleeps: arguments as in CALL;
			 [until=T] virtual ns when it times out */
	EVENT_SIGNAL, /* a signal was sent: name = SIGINT, to=tN, [from=tN], [code=] why */
	EVENT_DELIVER, /* name = SIGINT, how = handler|default|ignored */
	EVENT_RETURN,  /* a handler returned (rt_sigreturn) */
	EVENT_UNSAFE,  /* name = a function that is not async-signal-safe, about to be called in a
			  handler of sig=; [handler=] the function; why=stdio|format|heap|exit|lock|
			  static|log|listed, see guest/unsafe.h */
	EVENT_RACE,    /* nothing orders two uses of shared memory, of which the task's came second:
			  obj=, at= the first of the n= bytes that both touched. Two ACCESS follow,
			  the first use and the second */
	EVENT_ACCESS,  /* name = read|write|volatile-read|volatile-write|atomic-read|atomic-write|
			  atomic-update; at=, n= all of its bytes; [value=] read or written;
			  [handler=SIGNAL] it was in a handler; [held="mutex:1 ..."] locks held
			  then; [last=lock|send|... [by=OBJ]] the task's last synchronisation, after
			  the first use, before the second; of the second: [heard=..., [from=OBJ]]
			  by which it last knew of the other task */
	EVENT_USE,     /* of memory whose every use the run asked for (variables): name, at=, n=,
			  [handler=] as in ACCESS; obj=; [value=] read, or what is there after it */
	EVENT_STOP,    /* job control stop: name = SIGSTOP, ... */
	EVENT_CONT,
	EVENT_EXIT,    /* status=N; thread=1: only the thread ended */
	EVENT_KILLED,  /* name = the signal; core=1 */
	EVENT_REAPED,  /* by=tN: a wait took its status; by=reaper; by=none (SIGCHLD ignored) */
	EVENT_ADOPT,   /* its parent ended; new parent: parent=reaper or tN (a subreaper) */
	EVENT_OUTPUT,  /* the supervisor drained the root's stdout/stderr: fd=1|2, data */
	EVENT_ADVANCE, /* virtual time jumped: to=; all were blocked, or the schedule is slow */
	EVENT_EXPIRE,  /* a time-out, timer or alarm of the task ended: name = the call */
	EVENT_FAULT,   /* a planned fault was injected: name = the call, n=, how=EAGAIN|short|... */
	EVENT_CHOICE,  /* more than one could run: among="t1 t2", picked=tN */
	EVENT_DEADLOCK, /* all blocked, nothing pending; one WAITS a task follows, and HOLDS */
	EVENT_WAITS,    /* the task is blocked in NAME with these arguments, obj=..., since=STEP; a
			   task that job control has stopped: NAME = stopped */
	EVENT_HOLDS,    /* a descriptor it holds: fd=, obj=, mode=r|w|rw; why=deadlock|exec|exit */
	EVENT_SPIN,     /* steps=N since the task last blocked, without a call that waits;
			   calls="name*N ..."; [obj= at= n=] shared memory that it has read
			   again and again, and found as it was */
	EVENT_LIMIT,    /* name = time|steps|cpu|output|tasks: a budget of the run is used up */
	EVENT_REFUSED,  /* name = the call, why: what cannot be supervised, and its errno */
	EVENT_DENIED,   /* the sandbox kept the task from something, be it before main: name = the
			   call; [what=] a path, or whom a signal was for; why= */
	EVENT_ZOMBIE,   /* the task exited while this child was dead and not waited for: child=tN */
	EVENT_SURVIVOR, /* the task still lived when all programs of the request had ended */
	EVENT_LEFT,     /* an object is left at the end: name = shm|sem|mqueue|sysv-shm|sysv-sem|
			   sysv-msg|fifo|socket|file|dir, path= */
	EVENT_FILE,     /* the judge read a file: path=, mode=, data=, or err= */
	EVENT_END,      /* last; why = ended|deadlock|spin|limit|judge; root's status=N or sig= */
	EVENT_KIND_COUNT
};

#define EVENT_DATA_MAX 65536 /* bytes of a transfer that an event keeps */

enum event_type { EVENT_INT, EVENT_TASK, EVENT_STRING };

struct event_arg {
	const char *key;
	union {
		int64_t number;   /* EVENT_INT; EVENT_TASK: the index */
		const char *text; /* EVENT_STRING; NUL-terminated, may hold NULs */
	};
	enum event_type type;
	uint32_t len; /* EVENT_STRING */
};

struct event_place {
	const char *file; /* as the student names it, NULL if unknown */
	int line;
	const char *function; /* or NULL */
};

struct event {
	uint64_t step;
	int64_t time;
	int task; /* 1 for t1; 0 for the supervisor */
	enum event_kind kind : 8;
	unsigned arg_count : 24;
	const char *name; /* "-" if none */
	struct event_arg *args;
	struct event_place place;
};

struct event_log {
	struct event **events; /* events[i]->step == i */
	size_t count;
	struct event_log_memory *memory;
	/* of one that was read to be looked at */
	size_t left_out; /* so many events more stand in its file */
	bool cut;        /* its file ends within a line */
};

struct event_log *event_log_new(void);
void event_log_free(struct event_log *log);
static inline void event_log_cleanup_(struct event_log **log)
{
	event_log_free(*log);
}
#define EVENT_LOG_SCOPED __attribute__((cleanup(event_log_cleanup_))) struct event_log

/* Build an event, then append it: its step is given then. NAME and keys are copied (interned). An
 * event that is never appended is freed with the log. */
struct event *event_new(
	struct event_log *log, enum event_kind kind, int task, int64_t time, const char *name);
void event_add_int(struct event_log *log, struct event *e, const char *key, int64_t value);
void event_add_task(struct event_log *log, struct event *e, const char *key, int task);
void event_add_text(struct event_log *log, struct event *e, const char *key, const char *text);
void event_add_bytes(
	struct event_log *log, struct event *e, const char *key, const void *bytes, size_t len);
void event_set_place(
	struct event_log *log, struct event *e, const char *file, int line, const char *function);
void event_log_append(struct event_log *log, struct event *e);
/* Forgets all events, appended or not; what comes next is step 0 again. */
void event_log_clear(struct event_log *log);
/* The log's own copy of TEXT: the same for the same text, as long as the log lives. */
const char *event_log_text(struct event_log *log, const char *text);

/* Look at an event. A missing key: false / FALLBACK / NULL. event_task is 0 if missing. */
const struct event_arg *event_arg(const struct event *e, const char *key);
bool event_has(const struct event *e, const char *key);
int64_t event_int(const struct event *e, const char *key, int64_t fallback);
int event_task(const struct event *e, const char *key);
const char *event_text(const struct event *e, const char *key);               /* strings only */
bool event_is(const struct event *e, enum event_kind kind, const char *name); /* NAME NULL: any */

const char *event_kind_name(enum event_kind kind); /* "call" */
bool event_kind_from_name(const char *text, size_t len, enum event_kind *kind);

/* One line without '\n'. */
void event_write(const struct event *e, struct buf *into);

/* The log as a file. Reading names file, line and column of the first fault (LAB_USAGE). A log that
 * was cut between two lines is read; event_log_whole() tells. */
int event_log_save(const struct event_log *log, const char *path, struct lab_error *e);
struct event_log *event_log_load(const char *path, struct lab_error *e);
/* The same as text in memory. Reading uses TEXT up; PATH is for messages. */
void event_log_write(const struct event_log *log, struct buf *into);
struct event_log *event_log_read(struct buf *text, const char *path, struct lab_error *e);
bool event_log_whole(const struct event_log *log); /* its last event is EVENT_END */
/* To be looked at: MOST events at most, and what stands before a last line that was cut. */
struct event_log *event_log_load_part(const char *path, size_t most, struct lab_error *e);

/* A log's file, event by event. next: 1 and an event of LOG, which is not appended; 0: there is no
 * more; -1 and E. rest: how many lines follow, which are read then. cut: -1 was for a last line
 * without an end, and events stand before it. */
struct event_reader;
struct event_reader *event_reader_open(const char *path, struct lab_error *e);
/* Of TEXT, which must outlive it; PATH: for messages. */
struct event_reader *event_reader_of(struct buf *text, const char *path, struct lab_error *e);
int event_reader_next(
	struct event_reader *r, struct event_log *log, struct event **event, struct lab_error *e);
size_t event_reader_rest(struct event_reader *r);
bool event_reader_cut(const struct event_reader *r);
void event_reader_close(struct event_reader *r);
static inline void event_reader_cleanup_(struct event_reader **r)
{
	event_reader_close(*r);
}
#define EVENT_READER_SCOPED __attribute__((cleanup(event_reader_cleanup_))) struct event_reader
/* TEXT is one line of a log (no '\n'); WHERE is for messages ("file:12"). The event keeps the step
 * of the text and is not appended. */
struct event *event_parse(
	struct event_log *log, const char *text, const char *where, struct lab_error *e);

/* Adds to SUM all lines from the first EVENT_MAIN on, without their places (and without STEP, which
 * counts start-up too; for the same reason without since=). A log without EVENT_MAIN adds
 * everything. Of a text longer than EVENT_SUM_WHOLE bytes its length and a hash of 64 bits are
 * added: megabytes that go through pipes would take most of a check's time else. */
#define EVENT_SUM_WHOLE 1024
void event_log_sum(const struct event_log *log, struct sha256 *sum);

#endif
