/*
 * Unusual: sigtimedwait(2) with a time-out of an hour, after which it just waits again; and the
 * lines are written with write(2), by a function that makes the digits itself.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int say(unsigned number)
{
	char line[16];
	size_t at = sizeof(line);

	line[--at] = '\n';
	do
		line[--at] = (char)('0' + number % 10);
	while (number /= 10);
	return write(STDOUT_FILENO, line + at, sizeof(line) - at) == -1;
}

int main(int argc, char **argv)
{
	const struct timespec hour = {.tv_sec = 3600};
	sigset_t usr1;

	if (argc < 2)
		return 2;
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_SETMASK, &usr1, NULL);
	if (write(STDOUT_FILENO, "ready\n", 6) == -1)
		return 1;
	for (unsigned i = 1; i <= (unsigned)atoi(argv[1]); i++) {
		while (sigtimedwait(&usr1, NULL, &hour) == -1)
			if (errno != EAGAIN && errno != EINTR)
				return 1;
		if (say(i) != 0)
			return 1;
	}
	return 0;
}
