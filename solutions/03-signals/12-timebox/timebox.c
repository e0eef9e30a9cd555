/*
 * timebox: a command with a deadline.
 *
 * The end of CMD and the passing of time are waited for in one call: sigtimedwait(2) takes SIGCHLD,
 * which is blocked, or gives up at the deadline. There is no handler, so nothing happens between
 * two lines; and CMD is waited for, which frees its PID, only when no signal will be sent any more.
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

	/* CLOCK_MONOTONIC: nobody can set it, so that a span of it is as long as it should be. */
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
	sigset_t set;
	pid_t ended;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (clock_gettime(CLOCK_MONOTONIC, &deadline) == -1)
		die("clock_gettime");
	deadline.tv_sec += secs;
	for (;;) {
		/* SIGCHLD says that something has happened to a child; waitpid(2) says what. */
		ended = waitpid(child, status, WNOHANG);
		if (ended == -1)
			die("waitpid");
		if (ended == child)
			return true;
		left = left_until(&deadline);
		if (sigtimedwait(&set, NULL, &left) == -1 && errno == EAGAIN)
			return false;
	}
}

static pid_t start(char *argv[], const sigset_t *mask)
{
	pid_t child = fork();

	if (child == -1)
		die("fork");
	if (child == 0) {
		/* The mask goes through exec(2): CMD shall not find SIGCHLD blocked. */
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
	/* Before the fork: from then on SIGCHLD can come at any time, and shall stay pending. */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, &old) == -1)
		die("sigprocmask");
	child = start(argv + 2, &old);

	if (ends_within(child, secs, &status))
		return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	/* CHILD has not been waited for: dead or alive, the PID is still its own. */
	kill(child, SIGTERM);
	if (!ends_within(child, GRACE, &status)) {
		kill(child, SIGKILL);
		if (waitpid(child, &status, 0) == -1)
			die("waitpid");
	}
	return TIMED_OUT;
}
