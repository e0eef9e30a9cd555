/*
 * fan: one parent, N children, all at the same time.
 *
 * Usage: fan N
 *
 * README.md has the exact contract. This file compiles; its loop is not right yet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int n;

	/*
	 * strtol(3) makes a number of argv[1], and tells where it stopped reading. Whatever is not
	 * a whole number from 0 to 50: how the program is used, on stderr, and status 2.
	 */
	(void)argc;
	(void)argv;
	n = 3;

	for (int i = 0; i < n; i++) {
		/*
		 * fork(2) returns twice: 0 in the new child, the child's process id in the parent.
		 * Or it returns once, -1, in the parent, and there is no child. Three cases, and at
		 * this point two processes may be executing the loop.
		 */
		fork();
	}

	/*
	 * wait(2) blocks until some child of the caller ends, removes the child from the process
	 * table, and returns its process id; it returns -1 with ECHILD when there is none left.
	 */

	return 0;
}
