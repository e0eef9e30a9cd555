/*
 * One pipe must do for both ways: the child answers into the pipe from which it reads. The parent
 * reads back what it has sent.
 *
 * check: a_few_lines_come_back
 * message: from the pipe into which it had written
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

/* Copies FROM to TO until end of file: read(2) returns 0 when nobody can write any more. */
static void copy(int from, int to)
{
	char block[BLOCK];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0)
		write_all(to, block, (size_t)n);
	if (n == -1)
		die("shout: read");
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

int main(void)
{
	int fd[2]; /* [0] is to read, [1] to write */
	pid_t child;

	if (pipe(fd) == -1)
		die("shout: pipe");

	child = fork();
	if (child == -1)
		die("shout: fork");
	if (child == 0) {
		upper(fd[0], fd[1]);
		_exit(0);
	}

	copy(STDIN_FILENO, fd[1]);
	close(fd[1]);
	copy(fd[0], STDOUT_FILENO);

	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
