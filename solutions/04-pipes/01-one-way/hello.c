/*
 * hello: a message from a parent to its child.
 *
 * Usage: hello MSG
 *
 * The parent sends MSG through a pipe, the child prints "Proc PID read: MSG".
 */
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
static void send_message(int to, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(to, bytes, len);

		if (n == -1)
			die("hello: write");
		bytes += n;
		len -= (size_t)n;
	}
}

/*
 * Prints what comes out of the pipe, until end of file. Each read(2) gives what there is just now,
 * which may be a part of the message, and says how many bytes that is. There is no '\0' behind
 * them, so they are printed by number: fwrite(3) looks at no byte's value.
 */
static void print_message(int from)
{
	char block[BLOCK];
	ssize_t n;

	/* getpid(2) gives the caller's own process id; fork's 0 is not one. */
	printf("Proc %ld read: ", (long)getpid());
	while ((n = read(from, block, sizeof(block))) > 0)
		fwrite(block, 1, (size_t)n, stdout);
	if (n == -1)
		die("hello: read");
	putchar('\n');
}

int main(int argc, char *argv[])
{
	int fd[2];
	pid_t child;

	if (argc != 2) {
		fprintf(stderr, "usage: %s MSG\n", argv[0]);
		return 2;
	}

	/*
	 * pipe(2) comes first: a child has the descriptors that were open when fork(2) was called.
	 * A pipe that is made after the fork is known to one of the two processes only.
	 */
	if (pipe(fd) == -1)
		die("hello: pipe");
	child = fork();
	if (child == -1)
		die("hello: fork");

	if (child == 0) {
		/*
		 * The reader closes the write end. If it did not, then there would always be a
		 * process that could still write, itself, and read(2) would never return 0.
		 */
		close(fd[1]);
		print_message(fd[0]);
		/* exit(3) writes out what stdio still holds, then ends the process. */
		exit(0);
	}

	/* The parent only writes. Its close(2) of fd[1] is what ends the message. */
	close(fd[0]);
	send_message(fd[1], argv[1], strlen(argv[1]));
	close(fd[1]);

	/* waitpid(2) waits until the child has ended and removes it from the process table. */
	if (waitpid(child, NULL, 0) == -1)
		die("hello: waitpid");
	return 0;
}
