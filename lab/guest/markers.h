/*
 * The numbers on which our runtime inside a student's process and the supervisor agree. A marker is
 * a system call with a number that no kernel has: without a supervisor it fails with ENOSYS and
 * nothing happens; under one it is a stop. The supervisor believes markers only from addresses of
 * our own runtime (section ipclab_text of the executable).
 *
 * This header is all that supervise may see of guest.
 */
#ifndef LAB_GUEST_MARKERS_H
#define LAB_GUEST_MARKERS_H

/* (flag): constructors of the runtime run, main is next; FLAG is the address of an int that is to
 * be set while a thread is in a signal handler */
#define MARK_MAIN 5000
#define MARK_TICK 5001 /* (n): n more blocks of code were entered (coverage callbacks) */
/* (id, arg0, arg1, arg2): a library call begins; if the answer is above 0, it is to fail with that
 * errno, and is not made */
#define MARK_LIB_BEGIN 5002
#define MARK_LIB_END   5003 /* (id, result, errno, arg0): it returned */
/* (id, function): a call of unsafe.h at FUNCTION is made while the flag is set */
#define MARK_UNSAFE 5004
/* Only in programs that are built to find races (guest/race.c): */
/* (table, begin, end, tape): where the runtime's struct guest_shared, the program's global and
 * static variables, and the struct guest_tape are */
#define MARK_SHARED 5005
/* (address, size): there is no shared memory any more; size 0: or elsewhere */
#define MARK_MAPPED 5006
/* (address, what, place, operand): memory of a shared range is about to be used; see GUEST_ACCESS;
 * OPERAND is what a compare-exchange expects */
#define MARK_ACCESS 5007
/* (path, removed): a name was looked for; REMOVED: it is about to be removed */
#define MARK_NAME  5008
#define MARK_FIRST MARK_MAIN
#define MARK_LAST  MARK_NAME

/* What MARK_ACCESS tells in one word: the size in the low half, then a byte each. PLACE is the
 * return address into the program. A range whose use has already happened is DONE: nobody else has
 * run since. */
enum guest_access {
	GUEST_READ,
	GUEST_WRITE,
	GUEST_LOAD, /* atomics */
	GUEST_STORE,
	GUEST_CHANGE,  /* reads and writes in one */
	GUEST_COMPARE, /* CHANGE if the memory holds OPERAND, else LOAD with the second order */
	GUEST_FENCE,   /* no address */
	GUEST_KINDS = 15,
	GUEST_VOLATILE = 16,
	GUEST_DONE = 32,
};
#define GUEST_ACCESS(kind, order, failure, size) \
	((long)(unsigned)(size) | (long)(kind) << 32 | (long)(order) << 40 | (long)(failure) << 48)

/* The ranges of shared memory, sorted and apart; the supervisor writes it. An address is in none of
 * them if it is not below LOW + SPAN. */
#define GUEST_RANGES_MAX 10240
struct guest_shared {
	unsigned long low, span, count;
	struct guest_range {
		unsigned long begin, end;
	} ranges[GUEST_RANGES_MAX];
};

/* Markers that were written down instead of being made (tape.h). STATE: how many there are (bits 0
 * to 7), how many more there may be (8 to 15), whether calls of the library may be among them (16),
 * and a generation (32 and up). */
#define GUEST_TAPE       16
#define GUEST_TAPE_CALLS 16
struct guest_tape {
	unsigned long state;
	unsigned long peek; /* an instruction of 2 bytes, which may fail */
	struct guest_record {
		unsigned long number, arguments[4]; /* of the marker */
		unsigned long place; /* to which what makes it returns, and who called that */
		unsigned long outer;
		unsigned long known, value;  /* what lies there, if it could be seen */
		unsigned long wrote, before; /* what was written plainly before; 0: nothing */
	} of[GUEST_TAPE];
};

#define MARK_TICK_BLOCKS 65536 /* blocks of code between two MARK_TICK */

/* Every library call that our runtime wraps (ld --wrap): X(name). Adding one: a row here and its
 * wrapper in guest/wrap.c. */
#define GUEST_LIBRARY_CALLS(X)      \
	X(sem_init)                 \
	X(sem_destroy)              \
	X(sem_open)                 \
	X(sem_close)                \
	X(sem_unlink)               \
	X(sem_wait)                 \
	X(sem_trywait)              \
	X(sem_timedwait)            \
	X(sem_clockwait)            \
	X(sem_post)                 \
	X(sem_getvalue)             \
	X(pthread_mutex_init)       \
	X(pthread_mutex_destroy)    \
	X(pthread_mutex_lock)       \
	X(pthread_mutex_trylock)    \
	X(pthread_mutex_timedlock)  \
	X(pthread_mutex_unlock)     \
	X(pthread_cond_wait)        \
	X(pthread_cond_timedwait)   \
	X(pthread_cond_signal)      \
	X(pthread_cond_broadcast)   \
	X(pthread_barrier_wait)     \
	X(pthread_rwlock_rdlock)    \
	X(pthread_rwlock_wrlock)    \
	X(pthread_rwlock_tryrdlock) \
	X(pthread_rwlock_trywrlock) \
	X(pthread_rwlock_unlock)    \
	X(pthread_spin_lock)        \
	X(pthread_spin_trylock)     \
	X(pthread_spin_unlock)      \
	X(pthread_join)

enum guest_library_call {
#define X(name) GUEST_##name,
	GUEST_LIBRARY_CALLS(X)
#undef X
		GUEST_LIBRARY_CALL_COUNT
};

#endif
