/* Threads, one behaviour a row: ends, cancellation, keys, every kind of mutex, conditions,
 * barriers, locks for readers and writers. */
#include "rows.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t semaphore;
static int counter, ready;

static void *returns(void *argument)
{
	return (void *)((long)argument * 2);
}

static void *exits(void *argument)
{
	pthread_exit((void *)((long)argument * 3));
}

static void *nothing(void *argument)
{
	return argument;
}

static void ends(void)
{
	pthread_t a, b;
	void *value;

	pthread_create(&a, NULL, returns, (void *)21);
	pthread_create(&b, NULL, exits, (void *)5);
	pthread_join(a, &value);
	say("returned %ld", (long)value);
	pthread_join(b, &value);
	say("exited %ld", (long)value);
	error("join oneself", pthread_join(pthread_self(), NULL));
	pthread_create(&a, NULL, nothing, NULL);
	pthread_detach(a);
	say("equal %d", pthread_equal(pthread_self(), pthread_self()) != 0);
	say("gettid %d", gettid() == getpid());
}

static void *late(void *argument)
{
	pthread_join(*(pthread_t *)argument, NULL);
	say("the process lives on");
	return NULL;
}

static void leader_goes_first(void)
{
	static pthread_t self;
	pthread_t thread;

	self = pthread_self();
	pthread_create(&thread, NULL, late, &self);
	pthread_exit(NULL);
}

static void cleanup(void *argument)
{
	say("cleanup %s", (char *)argument);
}

static void *cancelled(void *argument)
{
	pthread_cleanup_push(cleanup, "first");
	pthread_cleanup_push(cleanup, "second");
	sem_post(&semaphore);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return argument;
}

static void *not_now(void *argument)
{
	int old;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	sem_post(&semaphore);
	sem_wait((sem_t *)argument);
	say("not cancelled yet");
	pthread_setcancelstate(old, NULL);
	pthread_testcancel();
	say("never");
	return NULL;
}

static void *in_condition(void *argument)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push((void (*)(void *))pthread_mutex_unlock, &mutex);
	sem_post(&semaphore);
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(1);
	return argument;
}

static void cancellation(void)
{
	pthread_t thread;
	void *value;
	sem_t go;

	sem_init(&semaphore, 0, 0);
	sem_init(&go, 0, 0);
	pthread_create(&thread, NULL, cancelled, NULL);
	sem_wait(&semaphore);
	error("cancel", pthread_cancel(thread));
	pthread_join(thread, &value);
	say("cancelled %d", value == PTHREAD_CANCELED);
	pthread_create(&thread, NULL, not_now, &go);
	sem_wait(&semaphore);
	error("cancel", pthread_cancel(thread));
	sem_post(&go);
	pthread_join(thread, &value);
	say("cancelled %d", value == PTHREAD_CANCELED);
	pthread_create(&thread, NULL, in_condition, NULL);
	sem_wait(&semaphore);
	error("cancel", pthread_cancel(thread));
	pthread_join(thread, &value);
	say("cancelled %d, mutex is free %d", value == PTHREAD_CANCELED,
		pthread_mutex_trylock(&mutex) == 0);
}

static void *busy(void *argument)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(&semaphore);
	for (;;)
		pause();
	return argument;
}

static void asynchronous_cancellation(void)
{
	pthread_t thread;
	void *value;

	sem_init(&semaphore, 0, 0);
	pthread_create(&thread, NULL, busy, NULL);
	sem_wait(&semaphore);
	pthread_cancel(thread);
	pthread_join(thread, &value);
	say("cancelled %d", value == PTHREAD_CANCELED);
}

static void destroy(void *value)
{
	say("destructor %ld", (long)value);
	if ((long)value > 1)
		pthread_setspecific(key, (void *)((long)value - 1));
}

static void *has_value(void *argument)
{
	say("empty at first %d", pthread_getspecific(key) == NULL);
	pthread_setspecific(key, argument);
	return NULL;
}

static void keys(void)
{
	pthread_t thread;

	pthread_key_create(&key, destroy);
	pthread_setspecific(key, (void *)99);
	pthread_create(&thread, NULL, has_value, (void *)3);
	pthread_join(thread, NULL);
	say("mine %ld", (long)pthread_getspecific(key));
	pthread_key_delete(key);
}

static void initialise(void)
{
	say("initialised");
}

static void *first_use(void *argument)
{
	pthread_once(&once, initialise);
	return argument;
}

static void only_once(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, first_use, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

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

static void *killed(void *argument)
{
	sem_post(&semaphore);
	for (;;)
		pause();
	return argument;
}

static void on_usr1(int sig)
{
	say("%s, in the main thread %d", sigabbrev_np(sig), gettid() == getpid());
}

static void signals_to_threads(void)
{
	pthread_t thread;
	int value;
	pid_t pid;

	sem_init(&semaphore, 0, 0);
	handle(SIGUSR1, on_usr1, 0);
	pid = fork();
	if (pid == 0) {
		pthread_create(&thread, NULL, killed, NULL);
		sem_wait(&semaphore);
		pthread_kill(pthread_self(), SIGUSR1);
		error("nothing", pthread_kill(thread, 0));
		pthread_kill(thread, SIGTERM); /* ends the process, not the thread */
		for (;;)
			pause();
	}
	waitpid(pid, &value, 0);
	status("process", value);
	result("tgkill", syscall(SYS_tgkill, getpid(), 999999, SIGUSR1));
	result("tgkill 0", syscall(SYS_tgkill, getpid(), gettid(), 0));
}

static void *stopped(void *argument)
{
	static char byte;

	sem_post(&semaphore);
	if (read((int)(long)argument, &byte, 1) != 1)
		say("no byte");
	return &byte;
}

/* A stop holds all threads. */
static void all_stop(void)
{
	int fds[2], value;
	pid_t pid;

	MUST(pipe(fds));
	sem_init(&semaphore, 0, 0);
	pid = fork();
	if (pid == 0) {
		pthread_t threads[2];

		for (int i = 0; i < 2; i++)
			pthread_create(&threads[i], NULL, stopped, (void *)(long)fds[0]);
		for (int i = 0; i < 2; i++)
			sem_wait(&semaphore);
		raise(SIGSTOP);
		for (int i = 0; i < 2; i++)
			pthread_join(threads[i], NULL);
		_exit(15);
	}
	waitpid(pid, &value, WUNTRACED);
	status("process", value);
	MUST(write(fds[1], "ab", 2));
	result("nobody moves", waitpid(pid, &value, WNOHANG));
	kill(pid, SIGCONT);
	waitpid(pid, &value, 0);
	status("process", value);
}

static void *stays(void *argument)
{
	pause();
	return argument;
}

static void exit_takes_all(void)
{
	pthread_t thread;
	int value;

	if (fork() == 0) {
		pthread_create(&thread, NULL, stays, NULL);
		pthread_create(&thread, NULL, stays, NULL);
		exit(14);
	}
	wait(&value);
	status("process", value);
}

static void *leaves(void *argument)
{
	(void)argument;
	exit(13);
}

static void exit_in_a_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, leaves, NULL);
	for (;;)
		pause();
}

ROWS(ROW(ends), ROW(leader_goes_first), ROW_IF(cancellation, SORTED),
	ROW(asynchronous_cancellation), ROW(keys), ROW(only_once), ROW(kinds_of_mutexes),
	ROW(robust), ROW_IF(inheriting, SORTED), ROW(exclusion), ROW(conditions), ROW(barriers),
	ROW_IF(readers_and_writers, SORTED), ROW(signals_to_threads), ROW(all_stop),
	ROW(exit_takes_all), ROW(exit_in_a_thread));
