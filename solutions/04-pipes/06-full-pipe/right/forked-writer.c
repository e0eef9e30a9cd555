/*
 * A second child does nothing but send; the parent reads the answer from the start. The parent
 * closes its end to write at once: from then on the end of the writer is the end of what is sent.
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
	int question[2], answer[2]; /* [0] is to read, [1] to write */
	pid_t child, writer;

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

	writer = fork();
	if (writer == -1)
		die("shout: fork");
	if (writer == 0) {
		close(answer[0]);
		copy(STDIN_FILENO, question[1]);
		_exit(0);
	}
	close(question[1]);
	copy(answer[0], STDOUT_FILENO);
	if (waitpid(writer, NULL, 0) == -1)
		die("shout: waitpid");

	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
