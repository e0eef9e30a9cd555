/*
 * Unusual: the self-pipe. The handler writes a byte into a pipe whose other end main waits for with
 * poll(2). A byte that is written before poll is called stays in the pipe, so no signal is blocked.
 */
#define _GNU_SOURCE /* for pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int ends[2];

static void on_signal(int sig)
{
	int kept = errno;
	char byte = (char)sig;

	/* A full pipe says all that there is to say; ends[1] does not block. */
	if (write(ends[1], &byte, 1) == -1)
		errno = kept;
	errno = kept;
}

/* Waits until something is in the pipe, and takes all of it. */
static int wait_for_byte(void)
{
	struct pollfd in = {.fd = ends[0], .events = POLLIN};
	char bytes[64];

	while (poll(&in, 1, -1) == -1)
		if (errno != EINTR)
			return -1;
	while (read(ends[0], bytes, sizeof(bytes)) > 0)
		;
	return errno == EAGAIN ? 0 : -1;
}

int main(int argc, char *argv[])
{
	if (argc != 2 || pipe2(ends, O_NONBLOCK | O_CLOEXEC) == -1)
		return 2;
	signal(SIGUSR1, on_signal);
	puts("ready");
	fflush(stdout);
	for (int i = 1; i <= atoi(argv[1]); i++) {
		if (wait_for_byte() == -1) {
			perror("waiter");
			return 1;
		}
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
