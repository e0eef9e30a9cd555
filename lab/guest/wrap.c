/*
 * The library calls of markers.h, wrapped (ld --wrap): sem_wait and the like make no system call
 * while nobody else is in the way, so that only a marker before and after lets the supervisor see
 * them. The program's reference to NAME arrives at __wrap_NAME; __real_NAME is libc's own.
 *
 * Before the call the marker carries its arguments (the object first), after it the result and
 * errno. A call that ends by cancellation has no second marker. The answer to the first marker may
 * be that the call is to fail (a planned fault): then it is not made.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <time.h>

#include "lab/guest/guest.h"
#include "lab/guest/tape.h"

/* Those whose markers may be written down (tape.h): they find and change what is in their object,
 * and nothing else. */
static inline __attribute__((always_inline)) int is_plain(int id)
{
	switch (id) {
	case GUEST_sem_wait:
	case GUEST_sem_trywait:
	case GUEST_sem_post:
	case GUEST_sem_getvalue:
	case GUEST_pthread_mutex_lock:
	case GUEST_pthread_mutex_trylock:
	case GUEST_pthread_mutex_unlock:
	case GUEST_pthread_rwlock_rdlock:
	case GUEST_pthread_rwlock_wrlock:
	case GUEST_pthread_rwlock_tryrdlock:
	case GUEST_pthread_rwlock_trywrlock:
	case GUEST_pthread_rwlock_unlock:
	case GUEST_pthread_spin_lock:
	case GUEST_pthread_spin_trylock:
	case GUEST_pthread_spin_unlock:
		return 1;
	default:
		return 0;
	}
}

static inline __attribute__((always_inline)) int write_down(
	long number, int id, long a, long b, long c, long object, unsigned long place)
{
	const struct guest_record record = {.number = (unsigned long)number,
		.arguments = {(unsigned long)id, (unsigned long)a, (unsigned long)b,
			(unsigned long)c},
		.place = place};

	return is_plain(id) && tape_runs() && ipclab_tape.state >> GUEST_TAPE_CALLS & 1 &&
	       ipclab_tape_put(
		       &record, (unsigned long)object, sizeof(int), __builtin_frame_address(0));
}

static inline __attribute__((always_inline)) long mark(
	long number, int id, long a, long b, long c, long object, unsigned long place)
{
	return write_down(number, id, a, b, c, object, place) ? 0
							      : ipclab_mark(number, id, a, b, c);
}

#define PLACE ((unsigned long)__builtin_return_address(0))
#define BEGIN(name, a, b, c) \
	mark(MARK_LIB_BEGIN, GUEST_##name, (long)(a), (long)(b), (long)(c), (long)(a), PLACE)
#define END(name, result, a) \
	mark(MARK_LIB_END, GUEST_##name, (long)(result), errno, (long)(a), (long)(a), PLACE)

/* How a call fails with errno WHY: sem_* by -1, pthread_* by the number itself. */
static inline __attribute__((always_inline)) int fails(const char *name, int why)
{
	if (name[0] == 'p')
		return why;
	errno = why;
	return -1;
}

/* A wrapper of an int function of one, two, three arguments. */
#define WRAP1(name, type_a)                                                       \
	int __real_##name(type_a a);                                              \
	int __wrap_##name(type_a a);                                              \
	GUEST_ENTRY int __wrap_##name(type_a a)                                   \
	{                                                                         \
		long why = BEGIN(name, a, 0, 0);                                  \
		int result = why > 0 ? fails(#name, (int)why) : __real_##name(a); \
		END(name, result, a);                                             \
		return result;                                                    \
	}

#define WRAP2(name, type_a, type_b)                                                  \
	int __real_##name(type_a a, type_b b);                                       \
	int __wrap_##name(type_a a, type_b b);                                       \
	GUEST_ENTRY int __wrap_##name(type_a a, type_b b)                            \
	{                                                                            \
		long why = BEGIN(name, a, b, 0);                                     \
		int result = why > 0 ? fails(#name, (int)why) : __real_##name(a, b); \
		END(name, result, a);                                                \
		return result;                                                       \
	}

#define WRAP3(name, type_a, type_b, type_c)                                             \
	int __real_##name(type_a a, type_b b, type_c c);                                \
	int __wrap_##name(type_a a, type_b b, type_c c);                                \
	GUEST_ENTRY int __wrap_##name(type_a a, type_b b, type_c c)                     \
	{                                                                               \
		long why = BEGIN(name, a, b, c);                                        \
		int result = why > 0 ? fails(#name, (int)why) : __real_##name(a, b, c); \
		END(name, result, a);                                                   \
		return result;                                                          \
	}

typedef const struct timespec *when;

WRAP3(sem_init, sem_t *, int, unsigned)
WRAP1(sem_destroy, sem_t *)
WRAP1(sem_close, sem_t *)
WRAP1(sem_unlink, const char *)
WRAP1(sem_wait, sem_t *)
WRAP1(sem_trywait, sem_t *)
WRAP2(sem_timedwait, sem_t *, when)
WRAP3(sem_clockwait, sem_t *, clockid_t, when)
WRAP1(sem_post, sem_t *)
WRAP2(sem_getvalue, sem_t *, int *)

WRAP2(pthread_mutex_init, pthread_mutex_t *, const pthread_mutexattr_t *)
WRAP1(pthread_mutex_destroy, pthread_mutex_t *)
WRAP1(pthread_mutex_lock, pthread_mutex_t *)
WRAP1(pthread_mutex_trylock, pthread_mutex_t *)
WRAP2(pthread_mutex_timedlock, pthread_mutex_t *, when)
WRAP1(pthread_mutex_unlock, pthread_mutex_t *)
WRAP2(pthread_cond_wait, pthread_cond_t *, pthread_mutex_t *)
WRAP3(pthread_cond_timedwait, pthread_cond_t *, pthread_mutex_t *, when)
WRAP1(pthread_cond_signal, pthread_cond_t *)
WRAP1(pthread_cond_broadcast, pthread_cond_t *)
WRAP1(pthread_barrier_wait, pthread_barrier_t *)
WRAP1(pthread_rwlock_rdlock, pthread_rwlock_t *)
WRAP1(pthread_rwlock_wrlock, pthread_rwlock_t *)
WRAP1(pthread_rwlock_tryrdlock, pthread_rwlock_t *)
WRAP1(pthread_rwlock_trywrlock, pthread_rwlock_t *)
WRAP1(pthread_rwlock_unlock, pthread_rwlock_t *)
WRAP1(pthread_spin_trylock, pthread_spinlock_t *)
WRAP1(pthread_spin_unlock, pthread_spinlock_t *)
WRAP2(pthread_join, pthread_t, void **)

/* libc's own would go round where nobody sees it, while the supervisor lets nobody else run. */
int __wrap_pthread_spin_lock(pthread_spinlock_t *lock);
GUEST_ENTRY int __wrap_pthread_spin_lock(pthread_spinlock_t *lock)
{
	long why = BEGIN(pthread_spin_lock, lock, 0, 0);
	int result = (int)why;

	while (why <= 0 && (result = __real_pthread_spin_trylock(lock)) == EBUSY)
		sched_yield();
	END(pthread_spin_lock, result, lock);
	return result;
}

/* sem_open() has its mode and value only with O_CREAT. The value is the third that is marked; the
 * mode plays no part in what the semaphore does. */
sem_t *__real_sem_open(const char *name, int flags, ...);
sem_t *__wrap_sem_open(const char *name, int flags, ...);
GUEST_ENTRY sem_t *__wrap_sem_open(const char *name, int flags, ...)
{
	mode_t mode = 0;
	unsigned value = 0;

	if ((flags & O_CREAT) != 0) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		value = va_arg(ap, unsigned);
		va_end(ap);
	}
	long why = BEGIN(sem_open, name, flags, value);
	sem_t *result = SEM_FAILED;

	if (why > 0)
		errno = (int)why;
	else
		result = __real_sem_open(name, flags, mode, value);
	END(sem_open, result, name);
	return result;
}

/* A row of the table without its wrapper is an error here. */
#define X(name) extern __typeof__(__wrap_##name) __wrap_##name;
GUEST_LIBRARY_CALLS(X)
#undef X
