/*
 * twins: one process becomes two, and each says who it is.
 *
 * Usage: twins
 *
 * README.md has the exact contract. What is between the two lines of dashes is yours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child = 0;

	/* ---------------------------------------------------------------------------------- */

	/*
	 * Call fork(2), once, and keep what it returns in `child`. Then there are three cases:
	 *
	 * - there is no child. Say why, and end.
	 * - this is the child. Print its line, and end here: it must not go on below.
	 * - this is the parent. Print its line, and go on below.
	 *
	 * A pid_t is printed with %ld, after it has been converted to long.
	 */

	/* ---------------------------------------------------------------------------------- */

	/*
	 * The parent waits until its child has ended, and removes it from the process table by
	 * fetching its exit status (which nobody wants here: NULL). Chapter 02 tells the rest.
	 */
	if (waitpid(child, NULL, 0) == -1) {
		perror("twins: waitpid");
		return 1;
	}
	return 0;
}
