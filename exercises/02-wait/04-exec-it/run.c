/*
 * run: runs a program, waits for it, and ends as it did.
 *
 * Usage: run CMD [ARG]...
 *
 * README.md has the exact contract. This file compiles, and runs nothing yet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	if (argc < 2) {
		fprintf(stderr, "usage: run CMD [ARG]...\n");
		return 2;
	}

	/* The line "+ CMD ARG...". Where are these bytes when you fork? */
	(void)argv;

	/*
	 * fork(2) makes the child. In it, execvp(3) looks for a program in the folders of PATH, and
	 * makes the process execute it. It takes the name, and an array of pointers to the
	 * arguments, the first of which is the name again, and the last a null pointer. It does
	 * not return, unless it has failed.
	 */

	/*
	 * waitpid(2) waits for the child. WIFEXITED and WEXITSTATUS, WIFSIGNALED and WTERMSIG take
	 * the status apart.
	 */

	return 0;
}
