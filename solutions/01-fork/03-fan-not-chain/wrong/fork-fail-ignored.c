/*
 * Does not look whether fork failed: the parent goes on, waits for the children that there are,
 * prints "done" and ends with status 0, as if all of them had run.
 *
 * check: failed_fork_is_reported
 * message: Fork number %d failed (EAGAIN), and you reported success with %d of %d children
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
		/* -1 is not 0, so a failure looks like the parent's side of a success. */
		if (fork() == 0) {
			sleep(1);
			printf("%d\n", i);
			exit(i);
		}
	}
	while (wait(NULL) > 0)
		;
	puts("done");
	return 0;
}
