/*
 * Unusual: the number of the parent is asked for before the fork, when there is nobody else, and
 * the child finds it in its copy of the memory. The parent has a function of its own, waits before
 * it prints, and leaves by exit; the child is what is left of main, and prints in pieces.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void parent(pid_t child)
{
	siginfo_t info;

	if (waitid(P_PID, (id_t)child, &info, WEXITED) == -1) {
		perror("twins: waitid");
		exit(1);
	}
	printf("parent: child is %ld\n", (long)child);
	exit(0);
}

int main(void)
{
	long above = (long)getpid();
	pid_t pid;

	switch (pid = fork()) {
	case -1:
		fputs("twins: fork: ", stderr);
		fputs(strerror(errno), stderr);
		fputs("\n", stderr);
		exit(EXIT_FAILURE);
	default:
		parent(pid);
	case 0:
		break;
	}
	setvbuf(stdout, NULL, _IONBF, 0);
	printf("child: I am ");
	printf("%ld", (long)getpid());
	printf(", parent %ld\n", above);
	_exit(0); /* nothing is left in a buffer: there is none */
}
