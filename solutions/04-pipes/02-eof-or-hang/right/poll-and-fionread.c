/*
 * Unusual: the reader waits in poll(2), asks FIONREAD how many bytes lie in the pipe, and reads
 * just these from a non-blocking descriptor; POLLHUP without POLLIN is its end of file. The write
 * end is moved to another number and marked with fcntl before it is closed, for no reason but that
 * one may.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long long count(int from)
{
	struct pollfd watch = {.fd = from, .events = POLLIN};
	long long total = 0;
	static char block[70000];

	fcntl(from, F_SETFL, O_NONBLOCK);
	for (;;) {
		int ready = 0;

		if (poll(&watch, 1, -1) == -1)
			return -1;
		if ((watch.revents & POLLIN) == 0)
			return total; /* POLLHUP alone: nobody can write, nothing is left */
		if (ioctl(from, FIONREAD, &ready) == -1)
			return -1;
		if (ready > (int)sizeof(block))
			ready = (int)sizeof(block);

		ssize_t n = read(from, block, (size_t)ready);

		if (n == -1 && errno != EAGAIN)
			return -1;
		if (n > 0)
			total += n;
	}
}

int main(void)
{
	static char block[65536];
	int fd[2], out;
	pid_t writer;
	ssize_t n;

	if (pipe(fd) == -1 || (out = dup(fd[1])) == -1)
		return 1;
	close(fd[1]);
	fcntl(out, F_SETFD, FD_CLOEXEC);
	writer = fork();
	if (writer == -1)
		return 1;
	if (writer == 0) {
		close(fd[0]);
		while ((n = read(STDIN_FILENO, block, sizeof(block))) > 0)
			for (ssize_t put = 0, more; put < n; put += more)
				if ((more = write(out, block + put, (size_t)(n - put))) == -1)
					_exit(1);
		_exit(0);
	}
	close(out);

	long long total = count(fd[0]);

	waitpid(writer, NULL, 0);
	if (total >= 0)
		dprintf(STDOUT_FILENO, "%lld\n", total);
	return total < 0;
}
