/*
 * Unusual: a child does the work, and knows nothing of signals; the parent waits for it, and is the
 * one whom SIGUSR1 interrupts. The time-out is one of the monotonic clock, which nobody can set.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void nothing(int sig)
{
	(void)sig;
}

static unsigned number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value > INT_MAX)
		errx(2, "%s is no number", text);
	return (unsigned)value;
}

static int is(const char *word, const char *command, int argc, int wanted)
{
	return argc == wanted && strcmp(word, command) == 0;
}

static void wait_until(sem_t *s, unsigned seconds)
{
	struct timespec until;

	if (clock_gettime(CLOCK_MONOTONIC, &until) == -1)
		err(1, "clock");
	until.tv_sec += seconds;
	if (sem_clockwait(s, CLOCK_MONOTONIC, &until) == -1) {
		if (errno != ETIMEDOUT)
			err(1, "sem_clockwait");
		exit(3);
	}
}

static void work(int argc, char **argv)
{
	const char *command = argc > 2 ? argv[1] : "", *name = argv[argc > 2 ? 2 : 0];
	unsigned first = 0;
	int value;
	sem_t *s;

	if (is(command, "unlink", argc, 3)) {
		if (sem_unlink(name) == -1)
			err(1, "%s", name);
		exit(0);
	}
	if (is(command, "create", argc, 4)) {
		first = number(argv[3]);
		if (sem_open(name, O_CREAT | O_EXCL, S_IRUSR | S_IWUSR, first) == SEM_FAILED)
			err(1, "%s", name);
		exit(0);
	}
	if (is(command, "wait", argc, 5) && strcmp(argv[3], "-t") == 0)
		first = number(argv[4]);
	else if (argc != 3)
		errx(2, "usage: psem create|wait|try|post|value|unlink /S ...");
	if (!strstr("wait try post value", command))
		errx(2, "there is no command %s", command);
	s = sem_open(name, 0);
	if (s == SEM_FAILED)
		err(1, "%s", name);
	if (argc == 5) {
		wait_until(s, first);
	} else if (strcmp(command, "value") == 0) {
		if (sem_getvalue(s, &value) == -1)
			err(1, "%s", name);
		dprintf(STDOUT_FILENO, "%d\n", value);
	} else if (strcmp(command, "try") == 0) {
		if (sem_trywait(s) == -1) {
			if (errno == EAGAIN)
				exit(4);
			err(1, "%s", name);
		}
	} else if ((*command == 'w' ? sem_wait(s) : sem_post(s)) == -1) {
		err(1, "%s", name);
	}
	exit(0);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = nothing};
	int status;

	sigaction(SIGUSR1, &action, NULL);
	if (fork() == 0)
		work(argc, argv);
	while (wait(&status) == -1)
		if (errno != EINTR)
			err(1, "wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
