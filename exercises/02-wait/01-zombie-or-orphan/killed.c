/* A parent that kills a child which has ended. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child = fork();

	if (child == -1)
		return 1; /* kill(-1, SIGKILL) kills all that it may */
	if (child == 0) { /* C */
		sleep(1);
		_exit(0);
	}
	sleep(3); /* P */
	printf("kill returned %d\n", kill(child, SIGKILL));
	sleep(2);
	wait(NULL);
	sleep(2);
	return 0;
}
