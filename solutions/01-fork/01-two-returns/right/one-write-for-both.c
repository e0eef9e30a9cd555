/*
 * Unusual: the two do not part after the fork. Both make up a line, each by what fork gave it, and
 * both come to the same write(2), and to the same wait, of which the child knows that it is not for
 * it.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	char line[64];
	int len, status = 0;
	pid_t child = fork();

	if (child < 0) {
		perror("twins: fork");
		return 1;
	}
	len = child ? snprintf(line, sizeof(line), "parent: child is %d\n", child)
		    : snprintf(line, sizeof(line), "child: I am %d, parent %d\n", getpid(),
			      getppid());
	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		status = 1;
	/* Without children wait(2) fails at once with ECHILD: in the child, and only there. */
	while (wait(NULL) > 0)
		;
	return status;
}
