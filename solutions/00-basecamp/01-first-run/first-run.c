/*
 * first-run: a process says who it is.
 *
 * Usage: first-run
 *
 * Prints one line, "pid=PID ppid=PPID", and ends with status 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	/*
	 * getpid(2) gives the caller's process id, getppid(2) that of its parent. Neither takes an
	 * argument and neither can fail. The C library keeps no copy: each call asks the kernel, so
	 * the answer is right in a child that was just forked, too.
	 *
	 * pid_t is a signed integer type of a size that POSIX leaves open. A long holds every value
	 * of it, and printf(3) has %ld for a long.
	 */
	printf("pid=%ld ppid=%ld\n", (long)getpid(), (long)getppid());

	/*
	 * The line may still lie in stdout's buffer. Returning from main calls exit(3), which
	 * writes out what the streams hold, then ends the process with this status. EXIT_SUCCESS is
	 * 0: to a shell, to make, to any parent, 0 means success and everything else a failure.
	 */
	return EXIT_SUCCESS;
}
