/* A parent that ends first, and waits for nobody. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0) { /* A */
		sleep(1);
		_exit(0);
	}
	if (fork() == 0) { /* B */
		printf("parent at 0: %d\n", (int)getppid());
		sleep(4);
		printf("parent at 4: %d\n", (int)getppid());
		sleep(1);
		return 0;
	}
	sleep(3); /* P */
	_exit(0);
}
