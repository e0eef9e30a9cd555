/*
 * Unusual: the writer moves the data with splice(2), which needs no buffer in the process (where
 * the kernel cannot splice from this kind of input: read and write), and ends by exit, without
 * closing anything itself. The reader is a stdio stream on the descriptor, read by getc(3).
 */
#define _GNU_SOURCE /* for splice and pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* 0 at the end of the input, -1 with errno. */
static int move_by_splice(int to)
{
	ssize_t n;

	/* splice moves up to so many bytes between a pipe and a descriptor; 0: end of file. */
	while ((n = splice(STDIN_FILENO, NULL, to, NULL, 1 << 16, 0)) > 0)
		;
	return n == 0 ? 0 : -1;
}

static int move_by_copy(int to)
{
	char block[BUFSIZ];
	size_t n;
	FILE *out = fdopen(to, "w");

	if (out == NULL)
		return -1;
	while ((n = fread(block, 1, sizeof(block), stdin)) > 0)
		if (fwrite(block, 1, n, out) != n)
			return -1;
	return fclose(out) == EOF || ferror(stdin) ? -1 : 0;
}

int main(void)
{
	int fd[2];
	size_t count = 0;
	FILE *in;

	if (pipe2(fd, O_CLOEXEC) == -1) {
		perror("count: pipe2");
		return 1;
	}
	switch (fork()) {
	case -1:
		perror("count: fork");
		return 1;
	case 0:
		if (move_by_splice(fd[1]) == -1 && (errno != EINVAL || move_by_copy(fd[1]) == -1)) {
			perror("count: writer");
			exit(1);
		}
		exit(0);
	}
	close(fd[1]);
	in = fdopen(fd[0], "r");
	if (in == NULL) {
		perror("count: fdopen");
		return 1;
	}
	/* getc gives an unsigned char as an int: the byte 0xFF is 255, and EOF is not a byte. */
	while (getc(in) != EOF)
		count++;
	fclose(in);
	while (wait(NULL) == -1 && errno == EINTR)
		;
	printf("%zu\n", count);
	return 0;
}
