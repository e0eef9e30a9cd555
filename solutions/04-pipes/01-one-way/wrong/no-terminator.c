/*
 * Sends the strlen(MSG) bytes of the message, without a '\0', and prints the buffer with %s, which
 * looks for one: whatever lies behind the message in memory is printed, too. It reads until end of
 * file, and the buffer is long enough; where the buffer happens to hold zeros it even works.
 *
 * check: prints_what_was_sent_and_no_more
 * message: Printed %d bytes, %d were sent: what read() gives you has no '\0'
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 200000 /* more than an argument can have */

int main(int argc, char *argv[])
{
	int fd[2];
	pid_t child;
	ssize_t n;

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
		char *message = malloc(SIZE), *at = message;

		close(fd[1]);
		while ((n = read(fd[0], at, (size_t)(message + SIZE - at))) > 0)
			at += n;
		printf("Proc %d read: %s\n", getpid(), message);
		free(message);
		exit(0);
	}
	close(fd[0]);
	write(fd[1], argv[1], strlen(argv[1]));
	close(fd[1]);
	waitpid(child, NULL, 0);
	return 0;
}
