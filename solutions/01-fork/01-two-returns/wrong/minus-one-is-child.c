/*
 * Knows two cases, "more than 0" and "the others": a fork that failed is one of the others, and the
 * process that has no child takes itself for one.
 *
 * check: failed_fork_is_reported
 * message: We made fork fail (EAGAIN), and your program printed the child's line without any child
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

	if (child > 0) {
		printf("parent: child is %ld\n", (long)child);
	} else {
		printf("child: I am %ld, parent %ld\n", (long)getpid(), (long)getppid());
		return 0;
	}
	if (waitpid(child, NULL, 0) == -1) {
		perror("twins: waitpid");
		return 1;
	}
	return 0;
}
