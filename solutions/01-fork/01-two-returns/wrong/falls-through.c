/*
 * The child's branch has no end: the child prints its line, leaves the if, and stands before the
 * parent's line like the parent does. (So it would in a switch without break.)
 *
 * check: each_prints_its_own_line
 * message: printed both lines: after fork the child goes on at the same statement as its parent
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
	pid_t child = fork();

	if (child == -1) {
		perror("twins: fork");
		return 1;
	}
	if (child == 0)
		printf("child: I am %ld, parent %ld\n", (long)getpid(), (long)getppid());

	printf("parent: child is %ld\n", (long)child);
	if (waitpid(child, NULL, 0) == -1) {
		perror("twins: waitpid");
		return 1;
	}
	return 0;
}
