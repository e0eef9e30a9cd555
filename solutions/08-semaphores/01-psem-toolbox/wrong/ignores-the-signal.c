/*
 * Ignores SIGUSR1, so that nothing is ever interrupted.
 *
 * check: signals_move_no_deadline
 * message: The handler which main installs is to stay; deal with what it does
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

#define TIMED_OUT 3 /* exit status of wait */
#define TAKEN     4 /* exit status of try */
#define FOR_EVER  (-1L)

/* A call on semaphore NAME has failed just now: errno says why. The exit status for it. */
static int failed(const char *name)
{
	fprintf(stderr, "psem: %s: %s\n", name, strerror(errno));
	return 1;
}

/* psem unlink /S */
static int destroy(const char *name)
{
	if (sem_unlink(name) == -1)
		return failed(name);
	return 0;
}

/* psem create /S V */
static int create(const char *name, unsigned value)
{
	sem_t *semaphore;

	semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, value);
	if (semaphore == SEM_FAILED)
		return failed(name);
	sem_close(semaphore);
	return 0;
}

/* The time SECONDS from now, on the clock that sem_timedwait(3) goes by. */
static struct timespec from_now(long seconds)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_sec += seconds;
	return at;
}

/* psem wait /S, psem wait /S -t SECS */
static int take(const char *name, long seconds)
{
	sem_t *semaphore = sem_open(name, 0);
	struct timespec deadline;
	int result;

	if (semaphore == SEM_FAILED)
		return failed(name);
	deadline = from_now(seconds == FOR_EVER ? 0 : seconds);
	do
		result = seconds == FOR_EVER ? sem_wait(semaphore)
					     : sem_timedwait(semaphore, &deadline);
	while (result == -1 && errno == EINTR);
	if (result == -1)
		return errno == ETIMEDOUT ? TIMED_OUT : failed(name);
	return 0;
}

/* psem try /S */
static int take_now(const char *name)
{
	sem_t *semaphore = sem_open(name, 0);

	if (semaphore == SEM_FAILED)
		return failed(name);
	if (sem_trywait(semaphore) == -1)
		return errno == EAGAIN ? TAKEN : failed(name);
	return 0;
}

/* psem post /S */
static int give(const char *name)
{
	sem_t *semaphore = sem_open(name, 0);

	if (semaphore == SEM_FAILED)
		return failed(name);
	if (sem_post(semaphore) == -1)
		return failed(name);
	return 0;
}

/* psem value /S */
static int tell(const char *name)
{
	sem_t *semaphore = sem_open(name, 0);
	int value;

	if (semaphore == SEM_FAILED)
		return failed(name);
	if (sem_getvalue(semaphore, &value) == -1)
		return failed(name);
	printf("%d\n", value);
	return 0;
}

/* The number that TEXT is, from 0 to INT_MAX; -1 if it is none. */
static long number(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || value < 0 || value > INT_MAX)
		return -1;
	return value;
}

static int usage(void)
{
	fputs("usage: psem create /S V\n"
	      "       psem wait /S [-t SECS]\n"
	      "       psem try|post|value|unlink /S\n",
		stderr);
	return 2;
}

/* Does nothing; but that it has run ends a call that waits. */
static void on_signal(int sig)
{
	(void)sig;
}

int main(int argc, char *argv[])
{
	struct sigaction action = {.sa_handler = on_signal};
	const char *command = argc > 2 ? argv[1] : "";

	sigaction(SIGUSR1, &action, NULL);
	signal(SIGUSR1, SIG_IGN);
	if (strcmp(command, "create") == 0 && argc == 4 && number(argv[3]) != -1)
		return create(argv[2], (unsigned)number(argv[3]));
	if (strcmp(command, "wait") == 0 && argc == 3)
		return take(argv[2], FOR_EVER);
	if (strcmp(command, "wait") == 0 && argc == 5 && strcmp(argv[3], "-t") == 0 &&
		number(argv[4]) != -1)
		return take(argv[2], number(argv[4]));
	if (strcmp(command, "try") == 0 && argc == 3)
		return take_now(argv[2]);
	if (strcmp(command, "post") == 0 && argc == 3)
		return give(argv[2]);
	if (strcmp(command, "value") == 0 && argc == 3)
		return tell(argv[2]);
	if (strcmp(command, "unlink") == 0 && argc == 3)
		return destroy(argv[2]);
	return usage();
}
