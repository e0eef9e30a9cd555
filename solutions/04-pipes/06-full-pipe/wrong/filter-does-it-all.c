/*
 * The child reads standard input and writes standard output itself, and the parent only waits for
 * it. The pipes are gone, and with them the exercise.
 *
 * check: a_filter_of_its_own
 * message: read the standard input itself
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

int main(void)
{
	pid_t child;

	child = fork();
	if (child == -1)
		die("shout: fork");
	if (child == 0) {
		upper(STDIN_FILENO, STDOUT_FILENO);
		_exit(0);
	}

	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
