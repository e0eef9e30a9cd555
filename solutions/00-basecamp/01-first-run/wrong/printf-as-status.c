/*
 * Returns what printf(3) returns, the number of bytes that it printed, as the exit status.
 *
 * check: exit_status_is_zero
 * message: Your program ended with exit status %d, and to whoever waits for it
 */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	/* printf returns a count, main must return a status: success is 0, not "many". */
	return printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());
}
