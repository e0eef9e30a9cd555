/*
 * catfiles: copies files to standard output.
 *
 * Usage: catfiles FILE...
 *
 * It works as long as everything goes well. README.md has the exact contract.
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
	/* write(2) returns how many bytes it has accepted, or -1. */
	if (write(STDOUT_FILENO, bytes, len) == -1) {
		report("standard output");
		exit(1);
	}
}

/* Copies what can be read from FD. Returns 0, or -1 with errno set. */
static int copy(int fd)
{
	char block[BLOCK];
	ssize_t n;

	/* read(2) returns how many bytes it has got, 0 at the end of the file, or -1. */
	while ((n = read(fd, block, sizeof(block))) > 0)
		put(block, (size_t)n);
	return 0;
}

/* Copies FILE. Returns 0, or -1 after it has said why. */
static int copy_file(const char *file)
{
	/* open(2) returns a descriptor, or -1. */
	int fd = open(file, O_RDONLY);

	if (errno != 0 || copy(fd) == -1) {
		close(fd);
		report(file);
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
