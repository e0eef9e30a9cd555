/* A global variable, before a fork and on both sides of it. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int number = 5;

int main(void)
{
	pid_t pid;

	number++;
	printf("start %d\n", number);
	fflush(stdout); /* leaves nothing in the buffer for fork to copy */

	pid = fork();
	if (pid == -1) {
		perror("fork");
		return 1;
	}
	if (pid == 0) {
		number += 10;
		printf("child %d at %p\n", number, (void *)&number);
		return 0;
	}

	wait(NULL); /* from here on the child has ended */
	number += 100;
	printf("parent %d at %p\n", number, (void *)&number);
	return 0;
}
