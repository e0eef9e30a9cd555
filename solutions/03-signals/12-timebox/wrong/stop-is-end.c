/*
 * Takes SIGCHLD for the end of CMD and waits for it then, without a deadline. SIGCHLD comes when
 * CMD is stopped as well.
 *
 * check: stopped_command_has_not_ended
 * message: and timebox waits for its end without looking at the time any more
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
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
	struct timespec time = {.tv_sec = secs}, grace = {.tv_sec = GRACE};
	sigset_t set, old;
	pid_t child;
	int status;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	child = start(argv + 2, &old);
	if (sigtimedwait(&set, NULL, &time) == -1) {
		kill(child, SIGTERM);
		if (sigtimedwait(&set, NULL, &grace) == -1)
			kill(child, SIGKILL);
		waitpid(child, &status, 0);
		return TIMED_OUT;
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
