/* Locks, queues and signals that are waited for with a time-out. */
#include "pace.h"

#include <linux/futex.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#define PAST (&(struct timespec){1, 0})
#define BAD  (&(struct timespec){clock_ns(CLOCK_REALTIME) / SECOND + 1000, SECOND})

static uint32_t word;

static long futex(int op, uint32_t value, const struct timespec *until)
{
	return syscall(SYS_futex, &word, op, value, until, NULL, FUTEX_BITSET_MATCH_ANY);
}

static void futex_ends(void)
{
	struct timespec ts = span(1);

	start_watch();
	result("relative", futex(FUTEX_WAIT, 0, &ts));
	lasted("relative", 1);
	result("not the value", futex(FUTEX_WAIT, 1, &ts));
	ts = at(CLOCK_MONOTONIC, 1);
	start_watch();
	result("absolute", futex(FUTEX_WAIT_BITSET, 0, &ts));
	lasted("absolute", 1);
	ts = at(CLOCK_REALTIME, 1);
	result("by the calendar", futex(FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &ts));
	lasted("by the calendar", 2);
	result("long ago", futex(FUTEX_WAIT_BITSET, 0, PAST));
	result("nothing", futex(FUTEX_WAIT, 0, &(struct timespec){0, 0}));
	result("no time", futex(FUTEX_WAIT, 0, &(struct timespec){0, SECOND}));
}

static void futex_interrupted(void)
{
	struct timespec ts = span(1000);

	catch_alarm(0);
	ring(1, 1);
	result("futex", futex(FUTEX_WAIT, 0, &ts));
	ring(0, 0);
	catch_alarm(SA_RESTART);
	start_watch();
	ring(1, 1);
	ts = span(1000);
	result("with SA_RESTART", futex(FUTEX_WAIT, 0, &ts));
	ring(0, 0);
	lasted("with SA_RESTART", 1);
}

static void sem_timedwait_ends(void)
{
	struct timespec until = at(CLOCK_REALTIME, 1);
	sem_t sem;

	sem_init(&sem, 0, 1);
	result("of one", sem_timedwait(&sem, &until));
	start_watch();
	result("of none", sem_timedwait(&sem, &until));
	say("it is time %d", clock_ns(CLOCK_REALTIME) >= ns_of(until));
	result("long ago", sem_timedwait(&sem, PAST));
	result("no time", sem_timedwait(&sem, BAD));
	sem_post(&sem);
	result("of one, long ago", sem_timedwait(&sem, PAST));
	sem_post(&sem);
	result("of one, no time", sem_timedwait(&sem, BAD));
}

static void sem_clockwait_ends(void)
{
	struct timespec until = at(CLOCK_MONOTONIC, 1);
	sem_t sem;

	sem_init(&sem, 0, 0);
	result("MONOTONIC", sem_clockwait(&sem, CLOCK_MONOTONIC, &until));
	say("it is time %d", clock_ns(CLOCK_MONOTONIC) >= ns_of(until));
	until = at(CLOCK_REALTIME, 1);
	result("REALTIME", sem_clockwait(&sem, CLOCK_REALTIME, &until));
	say("it is time %d", clock_ns(CLOCK_REALTIME) >= ns_of(until));
	result("CPU time", sem_clockwait(&sem, CLOCK_PROCESS_CPUTIME_ID, &until));
}

static void sem_timedwait_interrupted(void)
{
	struct timespec until = at(CLOCK_REALTIME, 1000);
	sem_t sem;

	sem_init(&sem, 0, 0);
	catch_alarm(0);
	ring(1, 1);
	result("sem_timedwait", sem_timedwait(&sem, &until));
	ring(0, 0);
	catch_alarm(SA_RESTART);
	ring(1, 1);
	until = at(CLOCK_REALTIME, 1000);
	result("with SA_RESTART", sem_timedwait(&sem, &until));
	ring(0, 0);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void cond_timedwait_ends(void)
{
	struct timespec until = at(CLOCK_REALTIME, 1);
	pthread_condattr_t attr;
	pthread_cond_t monotonic;

	pthread_mutex_lock(&mutex);
	start_watch();
	error("cond_timedwait", pthread_cond_timedwait(&cond, &mutex, &until));
	lasted("cond_timedwait", 1);
	error("long ago", pthread_cond_timedwait(&cond, &mutex, PAST));
	error("no time", pthread_cond_timedwait(&cond, &mutex, BAD));
	until = at(CLOCK_MONOTONIC, 1);
	error("cond_clockwait", pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &until));
	lasted("cond_clockwait", 2);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&monotonic, &attr);
	until = at(CLOCK_MONOTONIC, 1);
	error("of its own clock", pthread_cond_timedwait(&monotonic, &mutex, &until));
	lasted("of its own clock", 3);
	error("the mutex is held", pthread_mutex_trylock(&mutex));
}

static void *signals_later(void *none)
{
	nanosleep((struct timespec[]){span(1)}, NULL);
	pthread_mutex_lock(&mutex);
	word = 1;
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&mutex);
	return none;
}

static void cond_in_time(void)
{
	struct timespec until = at(CLOCK_REALTIME, 1000);
	pthread_t thread;
	int r = 0;

	start_watch();
	pthread_create(&thread, NULL, signals_later, NULL);
	pthread_mutex_lock(&mutex);
	while (!word && !r)
		r = pthread_cond_timedwait(&cond, &mutex, &until);
	pthread_mutex_unlock(&mutex);
	error("cond_timedwait", r);
	lasted("cond_timedwait", 1);
	pthread_join(thread, NULL);
}

static void mutex_timedlock_ends(void)
{
	struct timespec until = at(CLOCK_REALTIME, 1);
	pthread_mutexattr_t attr;
	pthread_mutex_t pi;

	pthread_mutex_lock(&mutex);
	error("timedlock", pthread_mutex_timedlock(&mutex, &until));
	say("it is time %d", clock_ns(CLOCK_REALTIME) >= ns_of(until));
	until = at(CLOCK_MONOTONIC, 1);
	error("clocklock", pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &until));
	say("it is time %d", clock_ns(CLOCK_MONOTONIC) >= ns_of(until));
	error("long ago", pthread_mutex_timedlock(&mutex, PAST));
	error("no time", pthread_mutex_timedlock(&mutex, BAD));
	pthread_mutex_unlock(&mutex);
	error("free, long ago", pthread_mutex_timedlock(&mutex, PAST));
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	error("init", pthread_mutex_init(&pi, &attr));
	error("lock", pthread_mutex_lock(&pi));
}

static pthread_mutex_t inheriting;

static void *locks_in_vain(void *none)
{
	struct timespec until = at(CLOCK_REALTIME, 1);

	error("timedlock", pthread_mutex_timedlock(&inheriting, &until));
	say("it is time %d", clock_ns(CLOCK_REALTIME) >= ns_of(until));
	return none;
}

static void priority_inheritance(void)
{
	pthread_mutexattr_t attr;
	pthread_t thread;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	error("init", pthread_mutex_init(&inheriting, &attr));
	error("lock", pthread_mutex_lock(&inheriting));
	pthread_create(&thread, NULL, locks_in_vain, NULL);
	pthread_join(thread, NULL);
	error("unlock", pthread_mutex_unlock(&inheriting));
}

static void rwlocks_end(void)
{
	pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
	struct timespec until = at(CLOCK_REALTIME, 1);

	pthread_rwlock_rdlock(&lock);
	error("write", pthread_rwlock_timedwrlock(&lock, &until));
	say("it is time %d", clock_ns(CLOCK_REALTIME) >= ns_of(until));
	error("read", pthread_rwlock_timedrdlock(&lock, &until));
	error("no time", pthread_rwlock_timedwrlock(&lock, BAD));
	until = at(CLOCK_MONOTONIC, 1);
	error("by the other clock", pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &until));
	say("it is time %d", clock_ns(CLOCK_MONOTONIC) >= ns_of(until));
}

static void *sleeps(void *none)
{
	nanosleep((struct timespec[]){span(1000)}, NULL);
	return none;
}

static void join_ends(void)
{
	struct timespec until = at(CLOCK_REALTIME, 1);
	pthread_t thread;

	pthread_create(&thread, NULL, sleeps, NULL);
	error("timedjoin", pthread_timedjoin_np(thread, NULL, &until));
	say("it is time %d", clock_ns(CLOCK_REALTIME) >= ns_of(until));
	pthread_cancel(thread);
	error("join", pthread_join(thread, NULL));
}

static mqd_t open_queue(void)
{
	struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 8};
	char name[64];
	mqd_t queue;

	snprintf(name, sizeof(name), "/transparency-%ld-%ld", (long)getpid(), (long)getppid());
	queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr);
	MUST(queue);
	mq_unlink(name);
	return queue;
}

static void queue_times_out(void)
{
	mqd_t queue = open_queue();
	struct timespec until = at(CLOCK_REALTIME, 1);
	char message[8] = "x";

	start_watch();
	result("receive", mq_timedreceive(queue, message, 8, NULL, &until));
	lasted("receive", 1);
	result("receive, long ago", mq_timedreceive(queue, message, 8, NULL, PAST));
	result("receive, no time", mq_timedreceive(queue, message, 8, NULL, BAD));
	result("send", mq_timedsend(queue, message, 1, 0, PAST));
	until = at(CLOCK_REALTIME, 1);
	result("send to a full one", mq_timedsend(queue, message, 1, 0, &until));
	lasted("send", 2);
	result("send, long ago", mq_timedsend(queue, message, 1, 0, PAST));
	result("send, no time", mq_timedsend(queue, message, 1, 0, BAD));
	result("receive", mq_timedreceive(queue, message, 8, NULL, PAST));
}

static void queue_interrupted(void)
{
	mqd_t queue = open_queue();
	struct timespec until = at(CLOCK_REALTIME, 1000);
	char message[8] = "x";

	catch_alarm(0);
	ring(1, 1);
	result("receive", mq_timedreceive(queue, message, 8, NULL, &until));
	ring(0, 0);
	catch_alarm(SA_RESTART);
	ring(1, 1);
	until = at(CLOCK_REALTIME, 3);
	result("with SA_RESTART", mq_timedreceive(queue, message, 8, NULL, &until));
	ring(0, 0);
	say("it is time %d", clock_ns(CLOCK_REALTIME) >= ns_of(until));
}

static void semtimedop_ends(void)
{
	struct sembuf down = {0, -1, 0}, zero = {0, 0, 0}, up = {0, 1, 0};
	struct timespec ts = span(1);
	int id = semget(IPC_PRIVATE, 1, 0600);

	MUST(id);
	start_watch();
	result("down", semtimedop(id, &down, 1, &ts));
	lasted("down", 1);
	result("nothing", semtimedop(id, &down, 1, &(struct timespec){0, 0}));
	result("no time", semtimedop(id, &down, 1, &(struct timespec){0, SECOND}));
	result("up", semtimedop(id, &up, 1, &ts));
	result("zero", semtimedop(id, &zero, 1, &ts));
	lasted("zero", 2);
	catch_alarm(SA_RESTART);
	ring(1, 1);
	ts = span(1000);
	result("interrupted", semtimedop(id, &zero, 1, &ts));
	ring(0, 0);
	semctl(id, 0, IPC_RMID);
}

static void sigtimedwait_ends(void)
{
	struct timespec ts = span(1);
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	start_watch();
	result("in vain", sigtimedwait(&set, &info, &ts));
	lasted("in vain", 1);
	result("nothing", sigtimedwait(&set, &info, &(struct timespec){0, 0}));
	result("no time", sigtimedwait(&set, &info, &(struct timespec){0, SECOND}));
	raise(SIGUSR1);
	result("there", sigtimedwait(&set, &info, &(struct timespec){0, 0}));
	say("from itself %d", info.si_pid == getpid());
	catch_alarm(SA_RESTART);
	ring(1, 1);
	ts = span(1000);
	result("interrupted", sigtimedwait(&set, &info, &ts));
	ring(0, 0);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	start_watch();
	ring(1, 1);
	result("an alarm", sigtimedwait(&set, &info, &ts));
	ring(0, 0);
	lasted("an alarm", 1);
	say("code %d, sender %ld", info.si_code == SI_KERNEL, (long)info.si_pid);
	sigdelset(&set, SIGALRM);
	handle(SIGUSR2, SIG_IGN, 0);
	start_watch();
	if (fork() == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(kill(getppid(), SIGUSR2));
	}
	ts = span(3);
	result("an ignored one", sigtimedwait(&set, &info, &ts));
	lasted("an ignored one", 3);
	wait(NULL);
}

ROWS(ROW_IF(futex_ends, PACED), ROW_IF(futex_interrupted, PACED), ROW_IF(sem_timedwait_ends, PACED),
	ROW_IF(sem_clockwait_ends, PACED), ROW_IF(sem_timedwait_interrupted, PACED),
	ROW_IF(cond_timedwait_ends, PACED), ROW_IF(cond_in_time, PACED | TIMED),
	ROW_IF(mutex_timedlock_ends, PACED), ROW_IF(priority_inheritance, PACED),
	ROW_IF(rwlocks_end, PACED), ROW_IF(join_ends, PACED), ROW_IF(queue_times_out, PACED),
	ROW_IF(queue_interrupted, PACED), ROW_IF(semtimedop_ends, PACED),
	ROW_IF(sigtimedwait_ends, PACED));
