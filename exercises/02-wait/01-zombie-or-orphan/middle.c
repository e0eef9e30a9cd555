/* Three generations, and the one in the middle ends first. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0) {         /* M */
		if (fork() == 0) { /* C */
			sleep(5);
			_exit(0);
		}
		sleep(1);
		_exit(0);
	}
	sleep(3); /* P */
	wait(NULL);
	sleep(3);
	return 0;
}
