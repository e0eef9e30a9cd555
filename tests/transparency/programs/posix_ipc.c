/* POSIX queues (priorities, notification, limits) and semaphores (named, unnamed). */
#include "rows.h"

#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/resource.h>

static char name[64];
static mqd_t queue;

static mqd_t make(long most, long size, int flags)
{
	struct mq_attr attr = {.mq_maxmsg = most, .mq_msgsize = size};

	own_name(name, sizeof(name), "/posix-ipc");
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | flags, 0600, &attr);
	MUST(queue);
	return queue;
}

static void take(const char *what)
{
	char text[64];
	unsigned priority;
	ssize_t n = mq_receive(queue, text, sizeof(text), &priority);

	if (n < 0)
		say("%s: %s", what, strerrorname_np(errno));
	else
		say("%s: %.*s, priority %u", what, (int)n, text, priority);
}

static void priorities(void)
{
	make(8, 64, O_NONBLOCK);
	mq_unlink(name);
	mq_send(queue, "low", 3, 1);
	mq_send(queue, "high", 4, 30);
	mq_send(queue, "low too", 7, 1);
	mq_send(queue, "middle", 6, 5);
	mq_send(queue, "", 0, 5);
	for (int i = 0; i < 6; i++)
		take("got");
	result("too high", mq_send(queue, "x", 1, 32768));
	result("highest", mq_send(queue, "x", 1, 32767));
}

static void limits(void)
{
	struct mq_attr attr, set = {.mq_flags = O_NONBLOCK};
	char small[4];

	make(2, 16, 0);
	result("getattr", mq_getattr(queue, &attr));
	say("%ld %ld %ld %ld", attr.mq_flags, attr.mq_maxmsg, attr.mq_msgsize, attr.mq_curmsgs);
	result("too long", mq_send(queue, "longer than sixteen", 19, 0));
	mq_send(queue, "1", 1, 0);
	mq_send(queue, "2", 1, 0);
	result("setattr", mq_setattr(queue, &set, &attr));
	say("flags were %ld", attr.mq_flags);
	result("full", mq_send(queue, "3", 1, 0));
	result("small room", mq_receive(queue, small, sizeof(small), NULL));
	mq_getattr(queue, &attr);
	say("%ld inside, flags %ld", attr.mq_curmsgs, attr.mq_flags & O_NONBLOCK ? 1L : 0L);
	result("exists", mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL));
	result("read only", mq_send(mq_open(name, O_RDONLY), "x", 1, 0));
	result("unlink", mq_unlink(name));
	result("again", mq_unlink(name));
	result("gone", mq_open(name, O_RDWR));
	result("bad name", mq_open("/a/b", O_RDWR | O_CREAT, 0600, NULL));
	result("close", mq_close(queue));
	result("closed", mq_send(queue, "x", 1, 0));
}

static void waiting_both_ways(void)
{
	int value;

	make(1, 16, 0);
	mq_unlink(name);
	for (int w = 0; w < 2; w++)
		if (fork() == 0) {
			for (int i = 0; i < 6; i++)
				if (mq_send(queue, "m", 1, 0) < 0)
					_exit(1);
			_exit(0);
		}
	for (int i = 0; i < 12; i++)
		take("got");
	while (wait(&value) > 0)
		status("sender", value);
}

static void inherited(void)
{
	char text[32];

	make(4, 16, 0);
	mq_unlink(name);
	if (fork() == 0) {
		result("child", mq_send(queue, "c", 1, 0));
		_exit(0);
	}
	wait(NULL);
	take("parent");
	snprintf(text, sizeof(text), "%d", (int)queue);
	setenv("QUEUE", text, 1);
	become("after_exec");
}

static void after_exec(void)
{
	result("closed by exec", mq_send((mqd_t)atoi(getenv("QUEUE")), "x", 1, 0));
}

static void notify_once(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};

	make(4, 64, 0);
	mq_unlink(name);
	handle(SIGUSR1, count, 0);
	result("notify", mq_notify(queue, &event));
	result("twice", mq_notify(queue, &event));
	mq_send(queue, "1", 1, 0);
	say("told %d", (int)caught);
	mq_send(queue, "2", 1, 0);
	say("not again %d", (int)caught);
	result("not empty: waits for empty", mq_notify(queue, &event));
	mq_send(queue, "3", 1, 0);
	say("still %d", (int)caught);
	for (int i = 0; i < 3; i++)
		take("got");
	mq_send(queue, "4", 1, 0);
	say("told %d", (int)caught);
	result("again", mq_notify(queue, &event));
	result("no more", mq_notify(queue, NULL));
	take("got");
	mq_send(queue, "5", 1, 0);
	say("told %d", (int)caught);
	event.sigev_signo = 99;
	result("no such signal", mq_notify(queue, &event));
}

/* Who waits in mq_receive comes before who asked to be told. */
static void receiver_first(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	pid_t pid;

	make(4, 64, 0);
	mq_unlink(name);
	handle(SIGUSR1, count, 0);
	mq_notify(queue, &event);
	pid = fork();
	if (pid == 0) {
		take("child");
		_exit(0);
	}
	await_sleep(pid);
	mq_send(queue, "1", 1, 0);
	wait(NULL);
	say("told %d", (int)caught);
	mq_send(queue, "2", 1, 0);
	say("told %d", (int)caught);
}

static sem_t told;

static void in_thread(union sigval value)
{
	say("in a thread, value %d", value.sival_int);
	sem_post(&told);
}

static void notify_thread(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD,
		.sigev_notify_function = in_thread,
		.sigev_value = {.sival_int = 31}};

	sem_init(&told, 0, 0);
	make(4, 64, 0);
	mq_unlink(name);
	result("notify", mq_notify(queue, &event));
	mq_send(queue, "x", 1, 0);
	sem_wait(&told);
	take("got");
}

static void unnamed(void)
{
	int value;
	sem_t sem;

	result("init", sem_init(&sem, 0, 2));
	result("wait", sem_wait(&sem));
	result("try", sem_trywait(&sem));
	result("none left", sem_trywait(&sem));
	sem_getvalue(&sem, &value);
	say("value %d", value);
	result("post", sem_post(&sem));
	sem_getvalue(&sem, &value);
	say("value %d", value);
	result("too many", sem_init(&sem, 0, 0x80000000u));
	sem_init(&sem, 0, 0x7fffffff);
	result("overflow", sem_post(&sem));
	result("destroy", sem_destroy(&sem));
}

static void between_processes(void)
{
	sem_t *sems = mmap(
		NULL, 2 * sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	sem_init(&sems[0], 1, 0);
	sem_init(&sems[1], 1, 1);
	if (fork() == 0) {
		for (int i = 0; i < 5; i++) {
			sem_wait(&sems[0]);
			say("pong %d", i);
			sem_post(&sems[1]);
		}
		_exit(0);
	}
	for (int i = 0; i < 5; i++) {
		sem_wait(&sems[1]);
		say("ping %d", i);
		sem_post(&sems[0]);
	}
	wait(NULL);
}

static void named(void)
{
	sem_t *a, *b;
	int value;

	own_name(name, sizeof(name), "/posix-sem");
	say("missing %d %s", sem_open(name, 0) == SEM_FAILED, strerrorname_np(errno));
	a = sem_open(name, O_CREAT | O_EXCL, 0600, 3);
	say("made %d", a != SEM_FAILED);
	say("again %d %s", sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED,
		strerrorname_np(errno));
	b = sem_open(name, O_CREAT, 0600, 9);
	say("the same %d", a == b);
	if (fork() == 0) {
		b = sem_open(name, 0);
		sem_wait(b);
		_exit(0);
	}
	wait(NULL);
	sem_getvalue(a, &value);
	say("value %d", value);
	result("unlink", sem_unlink(name));
	result("again", sem_unlink(name));
	result("still works", sem_wait(a));
	result("close", sem_close(a));
	say("bad name %d", sem_open("/", O_CREAT, 0600, 1) == SEM_FAILED);
}

static void interrupted_wait(void)
{
	sem_t sem;
	pid_t me = getpid();

	sem_init(&sem, 0, 0);
	handle(SIGUSR1, count, 0);
	if (fork() == 0) {
		await_sleep(me);
		kill(me, SIGUSR1);
		_exit(0);
	}
	result("sem_wait", sem_wait(&sem));
	wait(NULL);
	make(1, 16, 0);
	mq_unlink(name);
	if (fork() == 0) {
		await_sleep(me);
		kill(me, SIGUSR1);
		_exit(0);
	}
	take("mq_receive");
	wait(NULL);
	say("caught %d", (int)caught);
}

static void posts(int sig)
{
	(void)sig;
	sem_post(&told);
}

/* sem_post is async-signal-safe; SA_RESTART makes sem_wait go on. */
static void post_in_handler(void)
{
	pid_t me = getpid();

	sem_init(&told, 0, 0);
	handle(SIGUSR1, posts, SA_RESTART);
	if (fork() == 0) {
		await_sleep(me);
		kill(me, SIGUSR1);
		_exit(0);
	}
	result("sem_wait", sem_wait(&told));
	wait(NULL);
}

ROWS(ROW(priorities), ROW(limits), ROW_IF(waiting_both_ways, SORTED), ROW_IF(inherited, SORTED),
	ROW_IF(after_exec, HELPER), ROW(notify_once), ROW_IF(receiver_first, SORTED),
	ROW_IF(notify_thread, SORTED), ROW(unnamed), ROW(between_processes), ROW(named),
	ROW_IF(interrupted_wait, TIMED), ROW_IF(post_in_handler, TIMED));
