/*
 * Right, without any offset: each record has a place of its own in the file, even ones for the
 * parent's, odd ones for the child's, and pwrite(2) writes there.
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

/* Writes N records of process WHO into FILE. Returns 0, or 1 after it has said what failed. */
static int put_records(const char *file, char who, int n)
{
	char record[32];
	int fd = open(file, O_WRONLY | O_CREAT, 0644);

	if (fd == -1)
		return failed(file);
	for (int i = 1; i <= n; i++) {
		off_t place = (2L * (i - 1) + (who == 'C')) * RECORD;

		snprintf(record, sizeof(record), "%c %04d.......\n", who, i);
		errno = ENOSPC;
		if (pwrite(fd, record, RECORD, place) != RECORD)
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
	/* Emptied once, while there is one process. */
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd == -1)
		return failed(argv[1]);
	close(fd);
	/* fork(2) copies the memory and the descriptors. What descriptors refer to is shared. */
	pid = fork();
	if (pid == -1)
		return failed("fork");
	if (pid == 0)
		return put_records(argv[1], 'C', n);
	result = put_records(argv[1], 'P', n);
	/* The child's status says whether it could write all of its records. */
	if (waitpid(pid, &status, 0) == -1)
		return failed("waitpid");
	return status == 0 ? result : 1;
}
