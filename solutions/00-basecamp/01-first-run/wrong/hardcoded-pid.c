/*
 * Prints numbers that were copied from an earlier run instead of asking the kernel for this one's.
 *
 * check: pid_is_its_own
 * message: the kernel knows this process as %d, but you printed pid=4711
 */
#include <stdio.h>

int main(void)
{
	/* These were right once: the kernel gives the next process another number. */
	printf("pid=4711 ppid=4242\n");
	return 0;
}
