/*
 * The parent leaves the loop after its first fork and the child goes on with it: each process has
 * one child, a chain instead of a fan.
 *
 * check: all_children_have_one_parent
 * message: was forked by process %d, which is itself a child
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
	int me = -1; /* the number of the child that this process is; -1: the first process */
	int failed = 0;

	if (n == -1) {
		fprintf(stderr, "usage: fan N\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == -1) {
			perror("fan: fork");
			failed = 1;
			break;
		}
		if (pid > 0)
			break; /* the wrong one leaves */
		me = i;
	}
	if (me >= 0) {
		sleep(1);
		printf("%d\n", me);
		fflush(stdout);
	}
	while (wait(NULL) > 0)
		;
	if (me >= 0)
		return me;
	if (failed)
		return 1;
	puts("done");
	return 0;
}
