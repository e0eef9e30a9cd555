/*
 * A descriptor for the child: poll(2) waits for its end, or for so many milliseconds. A signal that
 * is sent through it can never hit a stranger. No signal is blocked or caught, so CMD inherits
 * nothing.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
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

static bool ends_within(int child, int secs)
{
	struct pollfd end = {.fd = child, .events = POLLIN};
	int ready = poll(&end, 1, secs * 1000);

	if (ready == -1)
		die("poll");
	return ready == 1;
}

int main(int argc, char *argv[])
{
	char *end = "x";
	long secs = argc > 2 ? strtol(argv[1], &end, 10) : 0;
	pid_t child;
	int status, fd;
	bool late;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	child = start(argv + 2);
	fd = (int)syscall(SYS_pidfd_open, child, 0);
	if (fd == -1)
		die("pidfd_open");
	late = !ends_within(fd, (int)secs);
	if (late) {
		syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0);
		if (!ends_within(fd, GRACE))
			syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
	}
	if (waitpid(child, &status, 0) == -1)
		die("waitpid");
	if (late)
		return TIMED_OUT;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
