/*
 * Child i sleeps i + 1 seconds, so that the numbers come in order.
 *
 * check: children_run_at_the_same_time
 * message: but some of them wait longer than a second
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 50

/* The number that TEXT says, or -1 if it is not a whole number from 0 to MOST. */
static int number_from(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < 0 || value > MOST)
		return -1;
	return (int)value;
}

/* All that child I does. It never returns, so that the child cannot fall into the parent's code. */
static _Noreturn void child(int i)
{
	sleep((unsigned int)i + 1);
	printf("%d\n", i);

	exit(i);
}

int main(int argc, char *argv[])
{
	int n = argc == 2 ? number_from(argv[1]) : -1;
	int created = 0;
	int failed = 0;

	if (n == -1) {
		fprintf(stderr, "usage: fan N    (N from 0 to %d)\n", MOST);
		return 2;
	}

	for (; created < n && !failed; created++) {
		pid_t pid = fork();

		if (pid == -1) {
			fprintf(stderr, "fan: fork: %s\n", strerror(errno));
			failed = 1;
			break;
		}
		if (pid == 0)
			child(created);
	}

	for (int i = 0; i < created; i++) {
		if (wait(NULL) == -1) {
			perror("fan: wait");
			return 1;
		}
	}

	if (failed)
		return 1;
	puts("done");
	return 0;
}
