/*
 * Unusual: SIGINT is blocked, and the wait is sigtimedwait(2) for it. A time-out means: next line;
 * the signal means: end, in an orderly way, with a status of our own.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The whole of a line by write(2); -1 if it cannot be written. */
static int write_line(int n)
{
	char line[64];
	int len = snprintf(line, sizeof(line), "%d: %d\n", (int)getpid(), n);

	for (int done = 0; done < len;) {
		ssize_t put = write(STDOUT_FILENO, line + done, (size_t)(len - done));

		if (put == -1 && errno != EINTR)
			return -1;
		if (put > 0)
			done += (int)put;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	struct timespec wait = {0, 0};
	sigset_t interrupt;

	if (argc == 2 && argv[1][0] != '\0' && strspn(argv[1], "0123456789") == strlen(argv[1]) &&
		strlen(argv[1]) <= 10)
		wait.tv_sec =
			atol(argv[1]); /* only digits, and few: nothing that atol could get wrong */
	if (wait.tv_sec < 1 || wait.tv_sec > INT_MAX) {
		write(STDERR_FILENO, "usage: ticker SECS\n", 19);
		_exit(2);
	}

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, NULL);
	for (int n = 0; write_line(n) == 0; n++) {
		if (sigtimedwait(&interrupt, NULL, &wait) == SIGINT)
			return 130;
	}
	return 1;
}
