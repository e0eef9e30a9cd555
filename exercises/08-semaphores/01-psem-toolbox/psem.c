/*
 * psem: a toolbox for POSIX named semaphores.
 *
 * Usage: psem create /S V
 *        psem wait /S [-t SECS]
 *        psem try /S
 *        psem post /S
 *        psem value /S
 *        psem unlink /S
 *
 * README.md has the exact contract. main and destroy are complete; the other commands only fail.
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
	/* sem_unlink(3) removes the name at once, the semaphore when nobody has it open any more.
	 */
	if (sem_unlink(name) == -1)
		return failed(name);
	return 0;
}

/* psem create /S V */
static int create(const char *name, unsigned value)
{
	/*
	 * sem_open(3) has two more arguments when it may create a semaphore: the permissions, and
	 * the value to begin with. It returns the address of the semaphore, or SEM_FAILED.
	 */
	(void)value;
	errno = ENOSYS; /* nothing is written here yet */
	return failed(name);
}

/* psem wait /S, psem wait /S -t SECS */
static int take(const char *name, long seconds)
{
	/*
	 * sem_wait(3) waits until the value is above 0, and takes one off it. sem_timedwait(3)
	 * does the same, but not beyond a given time. Both return -1 with errno EINTR after a
	 * signal handler has run. clock_gettime(2) tells what time it is.
	 */
	(void)seconds; /* FOR_EVER without -t */
	errno = ENOSYS;
	return failed(name);
}

/* psem try /S */
static int take_now(const char *name)
{
	/* sem_trywait(3) takes one if it can. If not, it fails instead of waiting. */
	errno = ENOSYS;
	return failed(name);
}

/* psem post /S */
static int give(const char *name)
{
	/* sem_post(3) adds one. */
	errno = ENOSYS;
	return failed(name);
}

/* psem value /S */
static int tell(const char *name)
{
	/* sem_getvalue(3) stores the value in an int. */
	errno = ENOSYS;
	return failed(name);
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
	/* No SA_RESTART: a call that SIGUSR1 interrupts is not begun again by itself. */
	struct sigaction action = {.sa_handler = on_signal};
	const char *command = argc > 2 ? argv[1] : "";

	sigaction(SIGUSR1, &action, NULL);
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
