/*
 * Unusual: no fork is to be seen. posix_spawn(3) starts this program once more as the child, which
 * knows by its argument what it is. What posix_spawn returns is the error number itself.
 */
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char *argv[])
{
	char *args[] = {argv[0], "child", NULL};
	pid_t child;
	int error;

	if (argc == 2) {
		printf("child: I am %ld, parent %ld\n", (long)getpid(), (long)getppid());
		return 0;
	}
	error = posix_spawn(&child, "/proc/self/exe", NULL, NULL, args, environ);
	if (error != 0) {
		fprintf(stderr, "twins: fork: %s\n", strerror(error));
		return 1;
	}
	printf("parent: child is %ld\n", (long)child);
	fflush(stdout);
	return waitpid(-1, NULL, 0) == child ? 0 : 1;
}
