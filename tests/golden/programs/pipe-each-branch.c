/* Each process makes a pipe of its own after the fork; one writes, the other reads. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int fd[2];
	char byte;

	if (fork() == 0) {
		if (pipe(fd) == -1)
			_exit(1);
		_exit(read(fd[0], &byte, 1) != 1);
	}
	if (pipe(fd) == -1)
		return 1;
	if (write(fd[1], "x", 1) != 1)
		return 1;
	wait(NULL);
	return 0;
}
