/*
 * killn: sends a signal to a process, by the signal's name.
 *
 * Usage: killn PID NAME
 *
 * README.md has the exact contract. This file compiles, and sends nothing yet.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char *argv[])
{
	(void)argc;
	(void)argv;

	/*
	 * argv[1] is to become a pid_t. strtol(3) makes a long of it, and tells where it stopped
	 * reading and whether the number was too large for a long.
	 */

	/* argv[2] is to become a signal number: SIGHUP, SIGINT, ... from <signal.h>. */

	/*
	 * kill(2) sends the signal. It returns 0, or -1 with errno ESRCH if there is no such
	 * process, EPERM if it is not yours to send to, EINVAL if there is no such signal.
	 */

	return 0;
}
