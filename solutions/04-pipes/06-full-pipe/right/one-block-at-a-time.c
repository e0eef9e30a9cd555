/*
 * Sends a block, and takes the answer to just that block before it sends the next. That is right
 * for this filter, which answers each block whole and keeps nothing to itself, and because a block
 * is no more than a pipe holds; a filter that gathers its answers would stand still.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK 4096

static void die(const char *call)
{
	/* perror(3) prints what errno says about the call that failed just now. */
	perror(call);
	exit(1);
}

/* Writes all LEN bytes: write(2) may take fewer than it is offered, and returns how many. */
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

/* The filter. It answers block by block, and keeps nothing to itself. */
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

/* Copies LEN bytes. */
static void copy_just(size_t len, int from, int to)
{
	char block[BLOCK];

	while (len > 0) {
		ssize_t n = read(from, block, len < sizeof(block) ? len : sizeof(block));

		if (n <= 0)
			die("shout: read");
		write_all(to, block, (size_t)n);
		len -= (size_t)n;
	}
}

int main(void)
{
	int question[2], answer[2]; /* [0] is to read, [1] to write */
	char block[BLOCK];
	ssize_t n;
	pid_t child;

	if (pipe(question) == -1 || pipe(answer) == -1)
		die("shout: pipe");

	child = fork();
	if (child == -1)
		die("shout: fork");
	if (child == 0) {
		/* Each process closes the ends that it does not use. */
		close(question[1]);
		close(answer[0]);
		upper(question[0], answer[1]);
		_exit(0);
	}
	close(question[0]);
	close(answer[1]);

	while ((n = read(STDIN_FILENO, block, sizeof(block))) > 0) {
		write_all(question[1], block, (size_t)n);
		copy_just((size_t)n, answer[0], STDOUT_FILENO);
	}
	if (n == -1)
		die("shout: read");
	close(question[1]);

	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
