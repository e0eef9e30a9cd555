/*
 * Asks poll(2) whether there is room, and then writes all that is left. POLLOUT promises room for
 * some bytes; a write that blocks returns only when all of them are in the pipe.
 *
 * check: more_than_two_pipes_hold
 * message: Both pipes are full: shout %d waits on pipe
 */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK 4096

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

/* All of the input, of which USED of LEN bytes have been sent. */
struct input {
	char *bytes;
	size_t used, len;
};

static void read_all(struct input *in)
{
	ssize_t n;

	do {
		in->bytes = realloc(in->bytes, in->len + BLOCK);
		if (!in->bytes)
			die("shout: realloc");
		n = read(STDIN_FILENO, in->bytes + in->len, BLOCK);
		if (n == -1)
			die("shout: read");
		in->len += (size_t)n;
	} while (n > 0);
}

/* Sends as much as there is room for; false: that was all. */
static bool send_some(int to, struct input *in)
{
	ssize_t n;

	if (in->used == in->len)
		return false;
	n = write(to, in->bytes + in->used, in->len - in->used);
	if (n == -1)
		die("shout: write");
	in->used += (size_t)n;
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
	struct input in = {0};
	/* poll(2) passes over descriptors below 0. */
	struct pollfd ends[2] = {{.fd = to, .events = POLLOUT}, {.fd = from, .events = POLLIN}};

	read_all(&in);
	while (ends[1].fd != -1) {
		if (poll(ends, 2, -1) == -1)
			die("shout: poll");
		if (ends[1].revents != 0 && !take_some(from))
			ends[1].fd = -1;
		if (ends[0].revents != 0 && !send_some(to, &in)) {
			close(to);
			ends[0].fd = -1;
		}
	}
	free(in.bytes);
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
