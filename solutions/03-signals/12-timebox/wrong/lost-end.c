/*
 * Lets SIGCHLD wake it from sleep(3). It does, unless it comes before sleep has been called: then
 * nothing ends the sleep before its time.
 *
 * check: quick_command_is_not_missed
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

static void on_child(int sig)
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
	struct sigaction action = {.sa_handler = on_child};
	pid_t child;
	int status;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	sigaction(SIGCHLD, &action, NULL);
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
