/*
 * Marks the end of the data in the data: the writer sends "END", and the reader stops when the last
 * three bytes that it has seen are these. Input that contains END is cut there.
 *
 * check: data_may_contain_anything
 * message: You counted %d of %d bytes, and the data holds "END" at byte %d
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Counts what comes before the word END. */
static unsigned long long reader(int from)
{
	unsigned long long total = 0;
	char last[4] = "";
	char c;

	while (strcmp(last, "END") != 0 && read(from, &c, 1) == 1) {
		memmove(last, last + 1, 2);
		last[2] = c;
		total++;
	}
	return total - 3;
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
		close(fd[0]);
		writer(fd[1]);
		write_all(fd[1], "END", 3);
		/* _exit(2) ends the process; the kernel then closes all its descriptors. */
		_exit(0);
	}

	printf("%llu\n", reader(fd[0]));

	/* Nobody reads what follows a cut; with no read end left the writer cannot block on it. */
	close(fd[0]);
	/* waitpid(2) waits until the child has ended and removes it from the process table. */
	if (waitpid(child, NULL, 0) == -1)
		die("count: waitpid");
	return 0;
}
