/*
 * Sleeps for a fiftieth of a second, looks, and sleeps again. It misses nothing by much, and never
 * really sleeps.
 *
 * check: ends_as_soon_as_the_command_does
 * message: looked, and slept again: it polls. That burns the CPU
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMED_OUT 124
#define GRACE     2

static void die(const char *call)
{
	fprintf(stderr, "timebox: %s: %s\n", call, strerror(errno));
	exit(126);
}

/* What is left of the time until DEADLINE; zero if it is over. */
static struct timespec left_until(const struct timespec *deadline)
{
	struct timespec now, left;

	if (clock_gettime(CLOCK_MONOTONIC, &now) == -1)
		die("clock_gettime");
	left.tv_sec = deadline->tv_sec - now.tv_sec;
	left.tv_nsec = deadline->tv_nsec - now.tv_nsec;
	if (left.tv_nsec < 0) {
		left.tv_sec--;
		left.tv_nsec += 1000000000L;
	}
	if (left.tv_sec < 0)
		left = (struct timespec){0};
	return left;
}

/* Waits for the end of CHILD; true if it came within SECS seconds. */
static bool ends_within(pid_t child, long secs, int *status)
{
	struct timespec deadline, left;
	pid_t ended;

	if (clock_gettime(CLOCK_MONOTONIC, &deadline) == -1)
		die("clock_gettime");
	deadline.tv_sec += secs;
	for (;;) {
		ended = waitpid(child, status, WNOHANG);
		if (ended == -1)
			die("waitpid");
		if (ended == child)
			return true;
		left = left_until(&deadline);
		if (left.tv_sec == 0 && left.tv_nsec == 0)
			return false;
		usleep(20000);
	}
}

static pid_t start(char *argv[], const sigset_t *mask)
{
	pid_t child = fork();

	if (child == -1)
		die("fork");
	if (child == 0) {
		sigprocmask(SIG_SETMASK, mask, NULL);
		execvp(argv[0], argv);
		int error = errno;

		fprintf(stderr, "timebox: %s: %s\n", argv[0], strerror(error));
		_exit(error == ENOENT ? 127 : 126);
	}
	return child;
}

int main(int argc, char *argv[])
{
	char *end = "x";
	long secs = argc > 2 ? strtol(argv[1], &end, 10) : 0;
	sigset_t set, old;
	pid_t child;
	int status;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, &old) == -1)
		die("sigprocmask");
	child = start(argv + 2, &old);

	if (ends_within(child, secs, &status))
		return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	kill(child, SIGTERM);
	if (!ends_within(child, GRACE, &status)) {
		kill(child, SIGKILL);
		if (waitpid(child, &status, 0) == -1)
			die("waitpid");
	}
	return TIMED_OUT;
}
