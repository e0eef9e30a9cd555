/* Threads: how they end, what is theirs, and signals among them. */
#include "rows.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t semaphore;

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

static void give_mutex(void *argument)
{
	pthread_mutex_unlock(argument);
}

static void *in_condition(void *argument)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(give_mutex, &mutex);
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
	ROW(asynchronous_cancellation), ROW(keys), ROW(only_once), ROW(signals_to_threads),
	ROW(all_stop), ROW(exit_takes_all), ROW(exit_in_a_thread));
