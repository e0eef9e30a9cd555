/*
 * hello: a message from a parent to its child.
 *
 * Usage: hello MSG
 *
 * The parent sends MSG through a pipe, the child prints "Proc PID read: MSG". README.md has the
 * exact contract. The steps below are in no particular order: part of the exercise is which of them
 * comes first, and which process takes which.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s MSG\n", argv[0]);
		return 2;
	}

	/*
	 * fork(2) makes a child, which is a copy of this process, descriptors included. It returns
	 * 0 in the child, the child's process id in the parent, or -1, and then there is no child.
	 */

	/*
	 * pipe(2) makes a new pipe each time it is called, and stores two descriptors in an array
	 * of two ints: [0] to read from the pipe, [1] to write to it. It returns -1 on failure.
	 */

	/*
	 * write(2) takes a descriptor, an address and a number of bytes. strlen(3) tells how many
	 * bytes a string has, without its '\0'.
	 */

	/*
	 * read(2) waits until there is something to read, and returns how many bytes it has stored,
	 * at most as many as it was told that there is room for. It returns 0 when the pipe is
	 * empty and no process has a descriptor for writing to it any more.
	 */

	/*
	 * close(2) gives a descriptor back. Each of the two processes has both ends of the pipe,
	 * and needs only one of them.
	 */

	/*
	 * wait(2) waits until a child has ended.
	 */

	return 0;
}
