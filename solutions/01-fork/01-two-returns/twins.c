/*
 * twins: one process becomes two, and each says who it is.
 *
 * Usage: twins
 *
 * The parent prints "parent: child is PID", the child "child: I am PID, parent PPID". Exit status
 * 0; 1 if the child could not be created.
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
	pid_t child;

	/*
	 * fork(2) duplicates the calling process. It returns 0 in the new process and the new
	 * process's id in the caller. If there can be none it returns -1, in the caller alone, with
	 * errno EAGAIN (a limit on the number of processes is reached) or ENOMEM.
	 *
	 * stdout's buffer is memory, so the child has a copy of what is in it. It is empty here.
	 */
	child = fork();
	if (child == -1) {
		fprintf(stderr, "twins: fork: %s\n", strerror(errno));
		return 1;
	}
	if (child == 0) {
		/*
		 * getpid(2) and getppid(2) ask the kernel, and cannot fail. The 0 in `child` means
		 * no more than "you are the child"; no process that can be seen has that number.
		 */
		printf("child: I am %ld, parent %ld\n", (long)getpid(), (long)getppid());

		/*
		 * The end of the child. Returning from main is exit(3), which writes out what
		 * stdout holds. The parent is still there, for it waits; else getppid() might have
		 * given the number of whoever adopted the child.
		 */
		return 0;
	}
	printf("parent: child is %ld\n", (long)child);

	/* waitpid(2) blocks until that child has ended, and removes it from the process table. */
	if (waitpid(child, NULL, 0) == -1) {
		perror("twins: waitpid");
		return 1;
	}
	return 0;
}
