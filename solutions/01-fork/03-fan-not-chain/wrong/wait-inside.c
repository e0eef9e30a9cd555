/*
 * Waits for each child right after creating it, so that the next one is created only when it has
 * ended: N seconds instead of one.
 *
 * check: children_run_at_the_same_time
 * message: For N = %d your program took %d seconds
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* -1 if TEXT is not a whole number from 0 to 50. */
static int number_from(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end != '\0' || value < 0 || value > 50 ? -1 : (int)value;
}

int main(int argc, char *argv[])
{
	int n = argc == 2 ? number_from(argv[1]) : -1;

	if (n == -1) {
		fprintf(stderr, "usage: fan N\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == -1) {
			perror("fan: fork");
			return 1;
		}
		if (pid == 0) {
			sleep(1);
			printf("%d\n", i);
			exit(i);
		}
		/* A fork and a wait in the same turn is a function call, only dearer. */
		waitpid(pid, NULL, 0);
	}
	puts("done");
	return 0;
}
