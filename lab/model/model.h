/*
 * Event log -> the state of every kernel object after event N. Pure: reads a log, calls nothing.
 *
 * The model knows what the log tells. Where the kernel's own words are in the log (EVENT_HOLDS) a
 * reader should take those, and the model for where a descriptor came from.
 */
#ifndef LAB_MODEL_MODEL_H
#define LAB_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/event/event.h"

enum model_state {
	MODEL_NONE,
	MODEL_ALIVE,
	MODEL_BLOCKED,
	MODEL_STOPPED,
	MODEL_ZOMBIE,
	MODEL_GONE,
};

/* A handler that has begun: what sigprocmask blocks in it is unblocked when it returns. What it
 * blocks by itself (sa_mask) the log does not tell. */
struct model_handler {
	int signal;
	uint64_t masked; /* before it */
};
#define MODEL_HANDLERS 4 /* deeper ones are not told apart */

struct model_task {
	int index;
	int parent;       /* 0: the stand-in parent or the reaper */
	int first_parent; /* who forked it */
	int process;      /* itself; of a thread, the task that leads its process */
	int64_t pid;      /* as the program sees it; 0 unknown */
	bool thread;
	bool execed;         /* it runs another program than it was born with */
	const char *program; /* argv[0]'s last part */
	enum model_state state;
	const struct event *blocked;     /* the EVENT_BLOCK, while blocked (also while stopped) */
	const struct event *stopped;     /* the EVENT_STOP, while stopped */
	const struct event *born, *died; /* EVENT_START/EVENT_FORK; EVENT_EXIT/EVENT_KILLED */
	int status;                      /* exit status, or -signal, once dead */
	size_t child_count;              /* children that no wait has taken yet, zombies included */
	bool reaped;                     /* a wait, or the reaper, has taken its status */
	uint64_t pending;                /* bit N-1: signal N was sent and has not arrived */
	uint64_t ignored;                /* bit N-1: signal N is set to be ignored */
	uint64_t masked;                 /* bit N-1: sigprocmask has blocked signal N */
	struct model_handler handlers[MODEL_HANDLERS]; /* that have not returned, the last on top */
	size_t handler_count;
	const struct event *delivered; /* the last EVENT_DELIVER */
	const struct event *placed;    /* its last event that says where in the source it was */
};

struct model_fd {
	int task, fd; /* the task leads its process: threads share descriptors */
	const char *object;
	bool readable, writable, cloexec;
	int description;            /* equal: dup() or fork() of one open file description */
	const struct event *opened; /* the call that made this number: pipe, open, dup, ...; or the
				       event that tells that it was there from the start */
	const struct event
		*inherited; /* the fork that brought it to this task, NULL: its own call */
};

struct model_object {             /* pipe, fifo, mqueue, semaphore, ... */
	const char *id;           /* "pipe:1" */
	const char *path;         /* its name, or NULL */
	const struct event *made; /* the call that made it, or was first seen using it */
	bool made_known;          /* MADE is a call that makes objects */
	const struct event
		*taken; /* last call that took of it (sem_wait, read, mq_receive, lock) */
	const struct event *given; /* last call that gave (sem_post, write, mq_send, unlock) */
	int64_t bytes;             /* pipes: in it now (below 0 within one step, see model.c) */
	int64_t messages;          /* queues: in it now (likewise) */
	int64_t most;              /* queues: how many fit, 0 unknown */
	bool untold;               /* calls that do not tell how much they moved have used it */
	int64_t value;             /* semaphores; INT64_MIN unknown */
	int owner;                 /* mutexes, locks: task, 0 none */
};

/* Who has taken what of a semaphore or mutex, net of what the same task gave back. */
struct model_use {
	const char *object;
	int64_t number; /* in a System V set; else 0 */
	int task;
	int64_t held;             /* times taken minus times given: > 0 holds it */
	int64_t undo;             /* what its end will give back (SEM_UNDO) */
	const struct event *take; /* the last taking */
	const struct event *give; /* the last giving */
};

/* A lock of flock(2) (it belongs to an open file description) or fcntl(2) (to a process). */
struct model_lock {
	const char *object;
	int task;
	int description; /* flock; 0: fcntl */
	bool exclusive;
	int64_t start, len; /* fcntl; LEN 0: to the end */
	const struct event *taken;
};

/* A place in an object that holds a value: a semaphore of a System V set, or bytes of memory that
 * several tasks use, as far as the log tells of them. */
struct model_cell {
	const char *object;
	int64_t at; /* its number in the set; or the first of */
	int64_t n;  /* so many bytes; 0: a semaphore */
	int64_t value;
	bool known;
	const struct event *written; /* the event that gave it this value; NULL: none has */
};

/* A message in a queue. Which one a receive takes follows from the rules of mq_receive(3) and
 * msgrcv(2); MSG_EXCEPT and MSG_COPY are not told. */
struct model_message {
	const char *object;
	int64_t prio; /* of a System V queue: the type */
	int64_t len;
	const struct event *sent;
	const struct event *taken; /* it was received before it was sent, within one step */
};

struct model {
	const struct event_log *log;
	size_t next;              /* events applied so far */
	struct model_task *tasks; /* tasks[0] is t1 */
	size_t task_count;
	struct model_fd *fds;
	size_t fd_count;
	struct model_object *objects;
	size_t object_count;
	uint32_t *object_slots; /* open addressing by id: a number of OBJECTS from 1, 0 free */
	size_t slot_count;      /* a power of two, or 0 */
	struct model_use *uses;
	size_t use_count;
	struct model_lock *locks;
	size_t lock_count;
	struct model_cell *cells; /* by object in the order of first use, then by place */
	size_t cell_count;
	const char *raced;              /* the object that the two next EVENT_ACCESS are of */
	struct model_message *messages; /* of all queues, as they were sent */
	size_t message_count;
	const struct event *sent, *received; /* of the message that was received last */
	int descriptions;                    /* numbers given so far */
	int running;                         /* the task that was let go on last; 0: none yet */
};

struct model *model_new(const struct event_log *log); /* before the first event */
void model_free(struct model *m);
void model_go_to(struct model *m, size_t step); /* after events 0..step-1; past the end: the end */
struct model *model_copy(const struct model *m);
size_t model_size(const struct model *m); /* bytes of a copy, nearly */
static inline void model_cleanup_(struct model **m)
{
	model_free(*m);
}
#define MODEL_SCOPED __attribute__((cleanup(model_cleanup_))) struct model

struct model_task *model_task(const struct model *m, int index); /* NULL if there is none */
const struct model_object *model_object(const struct model *m, const char *id);
/* What lies at byte (or number) AT; NULL: the log has not told. */
const struct model_cell *model_cell(const struct model *m, const char *object, int64_t at);
const struct model_fd *model_fd(const struct model *m, int task, int fd); /* TASK may be a thread */

/* "t1(t2(t4) t3)", by who forked whom; with pids: "count 4711(4712(4714) 4713)" where known. */
void model_tree(const struct model *m, struct buf *into);

/* 9 for "SIGKILL", 34 + 1 for "SIGRTMIN+1"; 0 for what is no signal. */
int model_signal(const char *name);

#endif
