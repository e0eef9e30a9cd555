/* Prints what is right, and leaves a child that keeps its output open for ever. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0) {
		setsid();
		for (;;)
			sleep(3600);
	}
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
	return 0;
}
