/*
 * The child does its work, but never leaves the loop: it forks children of its own in the turns
 * that are left, and so do they. 2^N - 1 forks instead of N.
 *
 * check: forks_exactly_n_times
 * message: There were %d forks for N = %d: each child that goes on with your loop
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
	int status = 0;

	if (n == -1) {
		fprintf(stderr, "usage: fan N\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == -1) {
			perror("fan: fork");
			status = 1;
			break;
		}
		if (pid == 0) {
			sleep(1);
			printf("%d\n", i);
			fflush(stdout);
			status = i;
			/* No exit here: the child goes on with the next turn of the loop. */
		}
	}
	while (wait(NULL) > 0)
		;
	if (status == 0)
		puts("done");
	return status;
}
