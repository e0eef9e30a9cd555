/*
 * Prints the begin of the line before the fork. It is still in the buffer when the process is
 * copied.
 *
 * check: each_prints_its_own_line
 * message: and fork() copied it with the rest
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child;

	printf("parent: ");
	child = fork();
	if (child == -1) {
		fprintf(stderr, "twins: fork: %s\n", strerror(errno));
		return 1;
	}
	if (child == 0) {
		printf("child: I am %ld, parent %ld\n", (long)getpid(), (long)getppid());

		return 0;
	}
	printf("child is %ld\n", (long)child);

	if (waitpid(child, NULL, 0) == -1) {
		perror("twins: waitpid");
		return 1;
	}
	return 0;
}
