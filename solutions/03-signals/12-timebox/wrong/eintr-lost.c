/*
 * Waits in waitpid, from which an alarm wakes it, and takes its return for the end of CMD.
 *
 * check: time_is_up_and_SIGTERM_comes
 * message: waitpid() returned -1 with EINTR, and timebox ended
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMED_OUT 124
#define GRACE     2

static void die(const char *call)
{
	fprintf(stderr, "timebox: %s: %s\n", call, strerror(errno));
	exit(126);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static pid_t start(char *argv[])
{
	pid_t child = fork();

	if (child == -1)
		die("fork");
	if (child == 0) {
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
	struct sigaction action = {.sa_handler = on_alarm};
	int status = 0;
	pid_t child;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	sigaction(SIGALRM, &action, NULL);
	child = start(argv + 2);
	alarm((unsigned)secs);
	waitpid(child, &status, 0);
	alarm(0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
