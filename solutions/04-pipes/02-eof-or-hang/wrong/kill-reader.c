/*
 * Does not let the reader see the end of the data, but ends it: when the writer has nothing left to
 * write it waits a little and kills its parent, before that one could print its count.
 *
 * check: reader_ends_by_itself
 * message: The reader was killed by signal %d before it printed the count
 */
#include <errno.h>
#include <signal.h>
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
			die("count: write");
		bytes += n;
		len -= (size_t)n;
	}
}

/* Copies standard input to the pipe's write end. read(2) gives 0 at the end of the input. */
static void writer(int to)
{
	char block[BLOCK];
	ssize_t n;

	while ((n = read(STDIN_FILENO, block, sizeof(block))) > 0)
		write_all(to, block, (size_t)n);
	if (n == -1)
		die("count: read standard input");
}

/* Counts what can be read from the pipe. read(2) blocks while the pipe is empty. */
static unsigned long long reader(int from)
{
	unsigned long long total = 0;
	char block[BLOCK];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0)
		total += (unsigned long long)n;
	if (n == -1)
		die("count: read pipe");
	return total;
}

int main(void)
{
	int fd[2];
	pid_t child;

	/* pipe(2) makes a pipe and opens both its ends: fd[0] is to read, fd[1] to write. */
	if (pipe(fd) == -1)
		die("count: pipe");

	/* After fork(2) there are two processes, and each has both descriptors. */
	child = fork();
	if (child == -1)
		die("count: fork");
	if (child == 0) {
		writer(fd[1]);
		/* Time enough for the reader to read it all, surely. */
		sleep(1);
		kill(getppid(), SIGTERM);
		/* _exit(2) ends the process; the kernel then closes all its descriptors. */
		_exit(0);
	}

	printf("%llu\n", reader(fd[0]));

	/* waitpid(2) waits until the child has ended and removes it from the process table. */
	if (waitpid(child, NULL, 0) == -1)
		die("count: waitpid");
	return 0;
}
