/*
 * Reads once, into a buffer that is surely long enough, and takes what this one read returned for
 * the message. A message that is longer, or that arrives in two pieces, is cut.
 *
 * check: message_may_come_in_pieces
 * message: MSG has %d bytes, one read gave %d. Read until EOF.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUFFER_SIZE 100

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
		char buffer[BUFFER_SIZE];
		ssize_t n;

		close(fd[1]);
		n = read(fd[0], buffer, sizeof(buffer) - 1);
		if (n == -1) {
			perror("read");
			exit(1);
		}
		buffer[n] = '\0';
		printf("Proc %d read: %s\n", getpid(), buffer);
		close(fd[0]);
		exit(0);
	}
	close(fd[0]);
	write(fd[1], argv[1], strlen(argv[1]));
	close(fd[1]);
	wait(NULL);
	return 0;
}
