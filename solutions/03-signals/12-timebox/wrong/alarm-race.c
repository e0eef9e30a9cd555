/*
 * The handler of SIGALRM sends the signals while the program waits in waitpid. When both are due at
 * once, waitpid may have freed the PID before the handler runs.
 *
 * check: no_signal_to_a_stranger
 * message: came after wait had freed that PID
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

static volatile pid_t child;
static volatile sig_atomic_t late;

static void die(const char *call)
{
	fprintf(stderr, "timebox: %s: %s\n", call, strerror(errno));
	exit(126);
}

static void on_alarm(int sig)
{
	(void)sig;
	kill(child, late ? SIGKILL : SIGTERM);
	late = 1;
	alarm(GRACE);
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
	int status;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	action.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &action, NULL);
	child = start(argv + 2);
	alarm((unsigned)secs);
	if (waitpid(child, &status, 0) == -1)
		die("waitpid");
	alarm(0);
	if (late)
		return TIMED_OUT;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
