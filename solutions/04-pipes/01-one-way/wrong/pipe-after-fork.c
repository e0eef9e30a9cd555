/*
 * Calls pipe after fork. Both processes do, so there are two pipes, and each has both ends of one:
 * the parent writes into its own, the child waits for the end of its own. Since it looks as if they
 * shared the array fd, one does not suspect it.
 *
 * check: one_pipe_joins_the_two
 * message: Parent writes pipe #%d, child reads pipe #%d: create the pipe before the fork
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
	char block[4096];
	ssize_t n;

	if (argc != 2) {
		fprintf(stderr, "usage: %s MSG\n", argv[0]);
		return 2;
	}
	child = fork();
	if (child == -1) {
		perror("fork");
		return 1;
	}
	if (pipe(fd) == -1) {
		perror("pipe");
		return 1;
	}
	if (child == 0) {
		printf("Proc %d read: ", getpid());
		while ((n = read(fd[0], block, sizeof(block))) > 0)
			fwrite(block, 1, (size_t)n, stdout);
		printf("\n");
		exit(0);
	}
	write(fd[1], argv[1], strlen(argv[1]));
	close(fd[1]);
	wait(NULL);
	return 0;
}
