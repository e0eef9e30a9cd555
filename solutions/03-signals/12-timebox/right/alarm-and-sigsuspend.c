/*
 * alarm(2) for the time, sigsuspend(2) to wait for SIGALRM or SIGCHLD, which are blocked but there.
 * The handlers only set flags. One alarm follows the other.
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

static volatile sig_atomic_t rung;

static void die(const char *call)
{
	fprintf(stderr, "timebox: %s: %s\n", call, strerror(errno));
	exit(126);
}

static void on_signal(int sig)
{
	if (sig == SIGALRM)
		rung = 1;
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
	struct sigaction action = {.sa_handler = on_signal};
	int next = SIGTERM, late = 0, status;
	sigset_t set, old, open;
	pid_t child;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGALRM);
	sigemptyset(&action.sa_mask);
	if (sigprocmask(SIG_BLOCK, &set, &old) == -1 || sigaction(SIGCHLD, &action, NULL) == -1 ||
		sigaction(SIGALRM, &action, NULL) == -1)
		die("signals");
	open = old;
	sigdelset(&open, SIGCHLD);
	sigdelset(&open, SIGALRM);
	child = start(argv + 2, &old);
	alarm((unsigned)secs);
	while (waitpid(child, &status, WNOHANG) == 0) {
		sigsuspend(&open);
		if (!rung)
			continue;
		rung = 0;
		late = 1;
		kill(child, next);
		next = SIGKILL;
		alarm(GRACE);
	}
	if (late)
		return TIMED_OUT;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
