/*
 * Programs that are right under most schedules: "bugs abba", "bugs update", "bugs sleep", "bugs
 * pause"; and under all: "bugs suspend". They end with status 1, or hang, where it goes wrong.
 */
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
	sem_t a, b;
	volatile bool ready;
};

static void pass_time(int steps)
{
	while (steps--)
		getppid();
}

/* Two locks, taken in opposite order. */
static int abba(struct shared *s)
{
	bool child = fork() == 0;
	sem_t *first = child ? &s->b : &s->a, *second = child ? &s->a : &s->b;

	pass_time(3);
	sem_wait(first);
	sem_wait(second);
	sem_post(second);
	sem_post(first);
	pass_time(3);
	if (child)
		_exit(0);
	return wait(NULL) < 0;
}

static void add_one(int fd)
{
	int n = 0;

	if (pread(fd, &n, sizeof(n), 0) < 0)
		_exit(2);
	n++;
	if (pwrite(fd, &n, sizeof(n), 0) != sizeof(n))
		_exit(2);
}

/* A counter in a file: read, add, write. */
static int update(struct shared *s)
{
	int fd = open("counter", O_RDWR | O_CREAT | O_TRUNC, 0600), n = 0;

	(void)s;
	unlink("counter");
	if (fork() == 0) {
		add_one(fd);
		_exit(0);
	}
	add_one(fd);
	wait(NULL);
	return pread(fd, &n, sizeof(n), 0) != sizeof(n) || n != 2;
}

/* "A second is enough for the child." */
static int sleeps(struct shared *s)
{
	bool ready;

	if (fork() == 0) {
		pass_time(5);
		s->ready = true;
		_exit(0);
	}
	sleep(1);
	ready = s->ready;
	wait(NULL);
	return !ready;
}

static volatile sig_atomic_t flag;

static void on_usr1(int sig)
{
	(void)sig;
	flag = 1;
}

/* BLOCKED: the signal comes in while the process waits, and at no other time. */
static int signalled(bool blocked)
{
	sigset_t set, before;

	signal(SIGUSR1, on_usr1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (blocked)
		sigprocmask(SIG_BLOCK, &set, &before);
	if (fork() == 0) {
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	while (!flag) {
		if (blocked)
			sigsuspend(&before);
		else
			pause(); /* it may have come after the look at the flag */
	}
	return wait(NULL) < 0;
}

int main(int argc, char *argv[])
{
	struct shared *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (argc != 2 || s == MAP_FAILED || sem_init(&s->a, 1, 1) < 0 || sem_init(&s->b, 1, 1) < 0)
		return 2;
	if (strcmp(argv[1], "abba") == 0)
		return abba(s);
	if (strcmp(argv[1], "update") == 0)
		return update(s);
	if (strcmp(argv[1], "pause") == 0)
		return signalled(false);
	if (strcmp(argv[1], "suspend") == 0)
		return signalled(true);
	return sleeps(s);
}
