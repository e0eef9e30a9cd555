/*
 * Sleeps for the whole time, and only then looks whether CMD has ended.
 *
 * check: ends_as_soon_as_the_command_does
 * message: seconds after the start, but timebox went on until
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
	pid_t child;
	int status;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	child = start(argv + 2);
	sleep((unsigned)secs);
	if (waitpid(child, &status, WNOHANG) == 0) {
		kill(child, SIGTERM);
		sleep(GRACE);
		if (waitpid(child, &status, WNOHANG) == 0) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
		}
		return TIMED_OUT;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
