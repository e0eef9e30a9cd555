/*
 * Unusual: measures by another clock how much of the time is gone, and waits for the rest, each
 * time anew. A plain wait is one with a time-out of a day, day after day. sem_open is given
 * everything every time.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000000LL
#define DAY    (24 * 60 * 60 * SECOND)

static char *name;

static void caught(int sig)
{
	(void)sig;
}

static void fail(void)
{
	char line[300];

	snprintf(line, sizeof(line), "psem: %s", name);
	perror(line);
	exit(1);
}

static void must(int result)
{
	if (result != 0)
		fail();
}

static long long now(clockid_t clock)
{
	struct timespec t;

	must(clock_gettime(clock, &t));
	return t.tv_sec * SECOND + t.tv_nsec;
}

/* 0: got it; -1: not in this time; else it is to be asked again. */
static int wait_for(sem_t *s, long long ns)
{
	long long at = now(CLOCK_REALTIME) + ns;
	struct timespec until = {at / SECOND, at % SECOND};

	if (sem_timedwait(s, &until) == 0)
		return 0;
	switch (errno) {
	case ETIMEDOUT:
		return -1;
	case EINTR:
		return 1;
	default:
		fail();
	}
	return 1;
}

static int wait_with_limit(sem_t *s, long long ns)
{
	long long begin = now(CLOCK_BOOTTIME);

	for (;;) {
		long long rest = ns - (now(CLOCK_BOOTTIME) - begin);
		int result = wait_for(s, rest > 0 ? rest : 0);

		if (result < 1)
			return result == 0 ? 0 : 3;
	}
}

static long long argument(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < 0 || value > INT_MAX) {
		fprintf(stderr, "%s: not a number\n", text);
		exit(2);
	}
	return value;
}

static int use(sem_t *s, char **argv, int argc)
{
	int value;

	switch (argv[1][0]) {
	case 'w':
		if (argc == 5)
			return wait_with_limit(s, argument(argv[4]) * SECOND);
		while (wait_with_limit(s, DAY) != 0)
			;
		return 0;
	case 't':
		if (sem_trywait(s) == 0)
			return 0;
		if (errno == EAGAIN)
			return 4;
		fail();
		return 1;
	case 'p':
		must(sem_post(s));
		return 0;
	default:
		must(sem_getvalue(s, &value));
		return printf("%d\n", value) < 0;
	}
}

int main(int argc, char **argv)
{
	static const char *const commands[] = {"create", "wait", "try", "post", "value", "unlink"};
	int known = 0, plain;
	unsigned value = 0;
	sem_t *s;

	signal(SIGUSR1, caught); /* glibc: the calls that can be are begun again */
	for (int i = 0; argc > 2 && i < 6; i++)
		known |= strcmp(argv[1], commands[i]) == 0;
	plain = known && argc == 3 && argv[1][0] != 'c';
	if (!plain && !(known && argc == 4 && argv[1][0] == 'c') &&
		!(known && argc == 5 && argv[1][0] == 'w' && !strcmp(argv[3], "-t"))) {
		fprintf(stderr, "usage: see README.md\n");
		return 2;
	}
	name = argv[2];
	if (argv[1][0] == 'u') {
		must(sem_unlink(name));
		return 0;
	}
	if (argc == 4)
		value = (unsigned)argument(argv[3]);
	if (argc == 5)
		argument(argv[4]);
	s = sem_open(name, argc == 4 ? O_CREAT | O_EXCL : 0, 0600, value);
	if (s == SEM_FAILED)
		fail();
	return argc == 4 ? sem_close(s) : use(s, argv, argc);
}
