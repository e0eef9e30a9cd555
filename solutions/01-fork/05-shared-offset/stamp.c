/*
 * stamp: two processes write records into one file.
 *
 * Usage: stamp FILE N
 *
 * The file is opened once, before the fork: both processes have a descriptor of the same open file
 * description, and so the same offset. A write moves it in the same step in which it writes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORD 14 /* bytes */
#define MOST   1000

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "stamp: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Writes N records of process WHO to FD, which is FILE. Returns 0, or 1 after it has said what
 * failed. */
static int put_records(const char *file, int fd, char who, int n)
{
	char record[32];

	for (int i = 1; i <= n; i++) {
		snprintf(record, sizeof(record), "%c %04d.......\n", who, i);
		/*
		 * write(2) writes at the offset of the description, and moves it on. It returns the
		 * number of bytes: fewer than asked for if there is no room for more, -1 if there
		 * is none at all.
		 */
		errno = ENOSPC;
		if (write(fd, record, RECORD) != RECORD)
			return failed(file);
	}
	return 0;
}

/* -1 if TEXT is not a whole number from 1 to MOST. */
static int number_from(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end != '\0' || value < 1 || value > MOST ? -1 : (int)value;
}

int main(int argc, char *argv[])
{
	int n = argc == 3 ? number_from(argv[2]) : -1;
	int fd, status, result;
	pid_t pid;

	if (n == -1) {
		fprintf(stderr, "usage: stamp FILE N (1 to %d)\n", MOST);
		return 2;
	}
	/*
	 * open(2) makes an open file description, which remembers where in the file the next byte
	 * goes, and returns a descriptor for it. O_CREAT: the file is made if it is not there;
	 * O_TRUNC: it is emptied if it is, here and now.
	 */
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd == -1)
		return failed(argv[1]);
	/* fork(2) copies the memory and the descriptors. What descriptors refer to is shared. */
	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		return put_records(argv[1], fd, 'C', n);
	result = put_records(argv[1], fd, 'P', n);
	/* The child's status says whether it could write all of its records. */
	if (waitpid(pid, &status, 0) == -1)
		return failed("waitpid");
	return status == 0 ? result : 1;
}
