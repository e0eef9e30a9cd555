/* A parent that waits, but late. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0) { /* C */
		sleep(1);
		_exit(7);
	}
	sleep(3); /* P */
	wait(NULL);
	sleep(2);
	return 0;
}
