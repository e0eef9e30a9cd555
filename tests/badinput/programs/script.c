/* Becomes a script, one whose interpreter is not there, and a text that says of no interpreter. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void runs(const char *name, const char *text)
{
	char *argv[] = {"script", "one", NULL};
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700), status = 0;

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) < 0)
		perror(name);
	if (fork() == 0) {
		execv(name, argv);
		_exit(errno);
	}
	wait(&status);
	printf("%d ", WEXITSTATUS(status));
	fflush(stdout);
}

int main(void)
{
	runs("./one.sh", "#!/bin/sh\nexit $((200 + $#))\n");
	runs("./two.sh", "#!/nowhere\n");
	runs("./three.sh", "exit 3\n");
	return 0;
}
