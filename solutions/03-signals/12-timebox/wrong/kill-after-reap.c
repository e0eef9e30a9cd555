/*
 * A handler for SIGCHLD waits for the child. SIGTERM, two seconds, SIGKILL: the last one is sent to
 * a child that is long gone, whose PID is anybody's.
 *
 * check: no_signal_to_a_stranger
 * message: came after wait had freed that PID
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMED_OUT 124
#define GRACE     2

static volatile sig_atomic_t ended;
static volatile int status;

static void die(const char *call)
{
	fprintf(stderr, "timebox: %s: %s\n", call, strerror(errno));
	exit(126);
}

static void on_child(int sig)
{
	int s;

	(void)sig;
	if (waitpid(-1, &s, WNOHANG) > 0) {
		status = s;
		ended = 1;
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
	struct sigaction action = {.sa_handler = on_child};
	sigset_t set, old;
	struct timespec time = {.tv_sec = secs};
	pid_t child;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	sigaction(SIGCHLD, &action, NULL);
	child = start(argv + 2, &old);
	ppoll(NULL, 0, &time, &old);
	if (!ended) {
		kill(child, SIGTERM);
		time.tv_sec = GRACE;
		ppoll(NULL, 0, &time, &old);
		kill(child, SIGKILL);
		while (!ended)
			sigsuspend(&old);
		return TIMED_OUT;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
