/*
 * Prints the variable that it got from fork as the process id, as a widespread set of slides does.
 * In the child that is 0, which is no process id at all.
 *
 * check: child_tells_its_own_number
 * message: You printed Proc 0; the child is %d
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_END  0
#define WRITE_END 1

int main(int argc, char *argv[])
{
	int fd[2];
	pid_t pid;
	char buf[4096];
	ssize_t n;

	if (argc != 2) {
		fprintf(stderr, "usage: %s MSG\n", argv[0]);
		return 2;
	}
	if (pipe(fd) == -1) {
		perror("pipe");
		return 1;
	}
	pid = fork();
	if (pid == -1) {
		perror("fork");
		return 1;
	}
	if (pid > 0) {
		close(fd[READ_END]);
		write(fd[WRITE_END], argv[1], strlen(argv[1]));
		close(fd[WRITE_END]);
		wait(NULL);
	} else {
		close(fd[WRITE_END]);
		printf("Proc %d read: ", pid);
		while ((n = read(fd[READ_END], buf, sizeof(buf))) > 0)
			fwrite(buf, 1, (size_t)n, stdout);
		printf("\n");
		close(fd[READ_END]);
	}
	return 0;
}
