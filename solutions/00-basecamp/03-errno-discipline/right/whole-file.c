/*
 * Unusual: a file is read to its end before the first byte of it is written, into memory that grows
 * with it, at the places that pread(2) is told. The error number is kept in a variable of our own
 * from the moment in which it is known.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bytes {
	char *at;
	size_t len, room;
};

static int read_all(const char *file, struct bytes *b)
{
	int fd = open(file, O_RDONLY), error = fd < 0 ? errno : 0;
	ssize_t n = 1;

	b->len = 0;
	while (!error && n != 0) {
		if (b->len == b->room)
			b->at = realloc(b->at, b->room = b->room * 2 + 64);
		if (!b->at)
			abort();
		n = pread(fd, b->at + b->len, b->room - b->len, (off_t)b->len);
		if (n > 0)
			b->len += (size_t)n;
		else if (n < 0 && errno != EINTR)
			error = errno;
	}
	if (fd >= 0)
		close(fd);
	return error;
}

static int write_all(const struct bytes *b)
{
	for (size_t done = 0; done < b->len;) {
		ssize_t n = write(STDOUT_FILENO, b->at + done, b->len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return errno;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	struct bytes b = {0};
	int status = argc < 2 ? 2 : 0;

	if (status)
		fprintf(stderr, "usage: %s FILE...\n", argv[0]);
	for (int i = 1; i < argc; i++) {
		int error = read_all(argv[i], &b);
		int failed = write_all(&b);

		if (failed) {
			fprintf(stderr, "catfiles: standard output: %s\n", strerror(failed));
			exit(1);
		}
		if (error) {
			fprintf(stderr, "catfiles: %s: %s\n", argv[i], strerror(error));
			status = 1;
		}
	}
	free(b.at);
	return status;
}
