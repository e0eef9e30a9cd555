/*
 * The file is opened for appending, by stdio, which collects records and writes them when its
 * buffer is full: 4096 bytes at a time, which is 292 records and a half.
 *
 * check: records_stay_whole
 * message: stdio writes when its buffer is full
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 1000

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "stamp: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Writes N records of process WHO into FILE. Returns 0, or 1 after it has said what failed. */
static int put_records(const char *file, char who, int n)
{
	FILE *f = fopen(file, "a");

	if (!f)
		return failed(file);
	for (int i = 1; i <= n; i++)
		fprintf(f, "%c %04d.......\n", who, i);
	return fclose(f) == 0 ? 0 : failed(file);
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
