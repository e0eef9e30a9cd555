/*
 * Unusual: takes and gives odd pieces instead of blocks, and an inner function that
 * returns in both processes does the fork, the way that a shell's code often does. Slow, and right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Forks; the child gets the write end, the parent the read end, and neither has the other. */
static pid_t fork_with_pipe(int *end)
{
	int fd[2];
	pid_t pid;

	if (pipe(fd) == -1 || (pid = fork()) == -1) {
		perror("count");
		exit(1);
	}
	*end = pid == 0 ? fd[1] : fd[0];
	close(pid == 0 ? fd[0] : fd[1]);
	return pid;
}

int main(void)
{
	unsigned long count = 0;
	char piece[61];
	ssize_t n;
	int end, status;

	if (fork_with_pipe(&end) == 0) {
		while ((n = read(0, piece, sizeof(piece))) > 0)
			if (write(end, piece, (size_t)n) != n)
				_exit(1);
		_exit(0);
	}
	while ((n = read(end, piece, 5)) > 0)
		count += (unsigned long)n;
	wait(&status);
	printf("%lu\n", count);
	return status != 0;
}
