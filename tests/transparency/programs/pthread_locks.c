/* Every kind of mutex, conditions, barriers, spin locks, locks for readers and writers. */
#include "rows.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static sem_t semaphore;
static int counter, ready;

static void kind_of_mutex(const char *name, int kind)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t m;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, kind);
	pthread_mutex_init(&m, &attr);
	say("%s", name);
	error("lock", pthread_mutex_lock(&m));
	if (kind != PTHREAD_MUTEX_NORMAL)
		error("again", pthread_mutex_lock(&m));
	error("try", pthread_mutex_trylock(&m));
	error("unlock", pthread_mutex_unlock(&m));
	if (kind != PTHREAD_MUTEX_NORMAL) {
		error("unlock", pthread_mutex_unlock(&m));
		error("unlock", pthread_mutex_unlock(&m));
		error("unlock", pthread_mutex_unlock(&m));
	}
}

static void kinds_of_mutexes(void)
{
	kind_of_mutex("normal", PTHREAD_MUTEX_NORMAL);
	kind_of_mutex("error-checking", PTHREAD_MUTEX_ERRORCHECK);
	kind_of_mutex("recursive", PTHREAD_MUTEX_RECURSIVE);
}

static pthread_mutex_t *shared_mutex(int robust, int protocol)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t *m =
		mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, robust);
	pthread_mutexattr_setprotocol(&attr, protocol);
	error("init", pthread_mutex_init(m, &attr));
	return m;
}

/* Its owner died with it. */
static void robust(void)
{
	pthread_mutex_t *m = shared_mutex(PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE);
	pid_t pid = fork();

	if (pid == 0) {
		pthread_mutex_lock(m);
		_exit(0);
	}
	wait(NULL);
	error("owner died", pthread_mutex_lock(m));
	error("consistent", pthread_mutex_consistent(m));
	error("unlock", pthread_mutex_unlock(m));
	if (fork() == 0) {
		pthread_mutex_lock(m);
		await_sleep(getppid());
		kill(getpid(), SIGKILL);
	}
	while (pthread_mutex_trylock(m) == 0) { /* until the child has it */
		pthread_mutex_unlock(m);
		usleep(1000);
	}
	if (pthread_mutex_consistent(m) != 0)
		error("died while I waited", pthread_mutex_lock(m));
	else
		say("died while I waited: EOWNERDEAD");
	error("unlock", pthread_mutex_unlock(m));
	error("not recoverable", pthread_mutex_lock(m));
	wait(NULL);
}

static void inheriting(void)
{
	pthread_mutex_t *m = shared_mutex(PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT);
	int fds[2];
	char byte;
	pid_t pid;

	MUST(pipe(fds));
	if (fork() == 0) {
		for (int i = 0; i < 20; i++) {
			pthread_mutex_lock(m);
			pthread_mutex_unlock(m);
		}
		_exit(0);
	}
	for (int i = 0; i < 20; i++) {
		pthread_mutex_lock(m);
		pthread_mutex_unlock(m);
	}
	wait(NULL);
	error("lock", pthread_mutex_lock(m));
	pid = fork();
	if (pid == 0) {
		error("held", pthread_mutex_trylock(m));
		MUST(write(fds[1], "x", 1));
		error("wait", pthread_mutex_lock(m));
		_exit(0);
	}
	MUST(read(fds[0], &byte, 1));
	await_sleep(pid);
	error("unlock", pthread_mutex_unlock(m));
	wait(NULL);
}

static void *counts(void *argument)
{
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		pthread_mutex_unlock(&mutex);
		pthread_spin_lock(&spin);
		ready++;
		pthread_spin_unlock(&spin);
	}
	return argument;
}

static void exclusion(void)
{
	pthread_t threads[3];

	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, counts, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	say("%d %d", counter, ready);
	error("held", pthread_spin_lock(&spin));
	error("try", pthread_spin_trylock(&spin));
}

static void *waits(void *argument)
{
	pthread_mutex_lock(&mutex);
	ready++;
	while (counter == 0)
		pthread_cond_wait(&cond, &mutex);
	counter--;
	pthread_mutex_unlock(&mutex);
	return argument;
}

static void conditions(void)
{
	struct timespec past = {1, 0};
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, waits, NULL);
	for (int i = 0; i < 3; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&mutex);
	}
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	say("%d left, %d waited", counter, ready);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, waits, NULL);
	pthread_mutex_lock(&mutex);
	counter = 3;
	error("broadcast", pthread_cond_broadcast(&cond));
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	say("%d left", counter);
	pthread_mutex_lock(&mutex);
	error("in the past", pthread_cond_timedwait(&cond, &mutex, &past));
	error("mine again", pthread_mutex_trylock(&mutex));
}

static int serial;

static void *meets(void *argument)
{
	for (int i = 0; i < 3; i++) {
		__atomic_fetch_add(&counter, 1, __ATOMIC_SEQ_CST);
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_fetch_add(&serial, 1, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&counter, __ATOMIC_SEQ_CST) < 3 * (i + 1))
			say("too early");
		pthread_barrier_wait(&barrier);
	}
	return argument;
}

static void barriers(void)
{
	pthread_t threads[2];

	pthread_barrier_init(&barrier, NULL, 3);
	pthread_create(&threads[0], NULL, meets, NULL);
	pthread_create(&threads[1], NULL, meets, NULL);
	meets(NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	say("%d, serial %d", counter, serial);
	error("zero", pthread_barrier_init(&barrier, NULL, 0));
}

static void *writes(void *argument)
{
	error("while read", pthread_rwlock_trywrlock(&rwlock));
	sem_post(&semaphore);
	error("write", pthread_rwlock_wrlock(&rwlock));
	error("again", pthread_rwlock_wrlock(&rwlock));
	pthread_rwlock_unlock(&rwlock);
	return argument;
}

static void readers_and_writers(void)
{
	pthread_t thread;

	sem_init(&semaphore, 0, 0);
	error("read", pthread_rwlock_rdlock(&rwlock));
	error("read too", pthread_rwlock_tryrdlock(&rwlock));
	pthread_create(&thread, NULL, writes, NULL);
	sem_wait(&semaphore);
	pthread_rwlock_unlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	pthread_join(thread, NULL);
	error("write", pthread_rwlock_trywrlock(&rwlock));
	error("read", pthread_rwlock_tryrdlock(&rwlock));
}

ROWS(ROW(kinds_of_mutexes), ROW(robust), ROW_IF(inheriting, SORTED), ROW(exclusion),
	ROW(conditions), ROW(barriers), ROW_IF(readers_and_writers, SORTED));
