/*
 * The race detector: who accessed which bytes of shared memory, and what put them in order. It is
 * told accesses and synchronisation in the order in which they happened and finds pairs of accesses
 * that nothing orders, at least one a write, at least one not atomic.
 *
 * Happens-before by vector clocks, after FastTrack (Flanagan and Freund, PLDI 2009), exact to the
 * byte: bytes side by side never interfere. It knows nothing of processes, system calls or
 * addresses. The caller numbers tasks (1 and up), translates addresses to an object and an offset
 * in it, and chooses keys. There is no global state, and the same calls give the same reports.
 *
 * What orders is only what the caller says orders. Nothing follows from time or from luck. Tell of
 * a call when it has succeeded: a release (post, unlock, send, write) as soon as its effect can be
 * seen by others, an acquire (wait, lock, receive, read) when it returns.
 *
 * Keys are any 64-bit numbers. Those of locks (race_release ... race_unlock_range), semaphores,
 * barriers, channels and objects of memory are five separate spaces: the same number in two of them
 * is no relation.
 */
#ifndef LAB_RACE_RACE_H
#define LAB_RACE_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct race;

/*
 * What is kept at most; 0: the usual. A run is a stretch of bytes of one object with the same past;
 * it and what it refers to take about 250 bytes with two tasks, and 100 more for each further task
 * that reads the same bytes. At the limit the object with the most runs is forgotten whole
 * (race_lost() counts its bytes): races with what was done there before then go unseen, none is
 * made up.
 */
struct race_limits {
	size_t runs;    /* usually 262144 */
	size_t reports; /* usually 64; more are counted, not kept */
};

struct race *race_new(const struct race_limits *limits); /* LIMITS may be NULL */
void race_free(struct race *r);

/* What follows happens at STEP of the log, at SITE: the caller's number for a place in a program
 * (0: unknown). Both come back in reports, and equal sites are the same place. */
void race_at(struct race *r, uint64_t step, uint64_t site);

/*
 * Tasks: processes, or threads where those are watched. A task exists from its race_fork, or from
 * its first mention: then nothing is before it.
 */

/* CHILD (new) begins after all that PARENT did: fork, vfork, clone, pthread_create. */
void race_fork(struct race *r, int parent, int child);
/* TASK is over, and gives back what locks it holds for itself (robust mutexes; of others nobody
 * will hear). What it did is before whoever is told by race_join. SEM_UNDO, locks of files and
 * other descriptors that its end closes are the caller's to tell, before this. */
void race_exit(struct race *r, int task);
/* WAITER has waited for CHILD successfully: the edge is here, not at the death. Several may join
 * (WNOWAIT, pthread_join after it). */
void race_join(struct race *r, int waiter, int child);
/* Nobody can wait for TASK any more (reaped, or its parent ignores SIGCHLD): its memory is freed.
 * Its accesses stay known, and ordered only by what it told others. */
void race_gone(struct race *r, int task);
/* TASK runs a new program: it is in no handler and has no fence behind it. What was mapped is the
 * caller's to forget, and locks of files that close on exec to unlock. */
void race_exec(struct race *r, int task);
/* All that FROM did until now is before all that TO does from now on. For what has no object: the
 * end of a vfork, the rendezvous of two opens of a FIFO (an edge each way). */
void race_edge(struct race *r, int from, int to);

/*
 * Locks and whatever else publishes into a place: RELEASE adds what TASK did to what the place
 * knows, ACQUIRE puts all that the place knows before TASK. Examples of keys: the pending standard
 * signal of a task (kill releases, delivery acquires), end of file of a pipe (close of a write end
 * releases, read of 0 bytes acquires), a name in a folder (unlink releases, open with O_EXCL
 * acquires), a futex, a condition, an eventfd.
 */
void race_release(struct race *r, int task, uint64_t key);
void race_acquire(struct race *r, int task, uint64_t key);
/* Mutex, rwlock: acquire or release, and TASK holds KEY meanwhile, which reports tell. SHARED:
 * readers are not before one another, only before the next writer. */
void race_lock(struct race *r, int task, uint64_t key, bool shared);
void race_unlock(struct race *r, int task, uint64_t key);
/* Locks of files: they are an OWNER's (not 0), which is an open file description (flock, OFD) or a
 * process (fcntl), and keep out other owners only. Tasks that lock for the same owner are let in
 * together: nothing orders them, and what one of them unlocks the others hold no more either. A
 * range is ordered byte by byte; END is one past the last, UINT64_MAX for "to the end". Not all
 * that was locked needs to be unlocked at once. OWNER 0: each task for itself. */
void race_lock_range(struct race *r, int task, uint64_t key, uint64_t owner, uint64_t begin,
	uint64_t end, bool shared);
void race_unlock_range(
	struct race *r, int task, uint64_t key, uint64_t owner, uint64_t begin, uint64_t end);
/* TASK closes a descriptor of OWNER, and others may have more: what OWNER holds is given back with
 * the last, so that who locks it next comes after TASK. */
void race_leave(struct race *r, int task, uint64_t key, uint64_t owner);
/* The object is gone or made anew (destroy, close of the last descriptor): nothing is known. */
void race_forget_lock(struct race *r, uint64_t key);

/*
 * Semaphores: a post leaves a token with the clock of who posted, a wait takes the oldest ones. So
 * who waits once knows of one post, not of all: that another one had come already was luck. A
 * semaphore that nobody told of has tokens without a clock. A semaphore that was
 * set to 1 is a lock: TASK holds it from wait to post, which reports tell.
 */
void race_sem_set(struct race *r, int task, uint64_t key, unsigned value); /* init, SETVAL */
void race_sem_post(struct race *r, int task, uint64_t key, unsigned tokens);
void race_sem_wait(struct race *r, int task, uint64_t key, unsigned tokens);
/* System V: TASK saw the value 0 (semop with 0): all waits until now are before it. */
void race_sem_zero(struct race *r, int task, uint64_t key);
/* TASK has read the value (GETVAL): all posts and waits until now are before it. */
void race_sem_look(struct race *r, int task, uint64_t key);
void race_forget_sem(struct race *r, uint64_t key);

/* Barriers: a round ends with the first that departs; who departs is after all arrivals of its own
 * round, and of no later one. */
void race_arrive(struct race *r, int task, uint64_t key);
void race_depart(struct race *r, int task, uint64_t key);
void race_forget_barrier(struct race *r, uint64_t key);

/*
 * Channels. Messages: RECEIVE takes the oldest one sent with the same ID, which is what System V
 * queues (ID: the type), POSIX queues (the priority), datagrams and SOCK_SEQPACKET (0), and queued
 * signals (the number) do. Bytes: a read takes the oldest BYTES, and knows of all who wrote them.
 * One channel for each direction of a socket. Nothing there: no edge.
 */
void race_send(struct race *r, int task, uint64_t channel, uint64_t id);
void race_receive(struct race *r, int task, uint64_t channel, uint64_t id);
void race_write(struct race *r, int task, uint64_t channel, uint64_t bytes);
void race_read(struct race *r, int task, uint64_t channel, uint64_t bytes);
/* Knows, but leaves it there (MSG_PEEK, tee). BYTES from the oldest. */
void race_peek(struct race *r, int task, uint64_t channel, uint64_t bytes);
void race_forget_channel(struct race *r, uint64_t channel);

/*
 * Signal handlers run in the clock of their task, but interrupt it: a plain access in a handler and
 * an earlier one of the interrupted program are a race, unless the signal was blocked then, the
 * handler was set later, or who sent the signal knew of that access. To say who sent it, the
 * race_acquire or race_receive of the signal comes right before race_handler_begin. Two volatile
 * accesses of at most 4 bytes (volatile sig_atomic_t) are no race, nor are two atomic ones. Tell
 * the end also of a handler that is left by siglongjmp.
 */
void race_handler_set(struct race *r, int task, int sig);   /* by sigaction, 1 to 64 */
void race_blocked(struct race *r, int task, uint64_t mask); /* bit SIG - 1; from now on */
void race_handler_begin(struct race *r, int task, int sig);
void race_handler_end(struct race *r, int task);

/* Accesses. A copy of a range by a system call or memcpy is a plain one. */
enum race_kind {
	RACE_READ,
	RACE_WRITE,
	RACE_VOLATILE_READ, /* a plain one that says so */
	RACE_VOLATILE_WRITE,
	RACE_ATOMIC_READ,
	RACE_ATOMIC_WRITE,
	RACE_ATOMIC_UPDATE, /* read-modify-write; a compare-exchange that fails is an ATOMIC_READ */
};

/* Numbered as __ATOMIC_RELAXED and so on. */
enum race_order {
	RACE_RELAXED,
	RACE_CONSUME, /* as acquire, like compilers do */
	RACE_ACQUIRE,
	RACE_RELEASE,
	RACE_ACQ_REL,
	RACE_SEQ_CST, /* as acq_rel: what goes beyond gives no happens-before */
};

struct race_access {
	uint64_t object, offset; /* where */
	uint64_t size;           /* bytes, not 0 */
	enum race_kind kind;
	enum race_order order;  /* of atomic ones */
	unsigned value_size;    /* 0 to 8: bytes of VALUE that are known */
	unsigned char value[8]; /* what was read or is written, as it lies in memory */
};

/* ACCESS is the caller's; nothing of it is kept by reference. Order as C11 has it: a store with
 * release publishes, a load with acquire learns from the release sequence that it reads from
 * (updates continue one, and so do stores of who began it), relaxed does neither, but for fences.
 * The load reads the last store: the caller serialises. */
void race_access(struct race *r, int task, const struct race_access *access);
void race_fence(struct race *r, int task, enum race_order order);

/* Bytes BEGIN to END (one past the last; UINT64_MAX: to the end) are new: truncated, recycled, a
 * segment removed. A munmap alone does not make them so if others can still map them. */
void race_forget(struct race *r, uint64_t object, uint64_t begin, uint64_t end);

/* The last thing that told of order, of one task. */
enum race_sync_kind {
	RACE_SYNC_NONE,
	RACE_SYNC_FORK, /* as parent or as child */
	RACE_SYNC_JOIN,
	RACE_SYNC_EDGE,
	RACE_SYNC_RELEASE, /* key: of the lock, ... */
	RACE_SYNC_ACQUIRE,
	RACE_SYNC_LOCK,
	RACE_SYNC_UNLOCK,
	RACE_SYNC_POST, /* of the semaphore */
	RACE_SYNC_WAIT,
	RACE_SYNC_ARRIVE, /* of the barrier */
	RACE_SYNC_DEPART,
	RACE_SYNC_SEND, /* of the channel; bytes too */
	RACE_SYNC_RECEIVE,
	RACE_SYNC_PUBLISH, /* an atomic with release; key: the object */
	RACE_SYNC_LEARN,   /* one with acquire */
	RACE_SYNC_FENCE,
};

struct race_sync {
	enum race_sync_kind kind; /* NONE: there was none */
	uint64_t key;
	uint64_t step, site;
};

struct race_held {
	bool semaphore; /* KEY is one of a semaphore, else of a lock */
	uint64_t key;
};

struct race_side {
	int task;
	enum race_kind kind;
	int handler; /* the signal in whose handler it was; 0: none */
	uint64_t site, step;
	uint64_t begin, end; /* of the whole access */
	unsigned value_size;
	unsigned char value[8];
	size_t held_count; /* what it held then, in the order in which it was taken */
	const struct race_held *held;
	struct race_sync sync; /* FIRST: its last after the access; SECOND: its last before */
};

/* FIRST came first in this run; nothing orders them. */
struct race_report {
	uint64_t object;
	uint64_t begin, end; /* the bytes that both touched */
	struct race_side first, second;
	struct race_sync heard; /* by which SECOND last heard of FIRST, before FIRST's access */
};

/* Reports in the order in which they were found: one for each object and pair of sites (unknown
 * sites are told apart by task and kind). They live as long as R. */
size_t race_report_count(const struct race *r);
const struct race_report *race_report(const struct race *r, size_t i);
size_t race_more_reports(const struct race *r); /* found beyond the limit */

uint64_t race_lost(const struct race *r); /* bytes of runs that were forgotten for want of room */
size_t race_runs(const struct race *r);   /* kept now */

#endif
