/*
 * Prints `child` on both sides, as if fork had told both of them the same. It is the slip of many a
 * pipe example: "Proc %d read", with the 0 that the child got.
 *
 * check: child_tells_its_numbers
 * message: The child's line says "I am 0", which is what fork() returned to it
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
		fprintf(stderr, "twins: fork: %s\n", strerror(errno));
		return 1;
	}
	if (child == 0) {
		printf("child: I am %d, parent %d\n", child, getppid());
		return 0;
	}
	printf("parent: child is %d\n", child);
	if (waitpid(child, NULL, 0) == -1) {
		perror("twins: waitpid");
		return 1;
	}
	return 0;
}
