/*
 * One socketpair instead of two pipes: each end is read and written. A thread sends, the first
 * thread takes the answer, and shutdown(2) ends one direction alone.
 */
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
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

static void *send_all(void *argument)
{
	int fd = *(int *)argument;

	copy(STDIN_FILENO, fd);
	if (shutdown(fd, SHUT_WR) == -1)
		die("shout: shutdown");
	return NULL;
}

int main(void)
{
	int ends[2];
	pthread_t sender;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1)
		die("shout: socketpair");

	child = fork();
	if (child == -1)
		die("shout: fork");
	if (child == 0) {
		close(ends[0]);
		upper(ends[1], ends[1]);
		_exit(0);
	}
	close(ends[1]);

	errno = pthread_create(&sender, NULL, send_all, &ends[0]);
	if (errno != 0)
		die("shout: pthread_create");
	copy(ends[0], STDOUT_FILENO);
	pthread_join(sender, NULL);

	if (waitpid(child, NULL, 0) == -1)
		die("shout: waitpid");
	return 0;
}
