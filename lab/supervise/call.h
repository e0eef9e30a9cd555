/*
 * One row of the table of traced calls (calls.c). Adding a call is adding a row; what a row cannot
 * say is a function in enter.c, leave_*.c or decode_*.c.
 */
#ifndef LAB_SUPERVISE_CALL_H
#define LAB_SUPERVISE_CALL_H

#include "lab/supervise/parts.h"

enum call_flag {
	CALL_BLOCKS = 1,    /* the kernel may put the caller to sleep in it */
	CALL_WAKES = 2,     /* it may wake another task, or end it */
	CALL_KILLS = 4,     /* it may change the state of a stopped task (signals) */
	CALL_QUIET = 8,     /* no event */
	CALL_SENDS = 16,    /* moves bytes from ARG 1, length ARG 2, to a descriptor */
	CALL_RECEIVES = 32, /* moves bytes to ARG 1 */
	CALL_MAKES_FD = 64, /* the result is a new descriptor */
	CALL_EINTR =
		128, /* under ptrace an ignored signal makes it fail with EINTR, natively not */
	CALL_ENTRY_ONLY =
		256, /* no exit stop is needed: it does not return, or nothing is to be said */
	CALL_USEFUL = 512,   /* success is progress: no step of a spin */
	CALL_CLOCK = 1024,   /* reads a clock */
	CALL_REFUSED = 2048, /* the sandbox may refuse it, by its arguments */
};

enum arg_type {
	ARG_NONE,
	ARG_INT,
	ARG_LONG,
	ARG_FD,
	ARG_PATH,
	ARG_QUEUE_NAME, /* the library strips the leading slash of a message queue name */
	ARG_SIGNAL,
	ARG_PID,
	ARG_OCTAL,
	ARG_OPEN_FLAGS,
	ARG_CLOCK,
};

struct call_arg {
	const char *key;
	enum arg_type type;
};

enum timeout_kind {
	TIMEOUT_NONE,
	TIMEOUT_MS,       /* int milliseconds, negative: none */
	TIMEOUT_RELATIVE, /* struct timespec * */
	TIMEOUT_TIMEVAL,  /* struct timeval *, select(2) */
	TIMEOUT_REALTIME, /* struct timespec *, absolute CLOCK_REALTIME */
	TIMEOUT_FUTEX,    /* as the operation says */
	TIMEOUT_RECEIVE,  /* of the socket that ARG is, if it is one (SO_RCVTIMEO) */
	TIMEOUT_SEND,     /* SO_SNDTIMEO */
};

struct call {
	int nr;
	const char *name;  /* the library's name, as students know it */
	const char *alias; /* what faults and tests may also call it */
	unsigned flags;
	struct call_arg args[6];
	struct {
		enum timeout_kind kind;
		unsigned arg;
		int result; /* when it expires: 0 or -errno */
	} timeout;
	/* Instead of, before: making the call. NULL: make it. */
	enum enter (*enter)(struct supervisor *s, struct tracee *t);
	/* Adds to the event what the result means; RESULT as the kernel gave it. */
	void (*leave)(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
	/* Adds arguments that the table cannot say. */
	void (*decode)(struct supervisor *s, struct tracee *t, struct event *e);
};

extern const struct call calls[];
extern const size_t call_count;

/* decode.c, decode_files.c, decode_objects.c */
void decode_arguments(struct supervisor *s, struct tracee *t, struct event *e);
void decode_task(struct supervisor *s, struct event *e, const char *key, int64_t pid);
void decode_wait_status(struct supervisor *s, struct event *e, int status);
void decode_open_flags(struct supervisor *s, struct event *e, const char *key, uint64_t flags);
void decode_flags_wait(struct supervisor *s, struct tracee *t, struct event *e);
void decode_futex(struct supervisor *s, struct tracee *t, struct event *e);
void decode_flock(struct supervisor *s, struct tracee *t, struct event *e);
void decode_fcntl(struct supervisor *s, struct tracee *t, struct event *e);
void decode_clone(struct supervisor *s, struct tracee *t, struct event *e);
void decode_exec(struct supervisor *s, struct tracee *t, struct event *e);
void decode_sleep(struct supervisor *s, struct tracee *t, struct event *e);
void decode_sigaction(struct supervisor *s, struct tracee *t, struct event *e);
void decode_sigmask(struct supervisor *s, struct tracee *t, struct event *e);
void decode_sigset(struct supervisor *s, struct tracee *t, struct event *e);
void decode_mq_open(struct supervisor *s, struct tracee *t, struct event *e);
void decode_mq_notify(struct supervisor *s, struct tracee *t, struct event *e);
void decode_mq_send(struct supervisor *s, struct tracee *t, struct event *e);
void decode_semop(struct supervisor *s, struct tracee *t, struct event *e);
void decode_msg(struct supervisor *s, struct tracee *t, struct event *e);
void decode_sysv(struct supervisor *s, struct tracee *t, struct event *e);
void decode_poll(struct supervisor *s, struct tracee *t, struct event *e);
void decode_select(struct supervisor *s, struct tracee *t, struct event *e);
void decode_mmap(struct supervisor *s, struct tracee *t, struct event *e);

/* leave.c, leave_files.c, leave_tasks.c */
bool leave_reads_proc(const struct event *e); /* from a file that is another in each run */
void leave_open(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_close(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_pipe(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_dup(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_fcntl(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_wait(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_sigaction(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_receive(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_mq_attributes(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_mq_receive(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_select(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_sleep(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_signal_taken(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_sysv_get(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_prctl(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_timerfd(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_sysinfo(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_parent(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);

/* socket_times.c */
void leave_setsockopt(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_getsockopt(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);
void leave_accept(struct supervisor *s, struct tracee *t, struct event *e, int64_t result);

/* markers.c: a marker that was written down */
void marker_play(struct supervisor *s, struct tracee *t, int nr);

/* enter.c */
enum enter enter_clone(struct supervisor *s, struct tracee *t);
enum enter enter_sleep(struct supervisor *s, struct tracee *t);
enum enter enter_clock(struct supervisor *s, struct tracee *t);
enum enter enter_marker(struct supervisor *s, struct tracee *t);
/* Its time-out is taken out of the kernel's hands. */
void call_take_timeout(struct supervisor *s, struct tracee *t);
bool call_read_timespec(struct tracee *t, uint64_t addr, int64_t *ns); /* false: it is none */

/* receive_many.c: recvmmsg with a time-out */
enum enter enter_recvmmsg(struct supervisor *s, struct tracee *t);
bool many_are_asked_for(const struct tracee *t); /* T is in one */
/* At the exit stop; true: T makes it again for the next datagram. Else *RESULT is of all. */
bool many_go_on(struct supervisor *s, struct tracee *t, int64_t *result);
void many_end(struct supervisor *s, struct tracee *t); /* a signal ends it */

#endif
