/*
 * shout: standard input in capital letters, however long it is.
 *
 * The parent never waits for one of the two pipes alone. poll(2) tells when the filter's answer can
 * be read, or when there is room for more input; meanwhile the parent sleeps. Input is read only
 * when the last block has been sent, so that memory does not grow with it.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK 16384

static void die(const char *call)
{
	perror(call);
	exit(1);
}

static void write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n == -1)
			die("shout: write");
		bytes += n;
		len -= (size_t)n;
	}
}

static void upper(int from, int to)
{
	char block[BLOCK];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			block[i] = (char)toupper((unsigned char)block[i]);
		write_all(to, block, (size_t)n);
	}
	if (n == -1)
		die("upper: read");
}

/* A block of the input, of which USED of LEN bytes have been sent. */
struct block {
	char bytes[BLOCK];
	size_t used, len;
};

/* Sends as much as there is room for; false: the input has ended. TO is non-blocking. */
static bool send_some(int to, struct block *b)
{
	ssize_t n;

	if (b->used == b->len) {
		n = read(STDIN_FILENO, b->bytes, sizeof(b->bytes));
		if (n == -1)
			die("shout: read");
		if (n == 0)
			return false;
		b->used = 0;
		b->len = (size_t)n;
	}
	/* EAGAIN is "not now": poll(2) will tell when. */
	n = write(to, b->bytes + b->used, b->len - b->used);
	if (n == -1 && errno != EAGAIN)
		die("shout: write");
	if (n > 0)
		b->used += (size_t)n;
	return true;
}

/* Copies some of the answer; false: it has ended. */
static bool take_some(int from)
{
	char bytes[BLOCK];
	ssize_t n = read(from, bytes, sizeof(bytes));

	if (n == -1)
		die("shout: read");
	write_all(STDOUT_FILENO, bytes, (size_t)n);
	return n > 0;
}

static void talk(int to, int from)
{
	static struct block b;
	/* poll(2) passes over descriptors below 0. */
	struct pollfd ends[2] = {{.fd = to, .events = POLLOUT}, {.fd = from, .events = POLLIN}};

	if (fcntl(to, F_SETFL, O_WRONLY | O_NONBLOCK) == -1)
		die("shout: fcntl");
	while (ends[1].fd != -1) {
		if (poll(ends, 2, -1) == -1)
			die("shout: poll");
		if (ends[1].revents != 0 && !take_some(from))
			ends[1].fd = -1;
		if (ends[0].revents != 0 && !send_some(to, &b)) {
			/* The filter sees the end of the input when nobody can write any more. */
			close(to);
			ends[0].fd = -1;
		}
	}
}

int main(void)
{
	int question[2], answer[2];
	pid_t child;

	if (pipe(question) == -1 || pipe(answer) == -1)
		die("shout: pipe");
	child = fork();
	if (child == -1)
		die("shout: fork");
	if (child == 0) {
		close(question[1]);
		close(answer[0]);
		upper(question[0], answer[1]);
		_exit(0);
	}
	close(question[0]);
	close(answer[1]);
	talk(question[1], answer[0]);
	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
