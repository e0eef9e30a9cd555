/*
 * Unusual: a child process copies each file, and tells by its exit status what became of it. No
 * descriptor has to be closed, for none outlives its child.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COPIED, FILE_FAILED, OUTPUT_FAILED };

static _Noreturn void fail(const char *what, int status)
{
	dprintf(STDERR_FILENO, "catfiles: %s: %s\n", what, strerror(errno));
	_exit(status);
}

static _Noreturn void copy(const char *file)
{
	char part[10];
	ssize_t n;
	int fd = open(file, O_RDONLY);

	if (fd < 0)
		fail(file, FILE_FAILED);
	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail(file, FILE_FAILED);
		for (ssize_t at = 0, done; at < n; at += done) {
			done = write(STDOUT_FILENO, part + at, (size_t)(n - at));
			if (done < 0 && errno != EINTR)
				fail("standard output", OUTPUT_FAILED);
			if (done < 0)
				done = 0;
		}
	}
	_exit(COPIED);
}

int main(int argc, char *argv[])
{
	int result = 0;

	if (argc < 2) {
		fputs("catfiles: no files\n", stderr);
		exit(2);
	}
	while (*++argv) {
		int status = 0;
		pid_t child = fork();

		if (child == -1) {
			perror("catfiles: fork");
			exit(1);
		}
		if (child == 0)
			copy(*argv);
		while (waitpid(child, &status, 0) == -1 && errno == EINTR)
			;
		if (status != 0)
			result = 1;
		if (WIFEXITED(status) && WEXITSTATUS(status) == OUTPUT_FAILED)
			break;
	}
	return result;
}
