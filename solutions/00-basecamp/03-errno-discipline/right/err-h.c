/*
 * Unusual: warn(3) and err(3) put the program's name before the message and the reason for errno
 * behind it. What a write has not accepted is written by the same function, calling itself, and
 * glibc's TEMP_FAILURE_RETRY repeats an expression as long as it gives -1 with EINTR.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

static void put(char *bytes, size_t len)
{
	struct iovec part = {.iov_base = bytes, .iov_len = len};
	ssize_t n = TEMP_FAILURE_RETRY(writev(STDOUT_FILENO, &part, 1));

	if (n == -1)
		err(1, "standard output");
	if ((size_t)n < len)
		put(bytes + n, len - (size_t)n);
}

int main(int argc, char *argv[])
{
	char block[16];
	ssize_t n = 0;
	int failures = 0;

	if (argc == 1)
		errx(2, "usage: catfiles FILE...");
	for (char **file = argv + 1; *file; file++) {
		int fd = open(*file, O_RDONLY | O_CLOEXEC);

		while (fd != -1 && (n = TEMP_FAILURE_RETRY(read(fd, block, sizeof(block)))) > 0)
			put(block, (size_t)n);
		if (fd == -1 || n == -1) {
			warn("%s", *file);
			failures++;
		}
		if (fd != -1)
			close(fd);
	}
	return failures > 0;
}
