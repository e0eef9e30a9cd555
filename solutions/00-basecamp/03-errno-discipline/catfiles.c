/*
 * catfiles: copies files to standard output.
 *
 * Usage: catfiles FILE...
 *
 * A FILE that cannot be copied is reported, and the others are copied all the same. Exit status 0;
 * 1 if something could not be copied; 2 after a wrong use.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 4096

/* Says why FILE could not be copied. */
static void report(const char *file)
{
	/* strerror(3) has the words for an error number. */
	fprintf(stderr, "catfiles: %s: %s\n", file, strerror(errno));
}

/* Writes LEN bytes to standard output; without it there is nothing left to do. */
static void put(const char *bytes, size_t len)
{
	while (len > 0) {
		/*
		 * write(2) returns how many bytes it has accepted, which may be fewer: the disk or
		 * a pipe is nearly full, a handler ran after the first bytes. What is left is
		 * offered again. It returns -1 with EINTR if a handler ran before any byte was
		 * accepted: then all of it is offered again.
		 */
		ssize_t n = write(STDOUT_FILENO, bytes, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			report("standard output");
			exit(1);
		}
		bytes += n;
		len -= (size_t)n;
	}
}

/* Copies what can be read from FD. Returns 0, or -1 with errno set. */
static int copy(int fd)
{
	char block[BLOCK];

	for (;;) {
		/*
		 * read(2) returns how many bytes it has got, at least one, 0 at the end of the
		 * file, or -1. EINTR is no failure: a signal handler ran, nothing was read, and the
		 * same call may be made again.
		 */
		ssize_t n = read(fd, block, sizeof(block));

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		put(block, (size_t)n);
	}
}

/* Copies FILE. Returns 0, or -1 after it has said why. */
static int copy_file(const char *file)
{
	/*
	 * open(2) returns a descriptor, or -1. Only this tells whether it failed; errno has a
	 * meaning if it did. If not, there is in errno what an earlier call has left there.
	 */
	int fd = open(file, O_RDONLY);

	if (fd == -1) {
		report(file);
		return -1;
	}
	if (copy(fd) == -1) {
		/* First report, then close: a close that failed would set another errno. */
		report(file);
		close(fd);
		return -1;
	}
	/* close(2) can fail, too; but nothing of a file that was only read can be lost by that. */
	close(fd);
	return 0;
}

int main(int argc, char *argv[])
{
	int status = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: catfiles FILE...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		if (copy_file(argv[i]) == -1)
			status = 1;
	return status;
}
