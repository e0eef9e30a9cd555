/*
 * locked FILE COMMAND [ARGUMENT]...: runs COMMAND while all of FILE is locked for writing, as a
 * database is by a program that is stuck. Ends with its exit code.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 97 };

int main(int argc, char **argv)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = argc > 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
	int status;
	pid_t pid;

	if (fd < 0 || fcntl(fd, F_SETLK, &all) < 0) {
		perror("locked");
		return FAILED;
	}
	pid = fork(); /* which does not inherit the lock */
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(FAILED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}
