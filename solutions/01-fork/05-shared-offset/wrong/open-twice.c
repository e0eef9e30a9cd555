/*
 * The file is emptied once, before the fork, and then opened by each process for itself, because
 * "two processes need two descriptors". That makes two offsets, and both begin at 0.
 *
 * check: no_record_is_overwritten
 * message: two open file descriptions, so there are two offsets
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
	int fd = open(file, O_WRONLY);

	if (fd == -1)
		return failed(file);
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
